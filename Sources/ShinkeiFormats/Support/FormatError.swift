/// What is wrong with a file: which file, in which format, and what was expected and came.
///
/// The description is one line, ready for a terminal:
/// `images.npy: npy: needs 4096 bytes of data, the file has 100`.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of trouble a caller may want to tell apart.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// The file cannot be opened or read.
        case unreadable
        /// The file cannot be created or written.
        case unwritable
        /// The file is not of this format at all: its first bytes are others.
        case notThisFormat
        /// The file ends too early.
        case truncated
        /// The file breaks a rule of its format, or a checksum is wrong.
        case malformed
        /// The file is valid, but holds something that Shinkei does not read.
        case unsupported
        /// The file holds more than the caller's limit, or more than an address can reach.
        case tooLarge
    }

    /// The kind of trouble.
    public let kind: Kind
    /// The file's path, or the name the caller gave to bytes in memory.
    public let file: String
    /// The format that was read or written, such as `npy`; empty for plain files.
    public let format: String
    /// What was expected and what came.
    public let reason: String

    /// Describes trouble with a file.
    public init(_ kind: Kind, file: String, format: String = "", reason: String) {
        self.kind = kind
        self.file = file
        self.format = format
        self.reason = reason
    }

    /// File, format and reason in one line.
    public var description: String {
        [file, format, reason].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
