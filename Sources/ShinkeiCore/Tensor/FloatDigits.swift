/// A floating-point number taken apart: `± mantissa · 2^exponent`, with the facts about its
/// neighbours that printing needs.
struct FloatParts {
    enum Kind { case finite, infinity, nan }

    var kind: Kind
    var isNegative: Bool
    var mantissa: UInt64
    var exponent: Int
    /// Whether the next number towards zero is only half as far as the next one away from it.
    /// True of powers of two.
    var isNarrowBelow: Bool

    /// Takes apart the IEEE 754 bits of a number with the given field widths.
    init(bits: UInt64, exponentWidth: Int, fractionWidth: Int) {
        let fraction = bits & (1 << UInt64(fractionWidth) - 1)
        let largest = 1 << exponentWidth - 1
        let biased = Int(bits >> UInt64(fractionWidth)) & largest
        let bias = largest >> 1
        isNegative = bits >> UInt64(exponentWidth + fractionWidth) & 1 == 1
        kind = biased < largest ? .finite : fraction == 0 ? .infinity : .nan
        mantissa = biased == 0 ? fraction : fraction | 1 << UInt64(fractionWidth)
        exponent = max(biased, 1) - bias - fractionWidth
        isNarrowBelow = fraction == 0 && biased > 1
    }

    /// The size without the sign, exact; meaningful for finite numbers.
    var magnitude: Double {
        Double(sign: .plus, exponent: exponent, significand: Double(mantissa))
    }
}

/// The decimal digits of a finite number: `0.d₁d₂d₃… · 10^pointPosition`.
struct FloatDigits: Equatable {
    /// Digits `0 … 9`, most significant first, never empty.
    var digits: [UInt8]
    var pointPosition: Int

    /// Where to stop, counted in digits behind the first one or behind the decimal point.
    enum Limit: Equatable {
        /// As many digits as tell the number from its neighbours.
        case none
        /// The same, but at most so many behind the decimal point.
        case afterPoint(Int)
        /// The same, but at most so many digits in all.
        case total(Int)
        /// Exactly so many digits in all, even if fewer would do.
        case exactly(Int)
    }

    /// Generates the shortest digits that identify the number, within a limit.
    ///
    /// The free-format algorithm of Steele and White with Burger and Dybvig's treatment of even
    /// mantissas: value, scale and the two half gaps to the neighbours are integers, so every
    /// comparison is exact. A digit that the limit cuts is rounded by the exact remainder, halves
    /// to the even digit. That is NumPy's rule too ("dragon4"), so the digits agree with NumPy's.
    ///
    /// Source: Steele & White 1990, "How to print floating-point numbers accurately";
    /// Burger & Dybvig 1996, "Printing floating-point numbers quickly and accurately", figure 3.
    init(_ number: FloatParts, limit: Limit) {
        guard number.mantissa != 0 else {
            digits = [0]
            pointPosition = 1
            return
        }
        // value = number · scale; gaps are half the distances to the neighbours, · scale.
        // Everything is doubled once (gaps are halves), twice if the gaps differ.
        let widen = number.isNarrowBelow ? 2 : 1
        let up = max(number.exponent, 0)
        var value = BigNatural(number.mantissa)
        var scale = BigNatural(1)
        var gapBelow = BigNatural(1)
        value.shiftLeft(by: up + widen)
        scale.shiftLeft(by: max(-number.exponent, 0) + widen)
        gapBelow.shiftLeft(by: up)

        // Scale by a power of ten so that 0.1 ≤ value / scale < 1.
        let highestBit = 63 - number.mantissa.leadingZeroBitCount + number.exponent
        var point = Int((Double(highestBit) * 0.301_029_995_663_981_2).rounded(.down)) + 1
        if point > 0 { scale.multiply(byPowerOfTen: point) }
        if point < 0 {
            value.multiply(byPowerOfTen: -point)
            gapBelow.multiply(byPowerOfTen: -point)
        }
        while BigNatural.compare(value, scale) >= 0 {
            scale.multiply(by: 10)
            point += 1
        }

        var firstStop = Int.max  // stop at this position or later
        var lastStop = Int.min  // never go past this one
        switch limit {
        case .none: break
        case .afterPoint(let count): lastStop = -count
        case .total(let count): lastStop = point - count
        case .exactly(let count):
            firstStop = point - count
            lastStop = point - count
        }

        let includesEnds = number.mantissa % 2 == 0
        var digits: [UInt8] = []
        var position = point
        var digit: UInt8 = 0
        var low = false
        var high = false
        while true {
            value.multiply(by: 10)
            gapBelow.multiply(by: 10)
            position -= 1
            digit = value.reduce(modulo: scale)

            var gapAbove = gapBelow
            gapAbove.shiftLeft(by: widen - 1)
            let toLow = BigNatural.compare(value, gapBelow)
            let toHigh = BigNatural.compare(value + gapAbove, scale)
            low = includesEnds ? toLow <= 0 : toLow < 0
            high = includesEnds ? toHigh >= 0 : toHigh > 0
            if (low || high) && position <= firstStop || position <= lastStop { break }
            digits.append(digit)
        }

        var roundsUp = high
        if low == high {
            value.shiftLeft(by: 1)
            let toHalf = BigNatural.compare(value, scale)
            roundsUp = toHalf > 0 || toHalf == 0 && digit % 2 == 1
        }
        if roundsUp { digit += 1 }
        // A carry leaves fewer digits: the dropped ones are zeros.
        while digit == 10, let previous = digits.popLast() { digit = previous + 1 }
        if digit == 10 {
            digit = 1
            point += 1
        }
        digits.append(digit)
        self.digits = digits
        pointPosition = point
    }
}
