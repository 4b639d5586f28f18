import Foundation
import ShinkeiCore

/// How much the samples of a frame count. SciPy's formulas and names.
public enum SpectrumWindow: String, ConfigWord, Sendable {
    /// Half a cosine's wave: `0.5 - 0.5 cos`.
    case hann
    /// `0.54 - 0.46 cos`.
    case hamming
    /// `0.42 - 0.5 cos + 0.08 cos` of the double angle.
    case blackman
    /// A triangle.
    case bartlett
    /// All alike.
    case boxcar

    /// The weights of `count` samples.
    ///
    /// - Parameter isPeriodic: Whether the wave goes on with the next sample after the last; else it ends with it.
    func weights(_ count: Int, isPeriodic: Bool) -> [Double] {
        guard count > 1 else { return [Double](repeating: 1, count: count) }
        let period = Double(isPeriodic ? count : count - 1)
        return (0..<count).map { i in
            let angle = 2 * Double.pi * Double(i) / period
            return switch self {
            case .hann: 0.5 - 0.5 * cos(angle)
            case .hamming: 0.54 - 0.46 * cos(angle)
            case .blackman: 0.42 - 0.5 * cos(angle) + 0.08 * cos(2 * angle)
            case .bartlett: 1 - abs(2 * Double(i) / period - 1)
            case .boxcar: 1
            }
        }
    }
}

/// The waves of a discrete Fourier transform, weighted by a window: `[frame, 1, length / 2 + 1]`.
///
/// - Parameter wave: `cos` for the real part, `sin` for the imaginary one; of `-2π · sample · frequency / length`.
func spectrumKernel(window: [Double], length: Int, dtype: DType, _ wave: (Double) -> Double) -> Tensor {
    let frequencies = length / 2 + 1
    var values: [Double] = []
    values.reserveCapacity(window.count * frequencies)
    for (sample, weight) in window.enumerated() {
        for frequency in 0..<frequencies {
            // Whole turns are left out, which keeps the angle exact.
            let angle = -2 * Double.pi * Double(sample * frequency % length) / Double(length)
            values.append(weight * wave(angle))
        }
    }
    return Tensor(values, shape: [window.count, 1, frequencies], dtype: dtype)
}
