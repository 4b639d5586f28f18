/// SipHash-2-4: a hash with a key, so that nobody who does not know the key can fill one bucket.
///
/// Source: Aumasson & Bernstein 2012, "SipHash: a fast short-input PRF".
package enum SipHash {
    /// The hash of these bytes under a key of two numbers.
    package static func hash(_ bytes: [UInt8], key: (UInt64, UInt64)) -> UInt64 {
        var v0 = key.0 ^ 0x736f_6d65_7073_6575
        var v1 = key.1 ^ 0x646f_7261_6e64_6f6d
        var v2 = key.0 ^ 0x6c79_6765_6e65_7261
        var v3 = key.1 ^ 0x7465_6462_7974_6573
        func rotated(_ x: UInt64, _ by: UInt64) -> UInt64 { x << by | x >> (64 - by) }
        func round() {
            v0 = v0 &+ v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 = v2 &+ v3
            v3 = rotated(v3, 16) ^ v2
            v0 = v0 &+ v3
            v3 = rotated(v3, 21) ^ v0
            v2 = v2 &+ v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }
        func take(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }
        let whole = bytes.count / 8 * 8
        func word(_ range: Range<Int>) -> UInt64 {
            range.reduce(0) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1 - range.lowerBound)) }
        }
        for at in stride(from: 0, to: whole, by: 8) { take(word(at..<at + 8)) }
        take(word(whole..<bytes.count) | UInt64(truncatingIfNeeded: bytes.count) << 56)
        v2 ^= 0xff
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }
}
