import ShinkeiCore
import ShinkeiFormats

/// Goes on with a training that was interrupted, as if nothing had happened: to the last bit.
///
/// The state is written after each epoch, or after some steps: weights, optimizer, seeds and random numbers, the order of
/// rows or the place in a `Dataset`, metrics, history, and what the other callbacks know. When `fit` is called again with
/// the same model, data and arguments, it goes on there. The file appears complete or not at all, whenever the process
/// ends; it is removed when the training has ended. A training that Ctrl-C has ended (`StopOnInterrupt`) leaves it: the
/// next one goes on behind the last step.
///
/// Keras: `keras.callbacks.BackupAndRestore`, which goes on with an epoch from its start.
///
/// - Note: A `Dataset` that is shuffled needs a seed for this, and a plain sequence must give the same batches in each
///   pass.
public final class BackupAndRestore: Callback {
    /// When the state is written.
    public enum Frequency: Hashable, Sendable {
        case epoch
        case batches(Int)
    }
    private let directory: String
    private let frequency: Frequency
    private let deletesCheckpoint: Bool
    /// Whether the state is that of a training which another one will go on with.
    private var isSuspended = false

    /// - Parameters:
    ///   - backupDir: Made if it is not there.
    ///   - saveFreq: When the state is written.
    ///   - deleteCheckpoint: Whether it is removed when the training has ended.
    public init(_ backupDir: String, saveFreq: Frequency = .epoch, deleteCheckpoint: Bool = true) {
        directory = backupDir
        frequency = saveFreq
        deletesCheckpoint = deleteCheckpoint
    }

    private var path: String { directory + "/training.safetensors" }

    public func trainingWillBegin(_ model: Model) {
        isSuspended = false
        AtomicFile.removeLeftovers(of: path)
    }

    public func trainingDidEnd(_ model: Model) {
        if deletesCheckpoint && !isSuspended { AppendingFile.remove(path) }
    }

    // MARK: - Writing

    func stepDidEnd(
        _ model: Model, _ setup: TrainingSetup, _ run: TrainingRun, _ validation: (any StepSource)?,
        _ callbacks: [any Callback]
    ) throws {
        if model.isInterrupted {
            isSuspended = true
        } else {
            guard case .batches(let every) = frequency, run.step % max(every, 1) == 0 else { return }
        }
        // A step that went wrong is found first.
        guard setup.badRow.value.scalar(of: Int.self) < 0 else { return }
        try save(model, setup, run, validation, callbacks, isOver: false)
    }

    func epochDidEnd(
        _ model: Model, _ setup: TrainingSetup, _ run: TrainingRun, _ validation: (any StepSource)?,
        _ callbacks: [any Callback]
    ) throws {
        // The state behind the last step is written, and the epoch has only been brought to an early end.
        if isSuspended { return }
        isSuspended = model.isInterrupted && run.epoch < run.epochs
        try save(model, setup, run, validation, callbacks, isOver: model.shouldStop && !isSuspended)
    }

    private static func weights(_ model: Model, _ setup: TrainingSetup) -> [Weight] {
        model.weights + setup.optimizer.weights + [setup.counter, setup.shuffles]
    }

    private func save(
        _ model: Model, _ setup: TrainingSetup, _ run: TrainingRun, _ validation: (any StepSource)?,
        _ callbacks: [any Callback], isOver: Bool
    ) throws {
        AppendingFile.makeDirectory(directory)
        var arrays: [(name: String, array: HostArray)] = []
        func add(_ name: String, _ tensor: Tensor) { arrays.append((name, HostArray(tensor))) }
        for (i, weight) in Self.weights(model, setup).enumerated() { add("weights/\(i)", weight.value) }
        for (i, weight) in setup.metricWeights.enumerated() { add("metrics/\(i)", weight.value) }
        for (i, callback) in callbacks.enumerated() {
            for (name, value) in callback.state { add("callbacks/\(i)/\(name)", value) }
        }
        let history = run.history
        for (i, column) in history.columns.enumerated() { add("history/\(i)", Tensor(column, dtype: .float64)) }
        for (i, column) in history.vectorColumns {
            add("vectors/\(i)", Tensor(column.flatMap { $0 }, shape: [column.count, column[0].count], dtype: .float64))
        }
        func numbers(_ values: [Int]) -> JSON { .array(values.map { .int($0) }) }
        let state: JSON = [
            "epoch": .int(run.epoch), "step": .int(run.step), "first_step": .int(run.firstStep),
            "is_over": .bool(isOver), "seed": .int(setup.seed), "draws": .int(Session.current.draws),
            "position": numbers(run.source.position), "validation_position": numbers(validation?.position ?? []),
            "epochs": numbers(history.epoch), "keys": .array(history.keys.map { .string($0) }),
        ]
        try Safetensors.write(arrays, metadata: ["training": state.text()], to: path)
    }

