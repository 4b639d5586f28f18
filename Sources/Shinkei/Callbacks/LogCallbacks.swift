public import ShinkeiCore
import ShinkeiFormats

/// Writes a line of loss and metrics to a file after each epoch.
///
/// Keras: `keras.callbacks.CSVLogger`.
public final class CSVLogger: Callback {
    private let path: String
    private let separator: String
    private let append: Bool
    private var file: AppendingFile?
    private var keys: [String]?
    /// Why nothing could be written.
    public private(set) var error: (any Error)?

    /// - Parameter append: Whether what is in the file stays.
    public init(_ path: String, separator: String = ",", append: Bool = false) {
        self.path = path
        self.separator = separator
        self.append = append
    }

    public func trainingWillBegin(_ model: Model) {
        keys = nil
        do {
            let hasLines = append && AppendingFile.size(of: path) > 0
            file = try AppendingFile(path, isNew: !append)
            hasHeader = hasLines
        } catch { self.error = error }
    }
    private var hasHeader = false

    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        let names = keys ?? logs.keys.sorted()
        do {
            if keys == nil {
                keys = names
                if !hasHeader { try file?.append(line(["epoch"] + names)) }
            }
            try file?.append(line(["\(epoch)"] + names.map { logs[$0].map { "\($0)" } ?? "NA" }))
        } catch { self.error = error }
    }

    public func trainingDidEnd(_ model: Model) { file = nil }

    private func line(_ fields: [String]) -> [UInt8] { Array((fields.joined(separator: separator) + "\n").utf8) }
}

/// Writes loss and metrics of each epoch, and the learning rate, where TensorBoard shows them: `train` and
/// `validation` below the
/// directory.
///
/// Keras: `keras.callbacks.TensorBoard`.
public final class TensorBoard: Callback {
    private let logDir: String
    private var files: [String: EventFile] = [:]
    /// Why nothing could be written.
    public private(set) var error: (any Error)?

    public init(logDir: String = "logs") { self.logDir = logDir }

    public func trainingWillBegin(_ model: Model) { files = [:] }

    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        var train: [(tag: String, value: Double)] = []
        var validation: [(tag: String, value: Double)] = []
        for (name, value) in logs.sorted(by: { $0.key < $1.key }) {
            if name.hasPrefix("val_") {
                validation.append(("epoch_" + name.dropFirst(4), value))
            } else {
                train.append(("epoch_" + name, value))
            }
        }
        if let optimizer = model.optimizer { train.append(("epoch_learning_rate", optimizer.learningRate)) }
        do {
            for (name, values) in [("train", train), ("validation", validation)] where !values.isEmpty {
                let file = try files[name] ?? EventFile(directory: "\(logDir)/\(name)")
                files[name] = file
                try file.add(values, step: epoch)
            }
        } catch { self.error = error }
    }

    public func trainingDidEnd(_ model: Model) { files = [:] }
}
