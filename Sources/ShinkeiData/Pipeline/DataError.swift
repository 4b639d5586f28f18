/// What is wrong with an element of a data set: where it came from, and what was expected and came.
///
/// The description is one line: `houses.csv: row 12: column "age": expected a number, got "old"`.
public struct DataError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's path, or the stage's name.
    public let source: String
    /// The number of the row, from 1, as an editor counts records.
    public let row: Int?
    /// What was expected and what came.
    public let reason: String

    /// Describes trouble with an element.
    public init(source: String, row: Int? = nil, reason: String) {
        self.source = source
        self.row = row
        self.reason = reason
    }

    /// Source, row and reason in one line.
    public var description: String {
        row.map { "\(source): row \($0): \(reason)" } ?? "\(source): \(reason)"
    }
}
