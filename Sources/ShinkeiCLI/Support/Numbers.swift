/// A number that is not negative, with so many digits behind the point: `0.9810`.
func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, value < 1e9 else { return "\(value)" }
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((value * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(scaled / scale).\(zeros)\(fraction)"
}

/// A count with commas: `60,000`.
func grouped(_ count: Int) -> String {
    let digits = String(count)
    var text = ""
    for (i, digit) in digits.enumerated() {
        if i > 0 && (digits.count - i) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return text
}
