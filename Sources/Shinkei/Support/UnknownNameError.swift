/// A name that nobody knows, where a string chooses: an optimizer, a loss, a metric, an activation.
public struct UnknownNameError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was looked for: `"optimizer"`.
    public var kind: String
    /// The name that was given.
    public var name: String
    /// The known names, nearest first; at most three.
    public var nearest: [String]

    init(kind: String, name: String, known: [String]) {
        self.kind = kind
        self.name = name
        let wanted = name.lowercased()
        let ranked = known.map { (editDistance(wanted, $0.lowercased()), $0) }.sorted { $0 < $1 }
        nearest = ranked.prefix(3).map(\.1)
    }

    /// The text for a person.
    public var description: String {
        let list = nearest.map { "\"\($0)\"" }.joined(separator: ", ")
        return "there is no \(kind) \"\(name)\"; the nearest are \(list)"
    }
}

/// How many letters must be put in, taken out or changed to make one word the other (Levenshtein).
func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, right) in b.enumerated() {
            let changed = diagonal + (left == right ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(changed, row[j + 1] + 1, row[j] + 1)
        }
    }
    return row[b.count]
}

/// Names by which strings choose a thing; letter case and underscores do not matter (`"RMSprop"`,
/// `"rmsprop"`, `"MeanSquaredError"`, `"mean_squared_error"`).
struct NameTable<Value: Sendable>: Sendable {
    let kind: String
    let entries: [(name: String, value: Value)]

    func lookup(_ name: String) throws(UnknownNameError) -> Value {
        let wanted = NameTable.plain(name)
        for entry in entries where NameTable.plain(entry.name) == wanted { return entry.value }
        throw UnknownNameError(kind: kind, name: name, known: entries.map(\.name))
    }

    private static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }
}