    // MARK: - Reading

    /// Sets the seed of the training that is gone on with. Steps hold it, so that it comes before they are made.
    static func takeSeed(_ setup: TrainingSetup, _ callbacks: [any Callback]) throws {
        for case let backup as BackupAndRestore in callbacks {
            if let seed = try backup.read()?.state["seed"]?.int { setup.seed = seed }
        }
    }

    private func read() throws -> (file: Safetensors, state: JSON)? {
        guard AppendingFile.size(of: path) > 0 else { return nil }
        let file = try Safetensors(path)
        return (file, try JSON(parsing: Array((file.metadata["training"] ?? "").utf8), name: path))
    }

    /// Takes up the state in the directory, if there is one.
    func restore(
        _ model: Model, _ setup: TrainingSetup, _ run: TrainingRun, _ validation: (any StepSource)?,
        _ callbacks: [any Callback]
    ) throws {
        guard let (file, state) = try read() else { return }
        func numbers(_ name: String) -> [Int]? { state[name]?.array?.compactMap(\.int) }
        guard let epoch = state["epoch"]?.int, let step = state["step"]?.int, let first = state["first_step"]?.int,
            let epochs = numbers("epochs"), let keys = state["keys"]?.array, let position = numbers("position"),
            let validationPosition = numbers("validation_position"), let draws = state["draws"]?.int
        else { throw ModelFileError("\(path): is no state of a training") }
        guard keys.compactMap(\.string) == run.history.keys, (0...(run.source.stepCount ?? .max)).contains(step),
            (0...step).contains(first), position.count == run.source.position.count
        else {
            throw ModelFileError("\(path): is the state of another training: losses, metrics or data differ")
        }
        func fill(_ weights: [Weight], _ kind: String) throws {
            for (i, weight) in weights.enumerated() {
                let name = "\(kind)/\(i)"
                guard let entry = file.entry(name), entry.shape == weight.shape, entry.dtype == weight.dtype else {
                    throw ModelFileError("\(path): is the state of another training: \(weight.path) differs")
                }
                weight.value = Tensor(try file.read(name))
            }
        }
        try fill(Self.weights(model, setup), "weights")
        run.source.resume(behind: step, position)
        validation?.resume(behind: 0, validationPosition)
        try fill(setup.metricWeights, "metrics")
        for (i, callback) in callbacks.enumerated() {
            let prefix = "callbacks/\(i)/"
            var own: [String: Tensor] = [:]
            for name in file.names where name.hasPrefix(prefix) {
                own[String(name.dropFirst(prefix.count))] = Tensor(try file.read(name))
            }
            if !own.isEmpty { callback.restore(own) }
        }
        try restore(&run.history, epochs, file)
        Session.current.draws = draws
        (run.epoch, run.step, run.firstStep) = (epoch, step, first)
        if state["is_over"]?.bool == true { model.stopTraining() }
    }

    private func restore(_ history: inout History, _ epochs: [Int], _ file: Safetensors) throws {
        history.epoch = epochs
        // What was waited for in another process is not counted.
        history.waitingTimes = epochs.map { _ in .zero }
        for i in history.columns.indices {
            history.columns[i] = Tensor(try file.read("history/\(i)")).array(of: Double.self)
            let name = "vectors/\(i)"
            guard let entry = file.entry(name), entry.shape.rank == 2 else { continue }
            let values = Tensor(try file.read(name)).array(of: Double.self)
            let (count, size) = (entry.shape[0], entry.shape[1])
            history.vectorColumns[i] = (0..<count).map { Array(values[$0 * size..<($0 + 1) * size]) }
        }
    }
}
