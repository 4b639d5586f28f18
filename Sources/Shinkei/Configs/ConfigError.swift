/// What is wrong with a configuration: `units: must be a positive integer; got -3`.
public struct ConfigError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The keys on the way to the value, outermost first.
    public var path: [String]
    /// What was expected and what came.
    public var reason: String

    /// An error about the value at hand.
    public init(_ reason: String) {
        path = []
        self.reason = reason
    }

    /// The same error seen from one level further out.
    func at(_ key: String) -> ConfigError {
        var copy = self
        copy.path.insert(key, at: 0)
        return copy
    }

    public var description: String { path.isEmpty ? reason : "\(path.joined(separator: ".")): \(reason)" }
}

/// A size is positive; and sizes are multiplied with each other, so one larger than any that is meant would not fit.
func checkSize(_ key: String, _ size: Int) throws(ConfigError) {
    guard size > 0 else { throw ConfigError("\(key): must be a positive integer; got \(size)") }
    guard size <= 1 << 40 else { throw ConfigError("\(key): \(size) is more than memory can hold") }
}
