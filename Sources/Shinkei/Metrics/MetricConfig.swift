import ShinkeiFormats

/// A metric that is made from a plain value and can therefore be saved and loaded.
protocol ConfiguredMetric: Metric {
    associatedtype Config: Configuration
    /// Keras's name of the class.
    static var className: String { get }
    /// What it was made from.
    var config: Config { get }
    /// The metric that such a value describes. The value has been checked.
    init(_ config: Config, name: String?)
}

extension ConfiguredMetric {
    static var className: String { String(describing: Self.self) }
    /// The key in the history, if none is given.
    static var defaultName: String { snakeCase(className) }

    static func make(_ object: JSON) throws(ConfigError) -> Metric {
        Self(try Config(object, besides: ["name", "dtype", "fn"]), name: object["name"]?.string)
    }
    /// The metric with the default arguments; `nil` if some have none.
    static func make(name: String) -> Metric? {
        Config.fields.contains(where: \.isRequired) ? nil : Self(Config.defaults, name: name)
    }

    /// The object that files hold.
    var object: JSON { metricObject(Self.className, name: name, config.members) }
}

func metricObject(_ className: String, name: String, _ members: [(String, JSON)]) -> JSON {
    [
        "module": "keras.metrics", "class_name": .string(className),
        "config": .object(JSON.Object([("name", .string(name)), ("dtype", "float32")] + members)),
        "registered_name": .null,
    ]
}

/// The configuration of a metric that has no arguments.
public struct NoArguments: Configuration, Hashable {
    public static let defaults = NoArguments()
    public static let fields: [ConfigField<NoArguments>] = []
}
