import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ends the training cleanly when Ctrl-C is pressed: the epoch is brought to its end, callbacks write what they write,
/// and `fit`
/// returns the history. Pressed again, it ends the program.
public final class StopOnInterrupt: Callback {
    private typealias Handler = @convention(c) (Int32) -> Void
    private var former: Handler?
    /// Whether the training was ended so.
    public private(set) var wasInterrupted = false

    public init() {}

    public func trainingWillBegin(_ model: Model) {
        wasInterrupted = false
        isInterrupted.store(false, ordering: .relaxed)
        former = signal(SIGINT) { number in
            isInterrupted.store(true, ordering: .relaxed)
            _ = signal(number, SIG_DFL)
        }
    }

    public func batchDidEnd(_ batch: Int, _ model: Model) {
        guard isInterrupted.load(ordering: .relaxed) else { return }
        wasInterrupted = true
        model.stopTraining()
    }

    public func trainingDidEnd(_ model: Model) { _ = signal(SIGINT, former ?? SIG_DFL) }
}

private let isInterrupted = Atomic(false)
