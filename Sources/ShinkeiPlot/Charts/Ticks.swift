import Shinkei

/// Round numbers to mark an axis with: steps of 1, 2 or 5 times a power of ten.
struct Ticks {
    /// The marks, which lie within the axis.
    private(set) var values: [Double] = []
    /// The marks' texts, all with as many digits behind the point.
    private(set) var labels: [String] = []
    /// The ends of the axis: the data's, or the round numbers around them.
    private(set) var range: ClosedRange<Double>

    /// - Parameters:
    ///   - low: The least value; `low <= high`, both finite.
    ///   - count: About how many marks.
    ///   - isRounded: Whether the axis ends at marks.
    ///   - isWhole: Whether only whole numbers are marked.
    init(_ low: Double, _ high: Double, count: Int, isRounded: Bool = true, isWhole: Bool = false) {
        var (low, high) = (low, high)
        if !(high - low > max(abs(low), abs(high)) * 1e-12) {
            // All values are one: room on both sides.
            let room = low == 0 ? 1 : abs(low) * 0.1
            (low, high) = isWhole ? (low - 0.5, high + 0.5) : (low - room, high + room)
        }
        let rough = high / Double(max(1, count)) - low / Double(max(1, count))
        var exponent = 0
        var power = 1.0
        while power * 10 <= rough && exponent < 308 { (power, exponent) = (power * 10, exponent + 1) }
        while power > rough && exponent > -320 { (power, exponent) = (power / 10, exponent - 1) }
        let factor = rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2.0 : rough / power < 7.5 ? 5 : 10
        if factor == 10 { exponent += 1 }
        var step = power * factor
        if isWhole && step < 1 { (step, exponent) = (1, 0) }
        guard step > 0, step.isFinite else {
            range = low...high
            return
        }
        let tolerance = step * 1e-9
        let first = (isRounded ? (low + tolerance) / step : (low - tolerance) / step).rounded(isRounded ? .down : .up)
        let last = (isRounded ? (high - tolerance) / step : (high + tolerance) / step).rounded(isRounded ? .up : .down)
        // Rounding must not leave the ends of the data outside.
        let greatest = Double.greatestFiniteMagnitude
        range = isRounded ? min(low, max(-greatest, first * step))...max(high, min(greatest, last * step)) : low...high
        guard last - first < 1000 else { return }
        for i in 0...Int(max(0, last - first)) where first + Double(i) <= last {
            let value = (first + Double(i)) * step
            if value.isFinite { values.append(value) }
        }
        labels = values.map { tickText($0, exponent: exponent) }
    }
}

extension ClosedRange<Double> {
    /// Where a value lies between the ends, 0 to 1; halves, since the width of the range may be beyond the greatest
    /// number.
    func share(_ value: Double) -> Double {
        (value / 2 - lowerBound / 2) / (upperBound / 2 - lowerBound / 2)
    }
}

/// A number of which the last digit that matters stands for ten to the `exponent`.
func tickText(_ value: Double, exponent: Int) -> String {
    if value == 0 { return "0" }
    if abs(value) >= 1e6 || exponent < -5 {
        // As 1.2e-7: digits down to the step.
        var (mantissa, power) = (abs(value), 0)
        while mantissa >= 9.9999999 { (mantissa, power) = (mantissa / 10, power + 1) }
        while mantissa < 0.99999999 && power > -400 { (mantissa, power) = (mantissa * 10, power - 1) }
        // A large number of which the last digits matter is written out: 123456789.
        if power - exponent > 4 && abs(value) < 1e12 { return fixedText(value, max(0, -exponent)) }
        var digits = fixedText(mantissa, min(6, max(0, power - exponent)))
        while digits.contains("."), let last = digits.last, last == "0" || last == "." { digits.removeLast() }
        return (value < 0 ? "-" : "") + digits + "e\(power)"
    }
    return fixedText(value, max(0, -exponent))
}

/// A number with so many digits behind the point.
func fixedText(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int((abs(value) * scale).rounded())
    var text = String(scaled)
    if digits > 0 {
        text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
    }
    return (value < 0 && scaled != 0 ? "-" : "") + text
}

/// A number with the four digits that matter most.
func significantText(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    return abs(value) >= 1000 || (abs(value) < 1e-3 && value != 0)
        ? tickText(value, exponent: exponent(value) - 3) : fixedText(value, 4)
}

private func exponent(_ value: Double) -> Int {
    var (rest, power) = (abs(value), 0)
    while rest >= 10 { (rest, power) = (rest / 10, power + 1) }
    while rest < 1 && power > -330 { (rest, power) = (rest * 10, power - 1) }
    return power
}
