/// One number in parts: what stands before the point (with the sign), behind it, and the exponent.
struct FloatText {
    var whole: String
    var fraction = ""
    var exponent = 0
    var isNumber = true

    /// `-12` `5`, trailing zeros dropped.
    init(positional number: FloatParts, limit: FloatDigits.Limit) {
        self.init(sign: number)
        guard isNumber else { return }
        let decimal = FloatDigits(number, limit: limit)
        let digits = decimal.digits.map { UInt8(ascii: "0") + $0 }
        let point = decimal.pointPosition
        if point <= 0 {
            whole += "0"
            fraction = String(repeating: "0", count: -point) + Self.text(digits[...])
        } else {
            whole += Self.text(digits.prefix(point))
            whole += String(repeating: "0", count: max(0, point - digits.count))
            fraction = Self.text(digits.dropFirst(point))
        }
        while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
    }

    /// `-1` `25` and 3 for -1.25e+03, trailing zeros dropped.
    init(scientific number: FloatParts, limit: FloatDigits.Limit) {
        self.init(sign: number)
        guard isNumber else { return }
        let decimal = FloatDigits(number, limit: limit)
        let digits = decimal.digits.map { UInt8(ascii: "0") + $0 }
        whole += Self.text(digits.prefix(1))
        fraction = Self.text(digits.dropFirst())
        exponent = decimal.pointPosition - 1
        while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
    }

    private init(sign number: FloatParts) {
        whole = number.isNegative ? "-" : ""
        switch number.kind {
        case .finite: break
        case .infinity:
            whole += "inf"
            isNumber = false
        case .nan:
            whole = "nan"
            isNumber = false
        }
    }

    private static func text(_ digits: ArraySlice<UInt8>) -> String {
        String(decoding: digits, as: UTF8.self)
    }

    /// `+03`: the sign and at least `width` digits.
    func exponentText(width: Int) -> String {
        let digits = String(exponent.magnitude)
        let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
        return (exponent < 0 ? "-" : "+") + zeros + digits
    }
}

/// The common format of all shown numbers of an array.
struct FloatColumn {
    private let numbers: [FloatParts]
    private let isScientific: Bool

    private static let precision = 8

    init(_ numbers: [FloatParts], dtype: DType) {
        self.numbers = numbers
        var largest = 0.0
        var smallest = Double.infinity
        for number in numbers where number.kind == .finite && number.mantissa != 0 {
            largest = max(largest, number.magnitude)
            smallest = min(smallest, number.magnitude)
        }
        guard largest > 0 else {
            isScientific = false
            return
        }
        // NumPy compares and divides in the array's own type, so the limits are rounded to it.
        switch dtype {
        case .float16:
            // 1678 · 2^-24 is 0.0001 in float16. A quotient above 1000.25 rounds above 1000.
            isScientific =
                largest >= 1e3 || smallest < 1678 / 16_777_216 || largest / smallest > 1000.25
        case .float64:
            isScientific = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000
        default:
            isScientific =
                largest >= 1e6 || Float(smallest) < 1e-4
                || Float(largest) / Float(smallest) > 1000
        }
    }

    func words() -> [[UInt8]] {
        isScientific ? scientificWords() : positionalWords()
    }

    private func positionalWords() -> [[UInt8]] {
        let texts = numbers.map { FloatText(positional: $0, limit: .afterPoint(Self.precision)) }
        let finite = texts.filter(\.isNumber)
        let left = finite.map(\.whole.utf8.count).max() ?? 0
        let right = finite.map(\.fraction.utf8.count).max() ?? 0
        let width = fullWidth(left: left, right: right, of: texts)
        return texts.map { text in
            guard text.isNumber else { return leftPadded(Array(text.whole.utf8), to: width) }
            var word = leftPadded(Array(text.whole.utf8), to: width - right - 1)
            word.append(UInt8(ascii: "."))
            word += text.fraction.utf8
            word += repeatElement(UInt8(ascii: " "), count: right - text.fraction.utf8.count)
            return word
        }
    }

    private func scientificWords() -> [[UInt8]] {
        let texts = numbers.map { FloatText(scientific: $0, limit: .total(Self.precision + 1)) }
        let finite = texts.filter(\.isNumber)
        let left = finite.map(\.whole.utf8.count).max() ?? 0
        let precision = finite.map(\.fraction.utf8.count).max() ?? 0
        let exponentWidth =
            finite.map { max(2, String($0.exponent.magnitude).utf8.count) }.max() ?? 2
        let right = precision + 2 + exponentWidth
        let width = fullWidth(left: left, right: right, of: texts)
        return zip(numbers, texts).map { number, text in
            guard text.isNumber else { return leftPadded(Array(text.whole.utf8), to: width) }
            // Where a neighbour needs more digits, NumPy shows this many true digits of each
            // number, not its shortest ones with zeros behind them.
            let text =
                text.fraction.utf8.count == precision
                ? text : FloatText(scientific: number, limit: .exactly(precision + 1))
            var word = leftPadded(Array(text.whole.utf8), to: width - right - 1)
            word.append(UInt8(ascii: "."))
            word += text.fraction.utf8
            word += repeatElement(UInt8(ascii: "0"), count: precision - text.fraction.utf8.count)
            word.append(UInt8(ascii: "e"))
            word += text.exponentText(width: exponentWidth).utf8
            return word
        }
    }

    /// The width of every word: that of the numbers, or of `nan`, `inf`, `-inf` if that is wider.
    private func fullWidth(left: Int, right: Int, of texts: [FloatText]) -> Int {
        let special = texts.filter { !$0.isNumber }
        guard !special.isEmpty else { return left + 1 + right }
        let hasNegative = special.contains { $0.whole == "-inf" }
        return max(left + 1 + right, hasNegative ? 4 : 3)
    }
}
