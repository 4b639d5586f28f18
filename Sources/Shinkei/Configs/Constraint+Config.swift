import ShinkeiFormats

extension Constraint: ConfigValue {
    /// A name (`max_norm`), which stands for the defaults, or Keras's object.
    public init(config: JSON) throws(ConfigError) {
        var object = try ClassObject(config, "a constraint")
        let kind: String
        do throws(UnknownNameError) { kind = try Constraint.table.lookup(object.className) } catch {
            throw ConfigError(error.description)
        }
        let axes = kind == "NonNeg" ? [] : try object.take("axis", Axes([0])).axes
        switch kind {
        case "MaxNorm": self = .maxNorm(try object.take("max_value", 2.0), axes: axes)
        case "MinMaxNorm":
            self = .minMaxNorm(
                min: try object.take("min_value", 0.0), max: try object.take("max_value", 1.0),
                rate: try object.take("rate", 1.0), axes: axes)
        case "NonNeg": self = .nonNegative
        default: self = .unitNorm(axes: axes)
        }
        try object.finish()
    }

    private static let table = NameTable(
        kind: "constraint", entries: ["MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"].map { ($0, $0) })

    public var config: JSON {
        let axis = Axes(axes).config
        return switch kind {
        case .maxNorm(let limit):
            ClassObject.json("constraints", "MaxNorm", ["max_value": .number(limit), "axis": axis])
        case .minMaxNorm(let low, let high, let rate):
            ClassObject.json(
                "constraints", "MinMaxNorm",
                ["min_value": .number(low), "max_value": .number(high), "rate": .number(rate), "axis": axis])
        case .nonNegative: ClassObject.json("constraints", "NonNeg", [:])
        case .unitNorm: ClassObject.json("constraints", "UnitNorm", ["axis": axis])
        }
    }
}
