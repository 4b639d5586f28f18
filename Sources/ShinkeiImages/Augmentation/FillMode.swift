/// What stands where a transform looks outside of the image. Keras: `fill_mode`.
public enum FillMode: String, Sendable, CaseIterable {
    /// `kkkk|abcd|kkkk`: a given number.
    case constant
    /// `aaaa|abcd|dddd`: the pixel at the border.
    case nearest
    /// `dcba|abcd|dcba`: the image in a mirror.
    case reflect
    /// `bcd·|abcd|·abc`: the image again. As in SciPy its last pixel and the next one's first are taken for one.
    case wrap

    /// The place inside, or between, `0 ... count - 1` that stands for one outside; `nil` for the constant.
    func place(_ x: Double, _ count: Int) -> Double? {
        let last = Double(count - 1)
        if x >= 0 && x <= last { return x }
        switch self {
        case .constant: return nil
        case .nearest: return x < 0 ? 0 : last
        case .wrap:
            guard count > 1 else { return 0 }
            return x < 0 ? x + last * (Double(Int(-x / last)) + 1) : x - last * Double(Int(x / last))
        case .reflect:
            // Half a pixel beyond the border the image is as at the border, from where it runs back.
            let period = 2 * Double(count)
            var t = (x + 0.5).truncatingRemainder(dividingBy: period)
            if t < 0 { t += period }
            if t > Double(count) { t = period - t }
            return Swift.min(Swift.max(t - 0.5, 0), last)
        }
    }
}
