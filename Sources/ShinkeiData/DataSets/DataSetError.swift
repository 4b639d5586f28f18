/// Why a data set cannot be loaded.
///
/// The description is one line that says what to do about it.
public struct DataSetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of trouble a caller may want to tell apart.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// The folder that was asked for does not hold the files.
        case notFound
        /// The files are nowhere on this machine and could not be downloaded.
        case notDownloaded
        /// A file is there, but damaged or not what it should be.
        case invalid
    }

    /// The kind of trouble.
    public let kind: Kind
    /// The data set's name, such as `MNIST`.
    public let dataSet: String
    /// What was expected, what came, and what to do.
    public let reason: String

    /// Describes trouble with a data set.
    public init(_ kind: Kind, dataSet: String, reason: String) {
        self.kind = kind
        self.dataSet = dataSet
        self.reason = reason
    }

    /// The data set and the reason in one line.
    public var description: String { "\(dataSet): \(reason)" }
}
