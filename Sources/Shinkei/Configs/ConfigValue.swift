public import ShinkeiCore
public import ShinkeiFormats

/// A value that can stand in a configuration.
public protocol ConfigValue: SendableMetatype {
    /// - Throws: `ConfigError` saying what was expected and what came.
    init(config: JSON) throws(ConfigError)
    /// The value as Keras writes it.
    var config: JSON { get }
}

/// An error about a value of another kind.
func expected(_ what: String, _ json: JSON) -> ConfigError {
    let text = json.text()
    let shown = text.utf8.count <= 60 ? text : String(text.prefix(57)) + "…"
    return ConfigError("expected \(what); got \(shown)")
}

extension Int: ConfigValue {
    /// Python lets 3.0 pass where a layer is given a size; so do we.
    public init(config: JSON) throws(ConfigError) {
        guard let value = config.int ?? config.double.flatMap({ Int(exactly: $0) }) else {
            throw expected("an integer", config)
        }
        self = value
    }
    public var config: JSON { .int(self) }
}

extension Double: ConfigValue {
    public init(config: JSON) throws(ConfigError) {
        if let value = config.double {
            self = value
        } else if let value =
            config["class_name"]?.string == "__numpy__" || config["class_name"]?.string == "__tensor__"
            ? config["config"]?["value"]?.double : nil
        {
            self = value  // a scalar array
        } else {
            throw expected("a number", config)
        }
    }
    public var config: JSON { .number(self) }
}

extension Bool: ConfigValue {
    public init(config: JSON) throws(ConfigError) {
        guard let value = config.bool else { throw expected("true or false", config) }
        self = value
    }
    public var config: JSON { .bool(self) }
}

extension String: ConfigValue {
    public init(config: JSON) throws(ConfigError) {
        guard let value = config.string else { throw expected("a string", config) }
        self = value
    }
    public var config: JSON { .string(self) }
}

extension Optional: ConfigValue where Wrapped: ConfigValue {
    public init(config: JSON) throws(ConfigError) { self = config.isNull ? nil : try Wrapped(config: config) }
    public var config: JSON { map(\.config) ?? .null }
}

extension Array: ConfigValue where Element: ConfigValue {
    public init(config: JSON) throws(ConfigError) {
        guard let values = config.array else { throw expected("a list", config) }
        self = []
        for (i, value) in values.enumerated() {
            do throws(ConfigError) { append(try Element(config: value)) } catch { throw error.at("[\(i)]") }
        }
    }
    public var config: JSON { .array(map(\.config)) }
}

extension SymbolicShape: ConfigValue {
    public init(config: JSON) throws(ConfigError) {
        let sizes = try [Int?](config: config)
        guard sizes.allSatisfy({ $0 == nil || $0! >= 0 }) else { throw expected("sizes from 0", config) }
        self.init(sizes)
        guard isAddressable else { throw ConfigError("\(self) is more than memory can hold") }
    }
    public var config: JSON { sizes.config }
}

extension DType: ConfigValue {
    public init(config: JSON) throws(ConfigError) {
        guard let name = config.string, let type = DType(name: name) else { throw expected("a type's name", config) }
        self = type
    }
    public var config: JSON { .string(name) }
}

/// An enumeration whose cases are Keras's words.
public protocol ConfigWord: ConfigValue, RawRepresentable, CaseIterable where RawValue == String {}

extension ConfigWord {
    public init(config: JSON) throws(ConfigError) {
        guard let word = config.string, let value = Self(rawValue: word) else {
            throw expected("one of " + Self.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "), config)
        }
        self = value
    }
    public var config: JSON { .string(rawValue) }
}
