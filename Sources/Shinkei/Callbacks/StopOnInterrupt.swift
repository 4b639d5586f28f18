import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ends the training cleanly when Ctrl-C is pressed: the epoch is brought to its end, callbacks write what they write,
/// and `fit` returns the history. Pressed again, it ends the program.
///
/// With `BackupAndRestore` the next training goes on behind the last step, as if there had been no interruption.
public final class StopOnInterrupt: Callback {
    private typealias Handler = @convention(c) (Int32) -> Void
    private var former: Handler?
    private var isWaiting = false
    /// Whether the training was ended so.
    public private(set) var wasInterrupted = false

    public init() {}

    public func trainingWillBegin(_ model: Model) {
        release()
        (wasInterrupted, isWaiting) = (false, true)
        isInterrupted.store(false, ordering: .relaxed)
        former = signal(SIGINT) { number in
            isInterrupted.store(true, ordering: .relaxed)
            _ = signal(number, SIG_DFL)
        }
    }

    public func batchDidEnd(_ batch: Int, _ model: Model) {
        guard isInterrupted.load(ordering: .relaxed) else { return }
        wasInterrupted = true
        model.isInterrupted = true
        model.stopTraining()
    }

    public func trainingDidEnd(_ model: Model) { release() }

    // A training that an error has ended does not say so.
    deinit { release() }

    private func release() {
        if isWaiting { _ = signal(SIGINT, former ?? SIG_DFL) }
        isWaiting = false
    }
}

private let isInterrupted = Atomic(false)
