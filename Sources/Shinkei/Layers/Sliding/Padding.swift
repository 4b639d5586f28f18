import ShinkeiCore

/// Where windows may reach over the border of the input.
public enum Padding: String, ConfigWord, Sendable {
    /// Nowhere.
    case valid
    /// As far as it takes for `size / stride` windows, rounded up: in equal parts before and after, the odd one after.
    case same
    /// Before the start only, so that no output sees what comes after it. For one axis.
    case causal

    /// How many windows there are on an axis; 0 if the window is larger than the input.
    ///
    /// - Parameter window: From the first tap to the last.
    func count(size: Int, window: Int, stride: Int) -> Int {
        switch self {
        case .valid: size < window ? 0 : (size - window) / stride + 1
        case .same, .causal: (size + stride - 1) / stride
        }
    }

    /// How far windows reach out.
    func border(size: Int, window: Int, stride: Int) -> (before: Int, after: Int) {
        switch self {
        case .valid: return (0, 0)
        case .causal: return (window - 1, 0)
        case .same:
            let total = max((count(size: size, window: window, stride: stride) - 1) * stride + window - size, 0)
            return (total / 2, total - total / 2)
        }
    }
}
