public import ShinkeiCore
import ShinkeiFormats

/// Writes loss and metrics of each epoch, the learning rate and, if wanted, the weights' distributions where TensorBoard
/// shows them: `train` and `validation` below the directory.
///
/// Tags are Keras's: `epoch_loss`, `epoch_learning_rate`, `batch_loss`, `evaluation_loss_vs_iterations`,
/// `dense/kernel/histogram`.
/// Keras: `keras.callbacks.TensorBoard`; without profiles, graphs, images of weights and embeddings.
public final class TensorBoard: Callback {
    private let logDir: String
    private let histogramFreq: Int
    private let updateFreq: Int?
    private var files: [String: EventFile] = [:]
    private var batches = 0
    public private(set) var error: (any Error)?

    /// - Parameters:
    ///   - histogramFreq: After how many epochs the weights' distributions are written; 0 for never.
    ///   - updateFreq: After how many steps loss and metrics so far are written, beside those of each epoch. Reading them
    ///     waits for the step.
    public init(logDir: String = "logs", histogramFreq: Int = 0, updateFreq: Int? = nil) {
        self.logDir = logDir
        self.histogramFreq = max(histogramFreq, 0)
        self.updateFreq = updateFreq.map { max($0, 1) }
    }

    public func trainingWillBegin(_ model: Model) { (files, batches, error) = ([:], 0, nil) }

    public func batchDidEnd(_ batch: Int, _ model: Model) {
        batches += 1
        guard let updateFreq, batches % updateFreq == 0 else { return }
        write("train", sorted(model.trainingLogs) { "batch_\($0)" }, step: batches)
    }

    public func validationDidEnd(logs: [String: Double], _ model: Model) {
        guard let step = model.optimizer?.iterations.value.scalar(of: Int.self) else { return }
        write("validation", sorted(logs) { "evaluation_\($0)_vs_iterations" }, step: step)
    }

    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        var train = sorted(logs.filter { !$0.key.hasPrefix("val_") }) { "epoch_\($0)" }
        if let optimizer = model.optimizer { train.append(("epoch_learning_rate", .scalar(optimizer.learningRate))) }
        if histogramFreq > 0 && epoch % histogramFreq == 0 {
            train += model.weights.filter { $0.dtype.isFloating }.map { weight in
                ("\(weight.path)/histogram", .histogram(EventHistogram(weight.value.array(of: Double.self))))
            }
        }
        write("train", train, step: epoch)
        write(
            "validation", sorted(logs.filter { $0.key.hasPrefix("val_") }) { "epoch_\($0.dropFirst(4))" }, step: epoch)
    }

    public func trainingDidEnd(_ model: Model) { files = [:] }

    private func sorted(_ logs: [String: Double], _ tag: (String) -> String) -> [(tag: String, value: EventFile.Value)]
    {
        logs.sorted { $0.key < $1.key }.map { (tag($0.key), .scalar($0.value)) }
    }

    private func write(_ name: String, _ values: [(tag: String, value: EventFile.Value)], step: Int) {
        if values.isEmpty { return }
        do {
            let file = try files[name] ?? EventFile(directory: "\(logDir)/\(name)")
            files[name] = file
            try file.add(values, step: step)
        } catch { self.error = error }
    }

    public var state: [String: Tensor] { ["batches": stateNumber(Double(batches))] }
    public func restore(_ state: [String: Tensor]) { batches = Int(state.number("batches") ?? 0) }
}
