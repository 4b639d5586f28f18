@testable import ShinkeiCore

/// How two tensors differ, in words; `nil` if they agree in shape, type, places of NaN, and every value within
/// `absolute + relative · |expected|`.
func difference(
    _ actual: Tensor, _ expected: Tensor, absolute: Double = 0, relative: Double = 0, signedZeros: Bool = true
) -> String? {
    guard actual.dtype == expected.dtype else { return "type \(actual.dtype), not \(expected.dtype)" }
    guard actual.shape == expected.shape else { return "shape \(actual.shape), not \(expected.shape)" }
    if !actual.dtype.isFloating {
        let (a, b) = (actual.array(of: Int64.self), expected.array(of: Int64.self))
        guard let place = a.indices.first(where: { a[$0] != b[$0] }) else { return nil }
        return "\(a[place]), not \(b[place]), at place \(place) of \(actual.shape)"
    }
    let (a, b) = (actual.array(of: Double.self), expected.array(of: Double.self))
    for place in a.indices {
        let (x, y) = (a[place], b[place])
        let agrees =
            if x.isNaN || y.isNaN {
                x.isNaN && y.isNaN
            } else if x == y {
                !signedZeros || x != 0 || x.sign == y.sign
            } else {
                abs(x - y) <= absolute + relative * abs(y)
            }
        if !agrees { return "\(x), not \(y), at place \(place) of \(actual.shape) (off by \(abs(x - y)))" }
    }
    return nil
}

/// A number for the bits of a tensor.
func digest(_ tensor: Tensor) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in tensor.hostBytes() { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
}
