import ShinkeiCore

/// FarmHash's fingerprint of integers' decimal texts, as operations on tensors: how Keras hashes numbers inside of a model.
///
/// A text has 20 bytes at most, which are the two shortest of FarmHash's cases. `R(n)` below are the last `n` bytes of a text as a
/// number, the first of them lowest; appending a byte in front is `R(n) = R(n - 1) · 2⁸ + byte`, and in 64 bits only the first eight of
/// them are left. So all words that the hash reads are an `R` of some length.
enum DecimalHash {
    /// Which of `buckets` each integer falls into.
    ///
    /// - Parameter x: `int64` of any shape.
    static func bucket(_ x: Tensor, of buckets: Int) -> Tensor {
        let hash = fingerprint(x)
        // The hash has no sign: its upper 63 bits first, then the lowest one.
        let size = constant(buckets)
        return (shifted(hash, 1) % size * constant(2) + (hash & constant(1))) % size
    }

    /// The 64 bits of the fingerprint.
    static func fingerprint(_ x: Tensor) -> Tensor {
        let text = Text(x)
        let count = text.count
        let factor = constant(k2) + count * constant(2)

        // 1 to 3 bytes.
        let first = text.whole & constant(0xff)
        let middle = Tensor.where(count .== constant(3), text.last(2) & constant(0xff), text.last(1))
        let y = first + middle * constant(1 << 8)
        let z = count + text.last(1) * constant(1 << 2)
        let tiny = mixed(y * constant(k2) ^ z * constant(k0)) * constant(k2)

        // 4 to 7 bytes.
        let small = joined(
            count + (text.whole & constant(0xffff_ffff)) * constant(1 << 3), text.last(4), factor)

        // 8 to 16 bytes.
        let (a, b) = (text.whole + constant(k2), text.last(8))
        let short = joined(
            rotated(b, 37) * factor + a, (rotated(a, 25) + b) * factor, factor)

        // 17 to 20 bytes.
        let (c, d) = (text.whole * constant(k1), text.withoutEight)
        let (e, f) = (text.last(8) * factor, text.last(16) * constant(k2))
        let medium = joined(
            rotated(c + d, 43) + rotated(e, 30) + f, c + rotated(d + constant(k2), 18) + e, factor)

        var hash = Tensor.where(count .< constant(4), tiny, small)
        hash = Tensor.where(count .< constant(8), hash, short)
        return Tensor.where(count .> constant(16), medium, hash)
    }

    private static let k0: UInt64 = 0xc3a5_c85c_97cb_3127
    private static let k1: UInt64 = 0xb492_b66f_be98_f273
    private static let k2: UInt64 = 0x9ae1_6a3b_2f90_404f

    private static func constant(_ value: UInt64) -> Tensor { Tensor(Int64(bitPattern: value)) }
    private static func constant(_ value: Int) -> Tensor { Tensor(Int64(value)) }

    /// Shifted to the right, with zeros from the left.
    private static func shifted(_ x: Tensor, _ bits: Int) -> Tensor {
        x.floorDivided(by: constant(1 << bits)) & constant(UInt64.max >> UInt64(bits))
    }
    private static func rotated(_ x: Tensor, _ bits: Int) -> Tensor {
        shifted(x, bits) | x * constant(1 << UInt64(64 - bits))
    }
    private static func mixed(_ x: Tensor) -> Tensor { x ^ shifted(x, 47) }
    private static func joined(_ u: Tensor, _ v: Tensor, _ factor: Tensor) -> Tensor {
        let a = mixed((u ^ v) * factor)
        return mixed((v ^ a) * factor) * factor
    }

    /// The decimal texts of integers.
    private struct Text {
        /// How many bytes a text has.
        let count: Tensor
        /// `R` of the whole text, and of the text without its first eight bytes.
        let whole: Tensor
        let withoutEight: Tensor
        /// `R(n)` for 0 ... 16, right for texts of `n` bytes or more.
        private let ends: [Tensor]

        func last(_ n: Int) -> Tensor { ends[n] }

        init(_ x: Tensor) {
            let zero = constant(0)
            let ten = constant(10)
            let isNegative = x .< zero
            // Digits from the last. The smallest integer has no positive one beside it: its first tenth is taken with its sign.
            let floored = x.floorDivided(by: ten)
            let digit = x - floored * ten
            let isInexact = isNegative & (digit .!= zero)
            var digits = [Tensor.where(isInexact, ten - digit, digit)]
            var rest = Tensor.where(isNegative, -(floored + isInexact.cast(to: .int64)), floored)
            var length = Tensor.ones(x.shape.sizes, dtype: .int64)
            for _ in 1..<19 {
                length = length + (rest .!= zero).cast(to: .int64)
                digits.append(rest % ten)
                rest = rest.floorDivided(by: ten)
            }
            count = length + isNegative.cast(to: .int64)

            var end = zero
            var ends = [zero]
            var (whole, withoutEight) = (zero, zero)
            for n in 1...20 {
                let byte =
                    n <= digits.count
                    ? Tensor.where(constant(n) .<= length, digits[n - 1] + constant(48), constant(45)) : constant(45)
                end = end * constant(1 << 8) + byte
                ends.append(end)
                whole = Tensor.where(count .== constant(n), end, whole)
                withoutEight = Tensor.where(count .== constant(n + 8), end, withoutEight)
            }
            (self.whole, self.withoutEight, self.ends) = (whole, withoutEight, ends)
        }
    }
}
