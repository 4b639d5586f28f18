import ShinkeiFormats

extension History {
    /// Writes loss and metrics, one list a name, as one JSON object.
    ///
    /// - Throws: `FormatError` of kind `unwritable`.
    public func write(to path: String) throws {
        let columns = zip(keys, columns).map { ($0, JSON.array($1.map { .number($0) })) }
        try AtomicFile.write(JSON.object(JSON.Object(columns)).encoded(), to: path)
    }
}

extension EvaluationResult {
    /// The names and values as one JSON object, in one line.
    public var json: String { JSON.object(JSON.Object(zip(names, values).map { ($0, .number($1)) })).text() }
}
