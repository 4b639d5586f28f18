import ShinkeiFormats

/// What chooses one of Keras's small classes (a regularizer, a constraint, an initializer): the class's name alone, or
/// `{"module", "class_name", "config", "registered_name"}`.
struct ClassObject {
    /// `L2`, `l2`, `GlorotUniform` or `glorot_uniform`, as it came.
    let className: String
    private let arguments: JSON.Object
    private var known: Set<String> = []

    /// - Parameter what: What is expected here: `a regularizer`.
    init(_ json: JSON, _ what: String) throws(ConfigError) {
        if let name = json.string {
            className = name
            arguments = [:]
            return
        }
        guard let name = json["class_name"]?.string else { throw expected("\(what)'s name or object", json) }
        className = name
        let config = json["config"] ?? .null
        guard let members = config.isNull ? [:] : config.object else { throw expected("\(what)'s arguments", json) }
        arguments = members
    }

    /// An argument, or what it is if it was not given.
    mutating func take<Value: ConfigValue>(_ key: String, _ standard: Value) throws(ConfigError) -> Value {
        known.insert(key)
        guard let value = arguments[key], !value.isNull else { return standard }
        do throws(ConfigError) { return try Value(config: value) } catch { throw error.at(key) }
    }

    /// Refuses arguments that nobody has asked for: what they want would not be done.
    func finish() throws(ConfigError) {
        for (key, value) in arguments where !known.contains(key) && !value.isNull && value.bool != false {
            throw ConfigError("\(className): \"\(key)\" is not supported; its value is \(value.text().prefix(60))")
        }
    }

    /// The object as Keras writes it.
    static func json(_ module: String, _ className: String, _ arguments: JSON.Object) -> JSON {
        [
            "module": .string("keras.\(module)"), "class_name": .string(className), "config": .object(arguments),
            "registered_name": .null,
        ]
    }
}
