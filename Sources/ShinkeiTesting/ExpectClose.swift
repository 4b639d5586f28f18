public import Shinkei

/// A difference that a check found, as text for a person.
public struct CheckFailure: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Checks that two tensors agree: shape, type, where they are NaN, and every value within
/// `absolute + relative · |expected|`.
///
/// - Throws: `CheckFailure` that says what differs first, and by how much.
public func expectClose(
    _ actual: Tensor, _ expected: Tensor, absolute: Double = 1e-6, relative: Double = 1e-5, _ what: String = "tensor"
) throws {
    guard actual.dtype == expected.dtype else {
        throw CheckFailure("\(what): the type is \(actual.dtype), not \(expected.dtype)")
    }
    guard actual.shape == expected.shape else {
        throw CheckFailure("\(what): the shape is \(actual.shape), not \(expected.shape)")
    }
    try expectClose(
        actual.array(of: Double.self), expected.array(of: Double.self), absolute: absolute, relative: relative,
        shape: actual.shape, what)
}

/// The same for plain numbers.
public func expectClose(
    _ actual: [Double], _ expected: [Double], absolute: Double = 1e-6, relative: Double = 1e-5, shape: Shape? = nil,
    _ what: String = "values"
) throws {
    guard actual.count == expected.count else {
        throw CheckFailure("\(what): there are \(actual.count) values, not \(expected.count)")
    }
    var worst: (place: Int, excess: Double)?
    var wrong = 0
    for (i, (a, e)) in zip(actual, expected).enumerated() {
        let excess: Double
        if a.isNaN || e.isNaN {
            excess = a.isNaN == e.isNaN ? 0 : .infinity
        } else if a == e {
            excess = 0
        } else if a.isInfinite || e.isInfinite {
            excess = .infinity
        } else {
            excess = abs(a - e) - (absolute + relative * abs(e))
        }
        if !(excess <= 0) {
            wrong += 1
            if excess > worst?.excess ?? -1 { worst = (i, excess) }
        }
    }
    guard let worst else { return }
    let (a, e) = (actual[worst.place], expected[worst.place])
    throw CheckFailure(
        """
        \(what): \(wrong) of \(actual.count) values differ, most at \(place(worst.place, in: shape)): \
        \(a), not \(e) (difference \(abs(a - e)), allowed \(absolute + relative * abs(e)))
        """)
}

/// `[1, 2]` for place 5 of the shape `[2, 3]`.
private func place(_ index: Int, in shape: Shape?) -> String {
    guard let shape else { return "[\(index)]" }
    var rest = index
    var places: [Int] = []
    for size in shape.sizes.reversed() {
        places.insert(rest % max(size, 1), at: 0)
        rest /= max(size, 1)
    }
    return "\(places)"
}
