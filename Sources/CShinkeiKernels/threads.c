// Threads: the pool, the run over a flat list of calls, and per-thread scratch.
//
// One call at a time is open. Its chunks are claimed one by one from an atomic counter, by the
// caller as well as by the helpers, so the caller can finish alone: it never waits for a helper
// that has not started a chunk, only for one that is in the middle of it.
//
// A run announces itself once, at its first call of several chunks. From then on the helpers poll
// the counter until the run is over and HOT_NANOSECONDS longer (the next step of a training loop
// comes sooner than that), after the first of them politely; then they park on a condition
// variable. Calls of one chunk touch nothing that is shared.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE             // for sched_getcpu and processor sets
#endif
#include "include/shinkei_kernels.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Without work a helper polls without pause, then between yields, then parks.
#define EAGER_NANOSECONDS 20000
#define HOT_NANOSECONDS 1000000
#define PAUSES_PER_LOOK 32      // polls between two looks at the clock
#define PAUSES_BEFORE_YIELD 4000
#define MAX_THREADS 256
#define HELPER_STACK_BYTES (1 << 20)
#define LINE _Alignas(128)      // two cache lines: processors fetch them in pairs

struct shk_pool {
    // The open call. Written by the caller while nobody owns a chunk, read by owners of a chunk
    // only.
    LINE shk_kernel kernel;
    const void *params;
    void *const *slots;
    int64_t chunks;

    // Chunks not yet claimed: subtracting one from a positive value claims chunk `chunks - value`.
    // Polling helpers may push it below zero; opening the next call overwrites that.
    LINE _Atomic int64_t unclaimed;
    LINE _Atomic int64_t finished;     // chunks of the open call that helpers have finished
    LINE _Atomic bool running;         // a run has announced itself and is not over
    _Atomic bool closing;
    _Atomic int parked;
    _Atomic int caller_processor;      // when it last woke parked helpers; -1 if not known

    pthread_mutex_t mutex;
    pthread_cond_t wake;
    int helpers;
    pthread_t thread[];
};

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");           // `yield` does nothing on most cores; isb waits a little
#endif
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Helpers -----------------------------------------------------------------------------------------

// Computes chunks as long as there are any; returns whether there was one.
//
// The fields of the call are read after the claim. Until its owner adds to `finished` the caller
// cannot leave the call, so they stay as they are. The next claim may belong to the next call.
static bool help(shk_pool *pool) {
    if (atomic_load_explicit(&pool->unclaimed, memory_order_relaxed) <= 0) return false;
    bool helped = false;
    int64_t left;
    while ((left = atomic_fetch_sub_explicit(&pool->unclaimed, 1, memory_order_acquire)) > 0) {
        pool->kernel(pool->params, pool->slots, pool->chunks - left);
        atomic_fetch_add_explicit(&pool->finished, 1, memory_order_release);
        helped = true;
    }
    return helped;
}

// Linux often wakes a thread on its waker's processor, even if another one is idle. There it waits
// for the next tick (4 ms: a whole training step), or shares the processor until the load is
// balanced on a tick. So the caller yields once after waking helpers, and a helper that finds
// itself on the caller's processor leaves it: a change of affinity moves it at once, and is undone
// at once. Measured from wake to first chunk, two processors: 0.2 to 4 ms without, 0.1 to 0.26 ms
// with.
#if defined(__linux__)
static int processor(void) { return sched_getcpu(); }

static void leave_processor(int caller) {
    cpu_set_t allowed, others;
    if (caller < 0 || processor() != caller) return;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
    others = allowed;
    CPU_CLR(caller, &others);
    if (sched_setaffinity(0, sizeof others, &others) == 0)
        sched_setaffinity(0, sizeof allowed, &allowed);
}
#else
static int processor(void) { return -1; }
static void leave_processor(int caller) { (void)caller; }
#endif

// Sleeps until a run announces itself or the pool closes.
//
// `parked` is raised before `running` is looked at, and announce() raises `running` before it looks
// at `parked`; both are sequentially consistent, so at least one of the two sees the other.
static void park(shk_pool *pool) {
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->parked, 1);
    while (!atomic_load(&pool->running) && !atomic_load(&pool->closing))
        pthread_cond_wait(&pool->wake, &pool->mutex);
    atomic_fetch_sub(&pool->parked, 1);
    pthread_mutex_unlock(&pool->mutex);
    leave_processor(atomic_load_explicit(&pool->caller_processor, memory_order_relaxed));
}

static void *helper_main(void *context) {
    shk_pool *pool = context;
    int64_t hot_since = now();
    while (!atomic_load_explicit(&pool->closing, memory_order_relaxed)) {
        bool helped = false;
        for (int i = 0; i < PAUSES_PER_LOOK && !helped; i++) {
            helped = help(pool);
            pause_briefly();
        }
        int64_t time = now();
        if (helped) {
            hot_since = time;
        } else if (time - hot_since > HOT_NANOSECONDS
                   && !atomic_load_explicit(&pool->running, memory_order_relaxed)) {
            park(pool);
            hot_since = now();
        } else if (time - hot_since > EAGER_NANOSECONDS) {
            sched_yield();      // stay near, but let others have the processor
        }
    }
    return NULL;
}

