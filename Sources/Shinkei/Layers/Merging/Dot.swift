public import ShinkeiCore

/// Sums of products of two inputs along an axis of each, row by row.
///
/// Input shapes: `[batch, …, k, …]` twice. Output shape: the axes that are left, the first input's before the second's;
/// `[batch, 1]` if none are.
/// Keras: `keras.layers.Dot`.
public final class Dot: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axis of each input that is summed over.
        public var axes: [Int]
        /// Whether both are scaled to length 1 along that axis first, which makes the output the cosine of their angle.
        public var normalize = false
        /// The configuration for an axis of each input.
        public init(axes: [Int]) { self.axes = axes }

        var stored: Axes {
            get { Axes(axes.count == 2 && axes[0] == axes[1] ? [axes[0]] : axes) }
            set { axes = newValue.axes.count == 1 ? [newValue.axes[0], newValue.axes[0]] : newValue.axes }
        }
        public static let defaults = Config(axes: [])
        public static let fields: [ConfigField<Config>] = [
            .required("axes", \.stored), .optional("normalize", \.normalize),
        ]
        public func check() throws(ConfigError) {
            guard axes.count == 2, !axes.contains(0) else {
                throw ConfigError("axes: needs one axis, or one for each input, behind the batch axis; got \(axes)")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: There is an axis for each input, and neither is the batch axis.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Dot")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - axes: The axis of each input that is summed over; negative numbers count from the last.
    ///   - normalize: Whether both are scaled to length 1 along that axis first.
    public convenience init(axes: [Int], normalize: Bool = false, name: String? = nil) {
        var config = Config(axes: axes)
        config.normalize = normalize
        self.init(config, name: name)
    }

    /// - Parameters:
    ///   - axis: The axis of both inputs that is summed over; negative numbers count from the last.
    ///   - normalize: Whether both are scaled to length 1 along that axis first.
    public convenience init(axis: Int, normalize: Bool = false, name: String? = nil) {
        self.init(axes: [axis, axis], normalize: normalize, name: name)
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {}

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let axes = zip(inputs, config.axes).map { $0.shape.place(of: $1) }
        var (x, y) = (inputs[0].cast(to: dtype), inputs[1].cast(to: dtype))
        if config.normalize {
            x = x.scaledToUnitLength(axes: [axes[0]], epsilon: 1e-7)
            y = y.scaledToUnitLength(axes: [axes[1]], epsilon: 1e-7)
        }
        let (left, right) = ((1..<x.rank).filter { $0 != axes[0] }, (1..<y.rank).filter { $0 != axes[1] })
        let sizes = left.map { x.shape[$0] } + right.map { y.shape[$0] }
        let (rows, count) = (x.shape[0], x.shape[axes[0]])
        func product(_ axes: [Int], of tensor: Tensor) -> Int { axes.reduce(1) { $0 * tensor.shape[$1] } }
        let a = x.transposed([0] + left + [axes[0]]).reshaped([rows, product(left, of: x), count])
        let b = y.transposed([0, axes[1]] + right).reshaped([rows, count, product(right, of: y)])
        return [a.matmul(b).reshaped([rows] + (sizes.isEmpty ? [1] : sizes))]
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard inputs.count == 2 else { throw LayerError(self, "takes 2 inputs, not \(inputs.count)", inputs: inputs) }
        let batch = try batchSize(inputs)
        guard let first = inputs[0].axis(config.axes[0]), let second = inputs[1].axis(config.axes[1]), first > 0,
            second > 0
        else { throw LayerError(self, "there are no axes \(config.axes) to sum over", inputs: inputs) }
        if let a = inputs[0][first], let b = inputs[1][second], a != b {
            throw LayerError(
                self, "axis \(first) of the first input is \(a), axis \(second) of the second \(b)", inputs: inputs)
        }
        func rest(_ shape: SymbolicShape, _ axis: Int) -> [Int?] {
            (1..<shape.rank).filter { $0 != axis }.map { shape[$0] }
        }
        let sizes = rest(inputs[0], first) + rest(inputs[1], second)
        return [SymbolicShape([batch] + (sizes.isEmpty ? [1] : sizes))]
    }
}

extension Shape {
    /// The number of an axis counted from the first. The axis is there: the layer's shapes have been checked.
    func place(of axis: Int) -> Int { axis < 0 ? axis + rank : axis }
}

extension Tensor {
    /// Scaled so that the squares along `axes` sum to 1; what is shorter than `epsilon` stays shorter.
    func scaledToUnitLength(axes: [Int]?, epsilon: Double) -> Tensor {
        let squares = square().sum(axes: axes, keepDims: true)
        return self * maximum(squares, Tensor.constant(epsilon * epsilon, dtype: squares.dtype)).rsqrt()
    }
}
