/// The sizes of a tensor's axes, outermost first. `[]` is a scalar.
public struct Shape: Hashable, Sendable {
    public var sizes: [Int]

    /// - Precondition: no size is negative.
    public init(_ sizes: [Int]) {
        for size in sizes where size < 0 {
            trap("Shape: sizes cannot be negative; got \(sizes)")
        }
        self.sizes = sizes
    }

    public static let scalar = Shape([])

    /// The number of axes.
    public var rank: Int { sizes.count }

    /// The number of elements: the product of the sizes.
    public var count: Int {
        var product = 1
        for size in sizes { product *= size }
        return product
    }

    public subscript(axis: Int) -> Int { sizes[axis] }

    /// The size of the last axis.
    /// - Precondition: the rank is at least 1.
    public var last: Int {
        guard let size = sizes.last else { trap("Shape: a scalar has no last axis") }
        return size
    }

    /// Row-major strides, in elements.
    package var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * sizes[axis + 1]
        }
        return strides
    }

    /// The non-negative form of an axis number that may count from the end.
    /// - Throws: `ShapeError` if there is no such axis.
    package func resolve(axis: Int, op: String) throws(ShapeError) -> Int {
        guard axis >= -rank, axis < rank else {
            throw ShapeError(op: op, inputs: [self], reason: "there is no axis \(axis)")
        }
        return axis < 0 ? axis + rank : axis
    }

    /// What two shapes give together by NumPy's rule: aligned at the last axis, sizes equal or 1.
    package static func broadcast(_ a: Shape, _ b: Shape, op: String) throws(ShapeError) -> Shape {
        if b.rank == 0 || a.sizes == b.sizes { return a }
        if a.rank == 0 { return b }
        let rank = max(a.rank, b.rank)
        var sizes = [Int](repeating: 1, count: rank)
        for i in 0..<rank {
            let left = i < rank - a.rank ? 1 : a.sizes[i - (rank - a.rank)]
            let right = i < rank - b.rank ? 1 : b.sizes[i - (rank - b.rank)]
            guard left == right || left == 1 || right == 1 else {
                throw ShapeError(op: op, inputs: [a, b], reason: "shapes do not broadcast")
            }
            sizes[i] = left == 1 ? right : left
        }
        return Shape(sizes)
    }
}

extension Shape: ExpressibleByArrayLiteral {
    public init(arrayLiteral sizes: Int...) { self.init(sizes) }
}

extension Shape: CustomStringConvertible {
    public var description: String {
        "[" + sizes.map(String.init).joined(separator: ", ") + "]"
    }
}
