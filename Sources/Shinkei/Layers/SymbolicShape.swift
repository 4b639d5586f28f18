public import ShinkeiCore
import ShinkeiFormats

/// A shape of which some sizes are not known yet, such as the number of rows in a batch.
public struct SymbolicShape: Hashable, Sendable {
    /// The sizes, outermost first; `nil` where unknown.
    public var sizes: [Int?]

    /// A shape of these sizes.
    public init(_ sizes: [Int?]) {
        for case .some(let size) in sizes where size < 0 {
            trap("SymbolicShape: sizes cannot be negative; got \(size)")
        }
        self.sizes = sizes
    }

    /// A shape of these sizes.
    public init(_ shape: Shape) { sizes = shape.sizes }

    /// The number of axes.
    public var rank: Int { sizes.count }
    /// The size of an axis; `nil` if unknown.
    public subscript(axis: Int) -> Int? { sizes[axis] }
    /// The size of the last axis, if there is one and it is known.
    public var last: Int? { sizes.last ?? nil }
    /// The number of elements, if every size is known.
    public var count: Int? {
        var product = 1
        for size in sizes {
            guard let size else { return nil }
            product *= size
        }
        return product
    }

    /// Whether one row of this shape, and arithmetic with its sizes, stay within an `Int`.
    var isAddressable: Bool {
        sizes.allSatisfy { ($0 ?? 1) <= 1 << 40 } && checkedCount(sizes.map { $0 ?? 1 }, elementSize: 8) != nil
    }

    /// The shape with every unknown size set to `size`.
    public func filled(with size: Int) -> Shape { Shape(sizes.map { $0 ?? size }) }

    /// The same shape for any number of rows.
    public var anyRows: SymbolicShape {
        var copy = self
        if rank > 0 { copy.sizes[0] = nil }
        return copy
    }

    /// The shape with another last axis.
    public func replacingLast(_ size: Int?) -> SymbolicShape {
        SymbolicShape(sizes.dropLast() + [size])
    }

    /// Whether a tensor of shape `other` can come where this one is expected.
    public func accepts(_ other: SymbolicShape) -> Bool {
        rank == other.rank
            && zip(sizes, other.sizes).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
    }

    /// As Keras prints it: `(None, 784)`.
    public var kerasText: String {
        let parts = sizes.map { $0.map(String.init) ?? "None" }
        return "(" + parts.joined(separator: ", ") + ")"
    }
}

extension SymbolicShape: ExpressibleByArrayLiteral {
    /// A shape of these sizes.
    public init(arrayLiteral sizes: Int?...) { self.init(sizes) }
}

extension SymbolicShape: CustomStringConvertible {
    /// The text for a person.
    public var description: String {
        "[" + sizes.map { $0.map(String.init) ?? "?" }.joined(separator: ", ") + "]"
    }
}
