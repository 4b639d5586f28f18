public import Shinkei

/// Checks the gradients of a scalar function against central differences.
///
/// The tensors should be `float64`: with `float32` the differences drown in rounding.
///
/// - Parameters:
///   - tensors: Where the gradients are taken, away from kinks.
///   - step: Half the distance of the two points of a difference.
/// - Throws: `CheckFailure` that names the tensor and the element.
public func checkGradients(
    at tensors: [Tensor], step: Double = 1e-5, absolute: Double = 1e-6, relative: Double = 1e-5,
    _ body: ([Tensor]) -> Tensor
) throws {
    let gradients = gradient(at: tensors, body)
    for (number, tensor) in tensors.enumerated() {
        var values = tensor.array(of: Double.self)
        var differences: [Double] = []
        for i in values.indices {
            func value(_ change: Double) -> Double {
                let old = values[i]
                values[i] = old + change
                defer { values[i] = old }
                var arguments = tensors
                arguments[number] = Tensor(values, shape: tensor.shape.sizes, dtype: tensor.dtype)
                return body(arguments).scalar(of: Double.self)
            }
            differences.append((value(step) - value(-step)) / (2 * step))
        }
        try expectClose(
            gradients[number].array(of: Double.self), differences, absolute: absolute,
            relative: relative,
            shape: tensor.shape, "gradient of argument \(number)")
    }
}
