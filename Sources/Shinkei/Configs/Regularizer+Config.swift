import ShinkeiFormats

extension Regularizer: ConfigValue {
    /// A name (`l2`), which stands for the defaults, or Keras's object.
    public init(config: JSON) throws(ConfigError) {
        var object = try ClassObject(config, "a regularizer")
        func factor(_ key: String, _ standard: Double) throws(ConfigError) -> Double {
            let value = try object.take(key, standard)
            guard value.isFinite, value >= 0 else { throw ConfigError("\(key): must be a number from 0; got \(value)") }
            return value
        }
        let kind: String
        do throws(UnknownNameError) { kind = try Regularizer.table.lookup(object.className) } catch {
            throw ConfigError(error.description)
        }
        switch kind {
        case "L1": self = .l1(try factor("l1", 0.01))
        case "L2": self = .l2(try factor("l2", 0.01))
        case "L1L2": self = .l1l2(l1: try factor("l1", 0), l2: try factor("l2", 0))
        default:
            self = .orthogonal(factor: try object.take("factor", 0.01), mode: try object.take("mode", Mode.rows))
        }
        try object.finish()
    }

    private static let table = NameTable(
        kind: "regularizer",
        entries: ["L1", "L1L2", "L2", "OrthogonalRegularizer"].map { ($0, $0) })

    public var config: JSON {
        switch kind {
        case .l1(let l1): ClassObject.json("regularizers", "L1", ["l1": .number(l1)])
        case .l2(let l2): ClassObject.json("regularizers", "L2", ["l2": .number(l2)])
        case .l1l2(let l1, let l2):
            ClassObject.json("regularizers", "L1L2", ["l1": .number(l1), "l2": .number(l2)])
        case .orthogonal(let factor, let mode):
            ClassObject.json(
                "regularizers", "OrthogonalRegularizer", ["factor": .number(factor), "mode": mode.config])
        }
    }
}
