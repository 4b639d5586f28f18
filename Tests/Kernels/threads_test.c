// Tests of threads.c alone: every chunk runs once, in the order of the calls, on any pool.
//
//   clang -std=gnu11 -O2 -pthread Tests/Kernels/threads_test.c Sources/CShinkeiKernels/threads.c
//   and once more with -fsanitize=thread
#include "../../Sources/CShinkeiKernels/include/shinkei_kernels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int passed, failed;

static void check(bool good, const char *what) {
    if (good) {
        passed++;
    } else {
        failed++;
        printf("FAILED: %s\n", what);
    }
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Each call reads what the call before it wrote, so an early or a lost chunk changes the result.
enum { CHUNKS = 24 };
typedef struct relay {
    int64_t chunks, work;
} relay;

// cell[chunk] = sum of all cells of the previous buffer + chunk, with plain memory on purpose.
static void pass_on(const void *params, void *const *slots, int64_t chunk) {
    const relay *r = params;
    const int64_t *from = slots[1];
    int64_t *to = slots[2], sum = 0;
    for (int64_t i = 0; i < CHUNKS; i++) sum = (sum * 31 + from[i]) & 0xffffff;
    for (volatile int64_t spin = 0; spin < r->work; spin++) {}
    to[chunk] = sum + chunk;
}

static void pass_back(const void *params, void *const *slots, int64_t chunk) {
    void *const swapped[] = {slots[0], slots[2], slots[1]};
    pass_on(params, swapped, chunk);
}

// Parameters and slots live on this stack frame and are overwritten after the run: a helper that
// looked at them late would compute nonsense (and the thread sanitizer would say so).
static uint64_t relay_run(shk_pool *pool, int64_t count, unsigned seed) {
    int64_t first[CHUNKS] = {1, 2, 3}, second[CHUNKS] = {0};
    void *slots[] = {NULL, first, second};
    relay *params = calloc((size_t)count, sizeof *params);
    shk_call *calls = calloc((size_t)count, sizeof *calls);
    for (int64_t i = 0; i < count; i++) {
        seed = seed * 1664525 + 1013904223;
        params[i].chunks = (int64_t[]){1, 1, 2, 3, 0, 7, CHUNKS, 1}[seed >> 29];
        params[i].work = (seed >> 8) % 64;
        calls[i] = (shk_call){i % 2 ? pass_back : pass_on, &params[i], params[i].chunks};
    }
    shk_run(pool, calls, count, slots, NULL);
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < CHUNKS; i++)
        hash = (hash ^ (uint64_t)first[i] ^ ((uint64_t)second[i] << 32)) * 1099511628211u;
    memset(calls, 0xff, (size_t)count * sizeof *calls);
    memset(params, 0xff, (size_t)count * sizeof *params);
    memset(slots, 0xff, sizeof slots);
    free(calls);
    free(params);
    return hash;
}

static void test_order(int threads) {
    shk_pool *pool = shk_pool_create(threads);
    check(pool && shk_pool_threads(pool) == threads, "the pool has the threads asked for");
    bool equal = true;
    for (unsigned run = 0; run < 300; run++) {
        int64_t count = run % 40;
        equal &= relay_run(pool, count, run) == relay_run(NULL, count, run);
        if (run % 60 == 59) nanosleep(&(struct timespec){0, 2000000}, NULL);  // let helpers park
    }
    check(equal, "a pool and the caller alone give the same");
    shk_pool_destroy(pool);
}

static void count_up(const void *params, void *const *slots, int64_t chunk) {
    (void)params;
    atomic_fetch_add((_Atomic int *)slots[0] + chunk, 1);
}

static void test_each_chunk_once(int threads) {
    enum { MANY = 5000 };
    static _Atomic int hits[MANY];
    memset(hits, 0, sizeof hits);
    void *slots[] = {hits};
    shk_pool *pool = shk_pool_create(threads);
    shk_call calls[] = {{count_up, NULL, MANY}, {count_up, NULL, 0}, {count_up, NULL, MANY}};
    shk_run(pool, calls, 3, slots, NULL);
    bool once = true;
    for (int i = 0; i < MANY; i++) once &= hits[i] == 2;
    check(once, "each chunk runs exactly once");
    shk_pool_destroy(pool);
}

static void test_nanoseconds(shk_pool *pool) {
    relay slow = {CHUNKS, 20000};
    int64_t first[CHUNKS] = {0}, second[CHUNKS] = {0}, times[3] = {-1, -1, -1};
    void *slots[] = {NULL, first, second};
    shk_call calls[] = {{pass_on, &slow, CHUNKS}, {pass_back, &slow, 0}, {pass_back, &slow, 1}};
    double before = seconds();
    shk_run(pool, calls, 3, slots, times);
    int64_t total = (int64_t)((seconds() - before) * 1e9) + 1;
    check(times[0] > 0 && times[1] >= 0 && times[2] > 0, "every call is timed");
    check(times[0] + times[1] + times[2] <= total, "the times add up to no more than the run");
}

static void *use_scratch(void *unused) {
    (void)unused;
    char *small = shk_scratch(100), *large = shk_scratch(300000), *again = shk_scratch(5);
    memset(large, 1, 300000);
    return (void *)(intptr_t)((uintptr_t)small % 64 == 0 && (uintptr_t)large % 64 == 0
                              && again == large && shk_scratch(0) != NULL);
}

static void test_scratch(void) {
    check(use_scratch(NULL) != NULL, "scratch is aligned, grows and is kept");
    pthread_t thread;
    void *good = NULL;
    pthread_create(&thread, NULL, use_scratch, NULL);
    pthread_join(thread, &good);
    check(good != NULL, "another thread has scratch of its own");
}

static void nothing(const void *params, void *const *slots, int64_t chunk) {
    (void)params, (void)slots, (void)chunk;
}

static double nanoseconds_per_call(shk_pool *pool, int64_t chunks) {
    enum { CALLS = 1000 };
    static shk_call calls[CALLS];
    for (int i = 0; i < CALLS; i++) calls[i] = (shk_call){nothing, NULL, chunks};
    double best = 1;
    for (int repeat = 0; repeat < 50; repeat++) {
        double before = seconds();
        shk_run(pool, calls, CALLS, NULL, NULL);
        double time = seconds() - before;
        if (time < best) best = time;
    }
    return best / CALLS * 1e9;
}

int main(void) {
    for (int threads = 1; threads <= 5; threads++) {
        test_order(threads);
        test_each_chunk_once(threads);
    }
    shk_pool *pool = shk_pool_create(2);
    test_nanoseconds(pool);
    test_nanoseconds(NULL);
    test_scratch();
    printf("one chunk %.1f ns a call, two chunks %.0f ns, sixteen %.0f ns\n",
           nanoseconds_per_call(pool, 1), nanoseconds_per_call(pool, 2),
           nanoseconds_per_call(pool, 16));
    shk_pool_destroy(pool);
    shk_pool_destroy(shk_pool_create(3));      // never used
    shk_pool_destroy(NULL);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
