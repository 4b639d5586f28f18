import Synchronization

/// An n-dimensional array of numbers, and the graph that computes it.
///
/// An operation checks shapes at once, makes a node and computes nothing; the value is computed when it is asked for
/// (`print`, `scalar`, `array`, `evaluate()`). A tensor never changes: `w += x` makes `w` another tensor.
///
/// Shapes broadcast as in NumPy. A shape that does not fit ends the program on the caller's line, with both shapes in
/// the text.
public struct Tensor: Sendable {
    package private(set) var handle: Handle

    package var node: Node { handle.node }
    /// The same for tensors that are one node.
    package var identity: ObjectIdentifier { ObjectIdentifier(node) }

    init(node: Node) { handle = Handle(node) }

    /// The sizes of the axes, outermost first.
    public var shape: Shape { node.shape }
    /// The number of axes.
    public var rank: Int { node.shape.rank }
    /// The number of elements.
    public var count: Int { node.shape.count }
    /// The type of the elements.
    public var dtype: DType { node.dtype }

    /// A node for `primitive` on inputs that have the types it asks for.
    package init(_ primitive: some Primitive, _ inputs: [Tensor]) {
        let shape = orTrap { () throws(ShapeError) in
            try primitive.shape(of: inputs.map(\.shape))
        }
        self.init(primitive, inputs.map(\.node), shape: shape, dtype: primitive.dtype(of: inputs.map(\.dtype)))
    }

    /// A node whose shape and type the caller has worked out.
    init(_ primitive: some Primitive, _ inputs: [Node], shape: Shape, dtype: DType) {
        var depth = 0
        for input in inputs { depth = Swift.max(depth, input.depth.load(ordering: .relaxed)) }
        let node = Node(primitive, inputs, shape: shape, dtype: dtype, depth: depth + 1)
        handle = Handle(node)
        if depth >= Graph.depthLimit { Graph.evaluateIfDue(node, depth: depth) }
    }
}

// MARK: - Values in and out

extension Tensor {
    /// A tensor of the given shape from its elements in row-major order.
    ///
    /// - Parameter dtype: The element type; by default `float32` for floating-point values and `int32` for `Int`.
    /// - Precondition: There are as many values as the shape has elements.
    public init<S: TensorScalar>(_ values: [S], shape: [Int]? = nil, dtype: DType? = nil) {
        let shape = Shape(shape ?? [values.count])
        guard shape.count == values.count else {
            trap("Tensor: \(values.count) values do not fill the shape \(shape)")
        }
        let dtype = dtype ?? S.defaultDType
        let buffer = Buffer.allocate(byteCount: values.count * dtype.byteCount)
        HostElements.write(values, as: dtype, to: buffer.pointer)
        self.init(node: Node(result: buffer, shape: shape, dtype: dtype))
    }

    /// A scalar.
    public init<S: TensorScalar>(_ value: S, dtype: DType? = nil) {
        self.init([value], shape: [], dtype: dtype)
    }

    /// A tensor from bytes as they lie in memory: row-major, in the machine's byte order.
    ///
    /// - Precondition: There are `shape.count * dtype.byteCount` bytes.
    public init(shape: [Int], dtype: DType, bytes: [UInt8]) {
        self.init(shape: shape, dtype: dtype, byteCount: bytes.count) { target in
            target.copyBytes(from: bytes)
        }
    }

    /// A tensor whose memory `fill` writes once, without a copy in between.
    package init(
        shape: [Int], dtype: DType, byteCount: Int? = nil,
        fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        let shape = Shape(shape)
        let needed = shape.count * dtype.byteCount
        if let byteCount, byteCount != needed {
            trap("Tensor: \(byteCount) bytes do not fill the shape \(shape) of \(dtype), which takes \(needed)")
        }
        let buffer = Buffer.allocate(byteCount: needed)
        try fill(UnsafeMutableRawBufferPointer(start: buffer.pointer, count: needed))
        self.init(node: Node(result: buffer, shape: shape, dtype: dtype))
    }

    /// Computes the value now and returns the tensor itself.
    ///
    /// Without it, the value is computed when it is first asked for.
    @discardableResult
    public func evaluate() -> Tensor {
        Engine.evaluate([node])
        return self
    }

    /// All elements in row-major order, converted to `S`.
    ///
    /// - Complexity: O(count); evaluates.
    public func array<S: TensorScalar>(of type: S.Type) -> [S] {
        withBytes { HostElements.read($0, dtype: dtype, count: count) }
    }

