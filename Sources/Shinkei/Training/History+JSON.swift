import ShinkeiFormats

extension History {
    /// Writes loss and metrics, one list a name, as one JSON object.
    ///
    /// - Throws: `FormatError` of kind `unwritable`.
    public func write(to path: String) throws {
        let columns = zip(keys, columns).enumerated().map { i, column in
            (column.0, JSON.array(vectorColumns[i]?.map(numbers) ?? column.1.map { .number($0) }))
        }
        try AtomicFile.write(JSON.object(JSON.Object(columns)).encoded(), to: path)
    }
}

extension EvaluationResult {
    /// The names and values as one JSON object, in one line.
    public var json: String {
        let members = zip(names, values).enumerated().map { i, entry in
            (entry.0, vectorValues[i].map(numbers) ?? .number(entry.1))
        }
        return JSON.object(JSON.Object(members)).text()
    }
}

private func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }
