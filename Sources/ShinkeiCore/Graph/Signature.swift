/// A program's structure, spelled out as words: equal words mean that one plan serves both.
///
/// The words themselves are compared, so the hash only has to spread well.
package struct Signature: Hashable, Sendable {
    package private(set) var words: [UInt64] = []

    package init() {}

    @inline(__always)
    package mutating func append(_ word: UInt64) { words.append(word) }
    @inline(__always)
    package mutating func append(_ value: Int) { words.append(UInt64(bitPattern: Int64(value))) }
    package mutating func append(_ flag: Bool) { words.append(flag ? 1 : 0) }
    package mutating func append(_ values: [Int]) {
        append(values.count)
        for value in values { append(value) }
    }
    package mutating func append(_ text: String) {
        for byte in text.utf8 { append(UInt64(byte)) }
        append(0x1_0000)
    }

    package mutating func removeAll() { words.removeAll(keepingCapacity: true) }

    /// A multiply-xorshift over the words.
    package var digest: UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for word in words {
            hash = (hash ^ word) &* 0xD6E8_FEB8_6659_FD93
            hash ^= hash >> 32
        }
        return hash
    }

    package static func == (a: Signature, b: Signature) -> Bool { a.words == b.words }
    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
