/// FarmHash's 64-bit fingerprint: the hash by which TensorFlow, and so Keras, puts strings into buckets.
///
/// Fixed for ever; equal on every machine. Source: G. Pike, FarmHash 1.1 (`Fingerprint64`).
package enum FarmHash {
    private static let k0: UInt64 = 0xc3a5_c85c_97cb_3127
    private static let k1: UInt64 = 0xb492_b66f_be98_f273
    private static let k2: UInt64 = 0x9ae1_6a3b_2f90_404f

    /// The fingerprint of these bytes.
    package static func fingerprint(_ s: [UInt8]) -> UInt64 {
        switch s.count {
        case 0...16: short(s)
        case 17...32: medium(s)
        case 33...64: longer(s)
        default: long(s)
        }
    }

    /// The fingerprint of two fingerprints, in this order, as TensorFlow joins them (`FingerprintCat64`).
    package static func joined(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let factor: UInt64 = 0xc6a4_a793_5bd1_e995
        let result = (first ^ factor ^ mixed(second &* factor) &* factor) &* factor
        return mixed(mixed(result) &* factor)
    }

    /// Eight bytes, the lowest first.
    private static func word(_ s: [UInt8], _ at: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(s[at + $1]) << (8 * UInt64($1)) }
    }
    private static func half(_ s: [UInt8], _ at: Int) -> UInt64 {
        (0..<4).reduce(0) { $0 | UInt64(s[at + $1]) << (8 * UInt64($1)) }
    }
    private static func rotated(_ x: UInt64, _ by: UInt64) -> UInt64 { x >> by | x << (64 - by) }
    private static func mixed(_ x: UInt64) -> UInt64 { x ^ x >> 47 }

    private static func joined(_ u: UInt64, _ v: UInt64, _ factor: UInt64) -> UInt64 {
        let a = mixed((u ^ v) &* factor)
        return mixed((v ^ a) &* factor) &* factor
    }

    private static func short(_ s: [UInt8]) -> UInt64 {
        let count = UInt64(s.count)
        let factor = k2 &+ count &* 2
        if s.count >= 8 {
            let (a, b) = (word(s, 0) &+ k2, word(s, s.count - 8))
            return joined(rotated(b, 37) &* factor &+ a, (rotated(a, 25) &+ b) &* factor, factor)
        }
        if s.count >= 4 { return joined(count &+ half(s, 0) << 3, half(s, s.count - 4), factor) }
        guard s.count > 0 else { return k2 }
        let y = UInt64(s[0]) &+ UInt64(s[s.count >> 1]) << 8
        let z = count &+ UInt64(s[s.count - 1]) << 2
        return mixed(y &* k2 ^ z &* k0) &* k2
    }

    private static func medium(_ s: [UInt8]) -> UInt64 {
        let factor = k2 &+ UInt64(s.count) &* 2
        let (a, b) = (word(s, 0) &* k1, word(s, 8))
        let (c, d) = (word(s, s.count - 8) &* factor, word(s, s.count - 16) &* k2)
        return joined(
            rotated(a &+ b, 43) &+ rotated(c, 30) &+ d, a &+ rotated(b &+ k2, 18) &+ c, factor)
    }

    private static func longer(_ s: [UInt8]) -> UInt64 {
        let factor = k2 &+ UInt64(s.count) &* 2
        let (a, b) = (word(s, 0) &* k2, word(s, 8))
        let (c, d) = (word(s, s.count - 8) &* factor, word(s, s.count - 16) &* k2)
        let y = rotated(a &+ b, 43) &+ rotated(c, 30) &+ d
        let z = joined(y, a &+ rotated(b &+ k2, 18) &+ c, factor)
        let (e, f) = (word(s, 16) &* factor, word(s, 24))
        let (g, h) = ((y &+ word(s, s.count - 32)) &* factor, (z &+ word(s, s.count - 24)) &* factor)
        return joined(rotated(e &+ f, 43) &+ rotated(g, 30) &+ h, e &+ rotated(f &+ a, 18) &+ g, factor)
    }

    /// 32 bytes, and two numbers that depend on what came before.
    private static func block(_ s: [UInt8], _ at: Int, _ a: UInt64, _ b: UInt64) -> (UInt64, UInt64) {
        let last = word(s, at + 24)
        let first = a &+ word(s, at)
        let second = rotated(b &+ first &+ last, 21)
        let sum = first &+ word(s, at + 8) &+ word(s, at + 16)
        return (sum &+ last, second &+ rotated(sum, 44) &+ first)
    }

    private static func long(_ s: [UInt8]) -> UInt64 {
        let seed: UInt64 = 81
        var x = seed &* k2 &+ word(s, 0)
        var y = seed &* k1 &+ 113
        var z = mixed(y &* k2 &+ 113) &* k2
        var (v, w): ((UInt64, UInt64), (UInt64, UInt64)) = ((0, 0), (0, 0))
        func turn(_ at: Int, _ factor: UInt64, _ share: UInt64) {
            x = rotated(x &+ y &+ v.0 &+ word(s, at + 8), 37) &* factor
            y = rotated(y &+ v.1 &+ word(s, at + 48), 42) &* factor
            x ^= w.1 &* share
            y = y &+ v.0 &* share &+ word(s, at + 40)
            z = rotated(z &+ w.0, 33) &* factor
            v = block(s, at, v.1 &* factor, x &+ w.0)
            w = block(s, at + 32, z &+ w.1, y &+ word(s, at + 16))
            swap(&z, &x)
        }
        for at in stride(from: 0, to: (s.count - 1) / 64 * 64, by: 64) { turn(at, k1, 1) }
        let factor = k1 &+ (z & 0xff) << 1
        w.0 = w.0 &+ UInt64((s.count - 1) & 63)
        v.0 = v.0 &+ w.0
        w.0 = w.0 &+ v.0
        turn(s.count - 64, factor, 9)
        return joined(
            joined(v.0, w.0, factor) &+ mixed(y) &* k0 &+ z, joined(v.1, w.1, factor) &+ x, factor)
    }
}
