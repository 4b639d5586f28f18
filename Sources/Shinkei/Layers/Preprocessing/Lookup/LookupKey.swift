import ShinkeiData
public import ShinkeiFormats

/// What a lookup layer finds in its vocabulary: strings, byte by byte, or integers.
public protocol LookupKey: ConfigValue, Hashable, Sendable {
    /// What two keys must share to be the same. Swift takes "é" and "e" with an accent for equal strings; a vocabulary does not.
    associatedtype Exact: Hashable & Sendable
    var exact: Exact { get }
    /// What is hashed, and what files hold: the text.
    var text: String { get }
    /// The key that a line of a file holds.
    init?(text: String)
    /// The order among keys that occur equally often.
    func precedes(_ other: Self) -> Bool
    /// What Keras calls unknown keys.
    static var unknown: Self { get }
}

extension String: LookupKey {
    public var exact: [UInt8] { Array(utf8) }
    public var text: String { self }
    public init?(text: String) { self = text }
    public func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
    public static var unknown: String { "[UNK]" }
}

extension Int: LookupKey {
    public var exact: Int { self }
    public var text: String { String(self) }
    public init?(text: String) { self.init(text) }
    public func precedes(_ other: Int) -> Bool { self < other }
    public static var unknown: Int { -1 }
}

/// The key of a hash, two numbers; a single one stands for both. With it the hash is SipHash-2-4, else FarmHash's.
public struct HashSalt: ConfigValue, Hashable, Sendable {
    public var first: Int
    public var second: Int

    public init(_ first: Int, _ second: Int) { (self.first, self.second) = (first, second) }
    public init(config: JSON) throws(ConfigError) {
        if let single = config.int {
            self.init(single, single)
            return
        }
        let both = try [Int](config: config)
        guard both.count == 2 else { throw expected("one number or two", config) }
        self.init(both[0], both[1])
    }
    public var config: JSON { [first, second].config }
}

/// Which of `buckets` a text falls into.
func bucket(_ text: String, of buckets: Int, salt: HashSalt?) -> Int {
    let bytes = Array(text.utf8)
    let hash =
        salt.map {
            SipHash.hash(bytes, key: (UInt64(bitPattern: Int64($0.first)), UInt64(bitPattern: Int64($0.second))))
        } ?? FarmHash.fingerprint(bytes)
    return Int(hash % UInt64(buckets))
}