    /// The value of a tensor with one element.
    ///
    /// - Precondition: There is exactly one element.
    public func scalar<S: TensorScalar>(of type: S.Type) -> S {
        guard count == 1 else { trap("scalar: needs one element; the shape is \(shape)") }
        return array(of: type)[0]
    }

    /// All elements in row-major order as `Float`.
    public func array() -> [Float] { array(of: Float.self) }

    /// The value of a tensor with one element as `Float`.
    public func scalar() -> Float { scalar(of: Float.self) }

    /// The elements as they lie in memory.
    public func hostBytes() -> [UInt8] { withBytes { Array($0) } }

    /// Calls `body` with the elements in memory, row-major; evaluates.
    package func withBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        let buffer = Engine.value(of: node)
        defer { withExtendedLifetime(buffer) {} }
        return try body(UnsafeRawBufferPointer(start: buffer.pointer, count: count * dtype.byteCount))
    }
}

/// Computes several tensors in one run.
public func evaluate(_ tensors: [Tensor]) { Engine.evaluate(tensors.map(\.node)) }

// MARK: - Literals

/// A literal's type is weak: it takes the type of the other operand (`x / 255` is `x`'s type if that is floating).
extension Tensor: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral {
    public init(integerLiteral value: Int) {
        if let known = SmallNumbers.literals[value] {
            self = known
            return
        }
        let dtype: DType = Int32(exactly: value) == nil ? .int64 : .int32
        self.init(node: Constant.node(Double(value), integer: Int64(value), dtype: dtype, isWeak: true))
    }
    public init(floatLiteral value: Double) {
        self.init(node: Constant.node(value, dtype: .float32, isWeak: true))
    }
    /// Stacks the elements: `[[1, 2], [3, 4]]` has the shape `[2, 2]`.
    public init(arrayLiteral elements: Tensor...) {
        if elements.isEmpty {
            self = Tensor([Float]())
        } else if elements.allSatisfy({ $0.node.constant != nil }) {
            let constants = elements.compactMap(\.node.constant)
            let dtype = elements.reduce(elements[0].dtype) { DType.promoted($0, $1.dtype) }
            self =
                dtype.isFloating
                ? Tensor(constants.map(\.value), dtype: dtype) : Tensor(constants.map(\.integer), dtype: dtype)
        } else {
            self = Tensor.stack(elements)
        }
    }
}

/// Small whole numbers, which a loop writes again and again (`1 - x`, `2 * x`): their nodes are made once.
enum SmallNumbers {
    /// As literals, and as scalars of `float32`.
    static let literals = Table { Constant.node(Double($0), integer: Int64($0), dtype: .int32, isWeak: true) }
    static let floats = Table { Constant.node(Double($0), dtype: .float32) }

    struct Table: Sendable {
        private static let range = -2...16
        private let tensors: [Tensor]
        init(_ node: (Int) -> Node) { tensors = Self.range.map { Tensor(node: node($0)) } }
        subscript(number: Int) -> Tensor? { Self.range ~= number ? tensors[number + 2] : nil }
    }
}

extension Constant {
    static func node(
        _ value: Double, integer: Int64? = nil, dtype: DType, isWeak: Bool = false
    ) -> Node {
        let constant = Constant(value: value, integer: integer ?? Int64(fromDouble: value))
        return Node(constant, dtype: dtype, isWeak: isWeak)
    }
}

extension Tensor {
    /// A scalar that is an input of plans, or part of their structure if it is 0, ±1, 2 or ½.
    package static func constant(_ value: Double, dtype: DType = .float32) -> Tensor {
        Tensor(node: Constant.node(value, dtype: dtype))
    }
    package static func constant(integer value: Int64, dtype: DType = .int64) -> Tensor {
        Tensor(node: Constant.node(Double(value), integer: value, dtype: dtype))
    }
}

extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
    /// As NumPy's `str`.
    public var description: String {
        withBytes { NumpyText.str(shape: shape.sizes, dtype: dtype, bytes: $0) }
    }
    /// As NumPy's `repr`.
    public var debugDescription: String {
        withBytes { NumpyText.repr(shape: shape.sizes, dtype: dtype, bytes: $0) }
    }
}

extension Tensor {
    /// The tensor with a value of its own where it is a constant, which a plan could take for part of its structure.
    var materialized: Tensor {
        guard node.constant != nil else { return self }
        return Tensor(node: Node(result: Engine.value(of: node), shape: shape, dtype: dtype))
    }

    /// Whether nothing but this value refers to its memory.
    var isUniquelyHeld: Bool {
        mutating get {
            guard isKnownUniquelyReferenced(&handle), isKnownUniquelyReferenced(&handle.node) else { return false }
            return handle.node.holdsBufferAlone
        }
    }
}
