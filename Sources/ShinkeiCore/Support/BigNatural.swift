/// A natural number of any size, with just the arithmetic that exact float printing needs.
///
/// Words are 32 bits, lowest first, without leading zero words; zero has no words.
struct BigNatural {
    private(set) var words: [UInt32]

    init(_ value: UInt64) {
        words = [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
        trim()
    }

    /// Multiplies by `2^count`.
    mutating func shiftLeft(by count: Int) {
        guard count > 0, !words.isEmpty else { return }
        let bits = UInt32(count % 32)
        if bits > 0 {
            var carry: UInt32 = 0
            for i in words.indices {
                let word = words[i]
                words[i] = word << bits | carry
                carry = word >> (32 - bits)
            }
            if carry > 0 { words.append(carry) }
        }
        words.insert(contentsOf: repeatElement(0, count: count / 32), at: 0)
    }

    /// Multiplies by a small number.
    mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for i in words.indices {
            let product = UInt64(words[i]) * UInt64(factor) + carry
            words[i] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { words.append(UInt32(carry)) }
    }

    /// Multiplies by `10^power`.
    mutating func multiply(byPowerOfTen power: Int) {
        var left = power
        while left >= 9 {
            multiply(by: 1_000_000_000)
            left -= 9
        }
        for _ in 0..<left { multiply(by: 10) }
    }

    /// Leaves the remainder of the division by `divisor` and returns the quotient, a decimal digit.
    ///
    /// Subtracting at most nine times needs no estimate of the quotient, so no correction of one.
    mutating func reduce(modulo divisor: BigNatural) -> UInt8 {
        var quotient: UInt8 = 0
        while Self.compare(self, divisor) >= 0 {
            subtract(divisor)
            quotient += 1
        }
        return quotient
    }

    /// Negative, zero or positive as `a < b`, `a == b`, `a > b`.
    static func compare(_ a: BigNatural, _ b: BigNatural) -> Int {
        if a.words.count != b.words.count { return a.words.count - b.words.count }
        var i = a.words.count
        while i > 0 {
            i -= 1
            if a.words[i] != b.words[i] { return a.words[i] < b.words[i] ? -1 : 1 }
        }
        return 0
    }

    static func + (a: BigNatural, b: BigNatural) -> BigNatural {
        var sum = a.words.count >= b.words.count ? a : b
        let other = a.words.count >= b.words.count ? b : a
        var carry: UInt64 = 0
        for i in sum.words.indices {
            let term = i < other.words.count ? UInt64(other.words[i]) : 0
            let total = UInt64(sum.words[i]) + term + carry
            sum.words[i] = UInt32(truncatingIfNeeded: total)
            carry = total >> 32
        }
        if carry > 0 { sum.words.append(UInt32(carry)) }
        return sum
    }

    /// Subtracts a number that is not larger.
    private mutating func subtract(_ other: BigNatural) {
        var borrow: UInt64 = 0
        for i in words.indices {
            let term = (i < other.words.count ? UInt64(other.words[i]) : 0) + borrow
            let word = UInt64(words[i])
            borrow = word < term ? 1 : 0
            words[i] = UInt32(truncatingIfNeeded: word &- term)
        }
        trim()
    }

    private mutating func trim() {
        while words.last == 0 { words.removeLast() }
    }
}
