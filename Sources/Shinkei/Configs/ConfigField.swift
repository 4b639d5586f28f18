import ShinkeiFormats

/// One key of a configuration: its name in files, and the property it fills. One list of these reads and writes.
public struct ConfigField<Owner>: Sendable {
    let key: String
    let isRequired: Bool
    let isWritten: Bool
    let read: @Sendable (inout Owner, JSON) throws(ConfigError) -> Void
    let write: @Sendable (Owner) -> JSON

    /// A key with a value that every file must give.
    public static func required<Value: ConfigValue>(
        _ key: String, _ property: any WritableKeyPath<Owner, Value> & Sendable
    ) -> ConfigField { ConfigField(key, property, isRequired: true) }

    /// A key that may be missing; the property then keeps its default.
    public static func optional<Value: ConfigValue>(
        _ key: String, _ property: any WritableKeyPath<Owner, Value> & Sendable
    ) -> ConfigField { ConfigField(key, property, isRequired: false) }

    /// An older name of a key: read, never written.
    static func reading<Value: ConfigValue>(
        _ key: String, _ property: any WritableKeyPath<Owner, Value> & Sendable
    ) -> ConfigField { ConfigField(key, property, isRequired: false, isWritten: false) }

    /// The same key for a value that holds such a one.
    func inside<Outer>(_ path: any WritableKeyPath<Outer, Owner> & Sendable) -> ConfigField<Outer> {
        ConfigField<Outer>(key: key, isRequired: isRequired, isWritten: isWritten) {
            (outer: inout Outer, json: JSON) throws(ConfigError) in
            try read(&outer[keyPath: path], json)
        } write: {
            write($0[keyPath: path])
        }
    }

    private init(
        key: String, isRequired: Bool, isWritten: Bool,
        read: @escaping @Sendable (inout Owner, JSON) throws(ConfigError) -> Void,
        write: @escaping @Sendable (Owner) -> JSON
    ) {
        self.key = key
        self.isRequired = isRequired
        self.isWritten = isWritten
        self.read = read
        self.write = write
    }

    private init<Value: ConfigValue>(
        _ key: String, _ property: any WritableKeyPath<Owner, Value> & Sendable, isRequired: Bool,
        isWritten: Bool = true
    ) {
        self.key = key
        self.isWritten = isWritten
        self.isRequired = isRequired
        read = { (owner: inout Owner, json: JSON) throws(ConfigError) in
            owner[keyPath: property] = try Value(config: json)
        }
        write = { $0[keyPath: property].config }
    }
}

/// A plain value that files hold as an object, and the keys it has there.
public protocol Configuration: Sendable {
    /// The value whose properties are overwritten by what a file says: the defaults.
    static var defaults: Self { get }
    /// The keys in the order in which Keras writes them.
    static var fields: [ConfigField<Self>] { get }
    /// Keys that files may have and that change nothing here, such as `unroll` of a recurrent layer.
    static var ignored: Set<String> { get }
    /// Whether the values make sense together.
    ///
    /// - Throws: `ConfigError` naming what does not.
    func check() throws(ConfigError)
}

extension Configuration {
    public static var ignored: Set<String> { [] }
    public func check() throws(ConfigError) {}

    /// Reads the object. A key that is not known is refused unless its value is null or false: it would ask for something
    /// that is then not done.
    init(_ object: JSON, besides others: Set<String> = []) throws(ConfigError) {
        guard let members = object.object else { throw expected("an object", object) }
        self = Self.defaults
        var known = others.union(Self.ignored)
        for field in Self.fields {
            known.insert(field.key)
            if let value = members[field.key] {
                do throws(ConfigError) { try field.read(&self, value) } catch { throw error.at(field.key) }
            } else if field.isRequired {
                throw ConfigError("\"\(field.key)\" is missing")
            }
        }
        for (key, value) in members where !known.contains(key) && !value.isNull && value.bool != false {
            throw ConfigError("\"\(key)\" is not supported; its value is \(value.text().prefix(60))")
        }
        try check()
    }

    /// The object that files hold.
    var members: [(String, JSON)] {
        Self.fields.filter(\.isWritten).map { ($0.key, $0.write(self)) }
    }
}
