import ShinkeiCore
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A lock with a condition to wait for.
final class Monitor: @unchecked Sendable {
    // Unchecked: these are made for this.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }
    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }
    func locked<T>(_ body: () throws -> T) rethrows -> T {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }
    /// Gives the lock back until another thread notifies; for use inside `locked`.
    func wait() { pthread_cond_wait(condition, mutex) }
    func notifyAll() { pthread_cond_broadcast(condition) }
}

/// A thread of the pipeline. Tasks would not do: stages wait for each other, and Swift's pool has no thread to spare.
final class WorkerThread: @unchecked Sendable {
    // Unchecked: used by the thread that made it.
    /// How many are running, in the whole program.
    static let running = Atomic<Int>(0)

    private var handle: pthread_t?

    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        Self.running.add(1, ordering: .relaxed)
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(&thread, nil, { run($0) }, box.toOpaque())
            handle = thread
        #else
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, { run($0) }, box.toOpaque())
            handle = thread
        #endif
        if code != 0 {
            box.release()
            trap("a thread for reading data could not be started: error \(code)")
        }
    }

    /// Waits until it has ended.
    func join() {
        guard let handle else { return }
        pthread_join(handle, nil)
        self.handle = nil
        Self.running.subtract(1, ordering: .relaxed)
    }

    fileprivate final class Body {
        let call: @Sendable () -> Void
        init(_ call: @escaping @Sendable () -> Void) { self.call = call }
    }
}

private func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<WorkerThread.Body>.fromOpaque(argument).takeRetainedValue().call()
    return nil
}

/// Processors that threads can run on.
var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