static bool start_helper(shk_pool *pool) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, HELPER_STACK_BYTES);
    // Signals are for the threads of the program, not for ours: helpers start with all blocked.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started =
        pthread_create(&pool->thread[pool->helpers], &attributes, helper_main, pool) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (started) pool->helpers++;
    return started;
}

// The pool ----------------------------------------------------------------------------------------

shk_pool *shk_pool_create(int threads) {
    if (threads < 1) threads = 1;
    if (threads > MAX_THREADS) threads = MAX_THREADS;
    size_t bytes = sizeof(shk_pool) + (size_t)threads * sizeof(pthread_t);
    size_t alignment = _Alignof(shk_pool);
    bytes = (bytes + alignment - 1) / alignment * alignment;
    shk_pool *pool = aligned_alloc(alignment, bytes);
    if (!pool) return NULL;
    atomic_init(&pool->unclaimed, 0);
    atomic_init(&pool->finished, 0);
    atomic_init(&pool->running, false);
    atomic_init(&pool->closing, false);
    atomic_init(&pool->parked, 0);
    atomic_init(&pool->caller_processor, -1);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->helpers = 0;
    // Where the system grants fewer threads, the pool is smaller; the results are the same.
    while (pool->helpers < threads - 1 && start_helper(pool)) {}
    return pool;
}

static void wake_parked(shk_pool *pool) {
    if (atomic_load(&pool->parked) == 0) return;
    atomic_store_explicit(&pool->caller_processor, processor(), memory_order_relaxed);
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    sched_yield();
}

void shk_pool_destroy(shk_pool *pool) {
    if (!pool) return;
    atomic_store(&pool->closing, true);
    wake_parked(pool);
    for (int i = 0; i < pool->helpers; i++) pthread_join(pool->thread[i], NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

int shk_pool_threads(const shk_pool *pool) { return pool ? pool->helpers + 1 : 1; }

// Running -----------------------------------------------------------------------------------------

static void announce(shk_pool *pool) {
    atomic_store(&pool->running, true);
    wake_parked(pool);
}

static void run_alone(const shk_call *call, void *const *slots) {
    for (int64_t chunk = 0; chunk < call->chunks; chunk++)
        call->kernel(call->params, slots, chunk);
}

// Opens the call to the helpers, works with them until no chunk is unclaimed, and waits for those
// that helpers are still computing.
static void run_together(shk_pool *pool, const shk_call *call, void *const *slots) {
    pool->kernel = call->kernel;
    pool->params = call->params;
    pool->slots = slots;
    pool->chunks = call->chunks;
    atomic_store_explicit(&pool->finished, 0, memory_order_relaxed);
    atomic_store_explicit(&pool->unclaimed, call->chunks, memory_order_release);

    int64_t left, others = call->chunks;
    while ((left = atomic_fetch_sub_explicit(&pool->unclaimed, 1, memory_order_relaxed)) > 0) {
        call->kernel(call->params, slots, call->chunks - left);
        others--;
    }
    // If the owner of a chunk lost its processor, we may be the one who holds it: yield.
    for (int pauses = 0; atomic_load_explicit(&pool->finished, memory_order_acquire) != others;) {
        if (++pauses < PAUSES_BEFORE_YIELD) pause_briefly();
        else sched_yield();
    }
}

void shk_run(shk_pool *pool, const shk_call *calls, int64_t count, void *const *slots,
             int64_t *nanoseconds) {
    bool shared = pool && pool->helpers > 0, announced = false;
    int64_t before = nanoseconds ? now() : 0;
    for (int64_t i = 0; i < count; i++) {
        const shk_call *call = &calls[i];
        if (call->chunks == 1) {
            call->kernel(call->params, slots, 0);
        } else if (!shared) {
            run_alone(call, slots);
        } else if (call->chunks > 1) {
            if (!announced) announce(pool);
            announced = true;
            run_together(pool, call, slots);
        }
        if (nanoseconds) {
            int64_t after = now();
            nanoseconds[i] = after - before;
            before = after;
        }
    }
    if (announced) atomic_store_explicit(&pool->running, false, memory_order_relaxed);
}

// Scratch -----------------------------------------------------------------------------------------

typedef struct scratch_area {
    void *start;
    size_t bytes;
} scratch_area;

static _Thread_local scratch_area scratch;
static pthread_key_t scratch_key;       // exists for its destructor only
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

static void make_scratch_key(void) { pthread_key_create(&scratch_key, free); }

static void *grow_scratch(size_t bytes) {
    size_t size = scratch.bytes ? scratch.bytes : 1 << 16;
    while (size < bytes) size *= 2;
    pthread_once(&scratch_once, make_scratch_key);
    free(scratch.start);                // what it held is not kept
    scratch.start = aligned_alloc(64, size);
    if (!scratch.start) {
        fprintf(stderr, "shinkei: no memory for %zu bytes of scratch\n", size);
        abort();
    }
    scratch.bytes = size;
    pthread_setspecific(scratch_key, scratch.start);
    return scratch.start;
}

void *shk_scratch(size_t bytes) {
    return bytes <= scratch.bytes && scratch.start ? scratch.start : grow_scratch(bytes);
}
