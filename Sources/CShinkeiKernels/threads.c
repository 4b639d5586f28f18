// Threads: the pool, the run over a flat list of calls, and per-thread scratch.
//
// One call at a time is open. Its chunks are cut into one share for each thread, in order, so that a
// thread meets the same part of a weight in every call and every step, in its own cache. Chunks are
// claimed one by one, a thread's own share first and then what is left of the others', by the caller
// as well as by the helpers; so the caller can finish alone: it never waits for a helper that has
// not started a chunk, only for one that is in the middle of it.
//
// A run announces itself once, at its first call of several chunks. From then on the helpers poll
// for the next call until the run is over and HOT_NANOSECONDS longer (the next step of a training loop
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

// Chunks of a share that are not yet claimed: subtracting one from a positive value claims one.
// Late helpers may push it below zero; opening the next call overwrites that.
typedef struct share {
    LINE _Atomic int64_t unclaimed;
} share;

typedef struct helper {
    struct shk_pool *pool;
    pthread_t thread;
    int number;                 // of its share; the caller's is 0
} helper;

struct shk_pool {
    // The open call. Written by the caller while nobody owns a chunk, read by owners of a chunk
    // only.
    LINE shk_kernel kernel;
    const void *params;
    void *const *slots;
    int64_t chunks;

    LINE _Atomic int64_t calls;        // opened so far: what helpers poll
    LINE _Atomic int64_t finished;     // chunks of the open call that helpers have finished
    LINE _Atomic bool running;         // a run has announced itself and is not over
    _Atomic bool closing;
    _Atomic int parked;
    _Atomic int caller_processor;      // when it last woke parked helpers; -1 if not known

    pthread_mutex_t mutex;
    pthread_cond_t wake;
    int helpers;
    int shares;
    helper *helper;
    share share[];
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

// The chunk behind the last `left` of a share.
static int64_t chunk_of(const shk_pool *pool, int share, int64_t left) {
    return pool->chunks * (share + 1) / pool->shares - left;
}

// Computes chunks as long as there are any, from share `own` on; returns how many.
//
// The fields of the call are read after the claim. Until the owner of a chunk adds to `finished` the
// caller cannot leave the call, so they stay as they are. The next claim may belong to the next call.
static int64_t work(shk_pool *pool, int own, bool is_caller) {
    int64_t done = 0;
    for (int i = 0, at = own; i < pool->shares; i++, at = at + 1 < pool->shares ? at + 1 : 0) {
        _Atomic int64_t *unclaimed = &pool->share[at].unclaimed;
        int64_t left;
        while (atomic_load_explicit(unclaimed, memory_order_relaxed) > 0
               && (left = atomic_fetch_sub_explicit(unclaimed, 1, memory_order_acquire)) > 0) {
            pool->kernel(pool->params, pool->slots, chunk_of(pool, at, left));
            if (!is_caller) atomic_fetch_add_explicit(&pool->finished, 1, memory_order_release);
            done++;
        }
    }
    return done;
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
    const helper *self = context;
    shk_pool *pool = self->pool;
    int64_t hot_since = now(), seen = 0;
    while (!atomic_load_explicit(&pool->closing, memory_order_relaxed)) {
        bool helped = false;
        for (int i = 0; i < PAUSES_PER_LOOK && !helped; i++) {
            int64_t calls = atomic_load_explicit(&pool->calls, memory_order_acquire);
            if (calls != seen) helped = work(pool, self->number, false) > 0;
            else pause_briefly();
            seen = calls;
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
    helper *next = &pool->helper[pool->helpers];
    *next = (helper){.pool = pool, .number = pool->helpers + 1};
    bool started = pthread_create(&next->thread, &attributes, helper_main, next) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (started) pool->helpers++;
    return started;
}

// The pool ----------------------------------------------------------------------------------------

shk_pool *shk_pool_create(int threads) {
    if (threads < 1) threads = 1;
    if (threads > MAX_THREADS) threads = MAX_THREADS;
    size_t bytes = sizeof(shk_pool) + (size_t)threads * sizeof(share);
    size_t alignment = _Alignof(shk_pool);
    bytes = (bytes + alignment - 1) / alignment * alignment;
    shk_pool *pool = aligned_alloc(alignment, bytes);
    if (!pool) return NULL;
    pool->helper = calloc((size_t)threads, sizeof(helper));
    if (!pool->helper) {
        free(pool);
        return NULL;
    }
    pool->shares = threads;
    for (int i = 0; i < threads; i++) atomic_init(&pool->share[i].unclaimed, 0);
    atomic_init(&pool->calls, 0);
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
    for (int i = 0; i < pool->helpers; i++) pthread_join(pool->helper[i].thread, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->helper);
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
    for (int i = 0; i < pool->shares; i++) {
        int64_t size = chunk_of(pool, i, 0) - chunk_of(pool, i - 1, 0);
        atomic_store_explicit(&pool->share[i].unclaimed, size, memory_order_release);
    }
    atomic_fetch_add_explicit(&pool->calls, 1, memory_order_release);

    int64_t others = call->chunks - work(pool, 0, true);
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
