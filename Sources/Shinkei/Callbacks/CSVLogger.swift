public import ShinkeiCore
import ShinkeiFormats

/// Writes a line of loss and metrics to a file after each epoch.
///
/// A training that `BackupAndRestore` goes on with goes on with its file, too.
/// Keras: `keras.callbacks.CSVLogger`.
public final class CSVLogger: Callback {
    private let path: String
    private let separator: String
    private let append: Bool
    private var file: AppendingFile?
    private var keys: [String]?
    /// How long the file is, once this training has written to it.
    private var size: Int?
    public private(set) var error: (any Error)?

    /// - Parameter append: Whether what is in the file stays.
    public init(_ path: String, separator: String = ",", append: Bool = false) {
        self.path = path
        self.separator = separator
        self.append = append
    }

    public func trainingWillBegin(_ model: Model) { (file, keys, size, error) = (nil, nil, nil, nil) }

    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        let names = keys ?? logs.keys.sorted()
        do {
            let file = try file ?? opened()
            var text = ""
            if size == nil {
                let hasHeader = append && AppendingFile.size(of: path) > 0
                if !hasHeader { text += line(["epoch"] + names) }
            }
            text += line(["\(epoch)"] + names.map { logs[$0].map { "\($0)" } ?? "NA" })
            try file.append(Array(text.utf8))
            (self.file, keys, size) = (file, names, AppendingFile.size(of: path))
        } catch { self.error = error }
    }

    /// The file, without what a killed training has written behind its last backup.
    private func opened() throws(FormatError) -> AppendingFile {
        if let size { AppendingFile.shorten(path, to: size) }
        return try AppendingFile(path, isNew: !append && size == nil)
    }

    public func trainingDidEnd(_ model: Model) { file = nil }

    private func line(_ fields: [String]) -> String { fields.joined(separator: separator) + "\n" }

    public var state: [String: Tensor] { size.map { ["size": stateNumber(Double($0))] } ?? [:] }
    public func restore(_ state: [String: Tensor]) { size = state.number("size").map { Int($0) } }
}
