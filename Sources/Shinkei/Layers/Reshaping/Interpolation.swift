import ShinkeiCore

/// How images of another size are filled.
public enum Interpolation: String, ConfigWord, Sendable {
    /// Every new element is the old one that lies at its middle.
    case nearest
    /// Every new element is a weighted mean of the old ones around its middle.
    case bilinear
}

extension Tensor {
    /// The axes from `first` on in other sizes. An element is a cell, whose middle counts: TensorFlow's half-pixel rule,
    /// computed in `float32` as there, since rounding decides which element is the nearest.
    func resized(_ sizes: [Int], from first: Int, _ interpolation: Interpolation, dtype: DType) -> Tensor {
        var x = interpolation == .nearest ? self : cast(to: dtype)
        for (i, size) in sizes.enumerated() where size != shape[first + i] {
            let axis = first + i
            let old = shape[axis]
            let scale = Float(old) / Float(size)
            switch interpolation {
            case .nearest:
                let places = (0..<size).map { Swift.min(Int((Float($0) + 0.5) * scale), old - 1) }
                x = x.taking(Tensor(places), axis: axis)
            case .bilinear:
                let middles = (0..<size).map { (Float($0) + 0.5) * scale - 0.5 }
                let below = middles.map { Int($0.rounded(.down)) }
                let parts = zip(middles, below).map { $0 - Float($1) }
                let left = x.taking(Tensor(below.map { Swift.max($0, 0) }), axis: axis)
                let right = x.taking(Tensor(below.map { Swift.min($0 + 1, old - 1) }), axis: axis)
                let weights = Tensor(parts, dtype: dtype)
                    .reshaped((0..<x.rank).map { $0 == axis ? size : 1 })
                x = left + (right - left) * weights
            }
        }
        return x
    }
}
