public import ShinkeiCore
import ShinkeiFormats

/// Goes on with a training that was interrupted, as if nothing had happened: to the last bit.
///
/// The state is written after each epoch, or after some steps: weights, optimizer, random numbers, the order of rows,
/// metrics,
/// history, and what the other callbacks know. When `fit` is called again with the same arguments, it goes on there.
/// The file
/// appears complete or not at all; it is removed when the training has ended.
/// Keras: `keras.callbacks.BackupAndRestore`, which goes on with an epoch from its start.
public final class BackupAndRestore: Callback {
    /// When the state is written.
    public enum Frequency: Hashable, Sendable {
        case epoch
        case batches(Int)
    }
    private let directory: String
    private let frequency: Frequency
    private let deletesCheckpoint: Bool

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

    public func trainingDidEnd(_ model: Model) {
        if deletesCheckpoint { AppendingFile.remove(path) }
    }

    func stepDidEnd(_ model: Model, _ setup: TrainingSetup, _ run: TrainingRun, _ callbacks: [any Callback]) throws {
        guard case .batches(let every) = frequency, run.step % max(every, 1) == 0 else { return }
        // A step that went wrong is found first.
        if setup.badRow.value.scalar(of: Int.self) < 0 { try save(model, setup, run, callbacks) }
    }

    func epochDidEnd(_ model: Model, _ setup: TrainingSetup, _ run: TrainingRun, _ callbacks: [any Callback]) throws {
        try save(model, setup, run, callbacks)
    }

    private static func weights(_ model: Model, _ setup: TrainingSetup) -> [Weight] {
        model.weights + setup.optimizer.weights + [setup.counter, setup.shuffles]
    }

    private func save(_ model: Model, _ setup: TrainingSetup, _ run: TrainingRun, _ callbacks: [any Callback]) throws {
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
        let state: JSON = [
            "epoch": .int(run.epoch), "step": .int(run.step), "first_step": .int(run.firstStep),
            "is_over": .bool(model.shouldStop), "epochs": .array(history.epoch.map { .int($0) }),
            "keys": .array(history.keys.map { .string($0) }),
        ]
        try Safetensors.write(arrays, metadata: ["training": state.text()], to: path)
    }

    /// Takes up the state in the directory, if there is one.
    func restore(_ model: Model, _ setup: TrainingSetup, _ run: TrainingRun, _ callbacks: [any Callback]) throws {
        guard AppendingFile.size(of: path) > 0 else { return }
        let file = try Safetensors(path)
        let state = try JSON(parsing: Array((file.metadata["training"] ?? "").utf8), name: path)
        guard let epoch = state["epoch"]?.int, let step = state["step"]?.int, let first = state["first_step"]?.int,
            let epochs = state["epochs"]?.array, let keys = state["keys"]?.array
        else { throw ModelFileError("\(path): is no state of a training") }
        guard keys.compactMap(\.string) == run.history.keys, (0...run.plan.stepCount).contains(step) else {
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
        if step > first || step > 0 { run.plan.resume(behind: step) }
        try fill(setup.metricWeights, "metrics")
        for (i, callback) in callbacks.enumerated() {
            let prefix = "callbacks/\(i)/"
            var own: [String: Tensor] = [:]
            for name in file.names where name.hasPrefix(prefix) {
                own[String(name.dropFirst(prefix.count))] = Tensor(try file.read(name))
            }
            if !own.isEmpty { callback.restore(own) }
        }
        run.history.epoch = epochs.compactMap(\.int)
        for i in run.history.columns.indices {
            run.history.columns[i] = Tensor(try file.read("history/\(i)")).array(of: Double.self)
        }
        (run.epoch, run.step, run.firstStep) = (epoch, step, first)
        if state["is_over"]?.bool == true { model.stopTraining() }
    }
}
