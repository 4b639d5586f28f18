public import ShinkeiCore
import ShinkeiFormats

/// `exp(x) / sum(exp(x))` over an axis, or over several together.
///
/// With a mask, a second input or what travels with the first, the masked places count as the least of numbers and
/// come out as 0.
///
/// Input shape: any; a mask of the same, or with fewer axes at the end. Output shape: the same.
/// Keras: `keras.layers.Softmax`. Same default: the last axis.
public final class Softmax: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axes that sum to 1 together.
        public var axes: [Int] {
            get { axis.axes }
            set { axis.axes = newValue }
        }
        private var axis: Axes
        /// The configuration for some axes.
        public init(axes: [Int] = [-1]) { axis = Axes(axes) }

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.optional("axis", \.axis)]
        public func check() throws(ConfigError) {
            guard !axes.isEmpty else { throw ConfigError("axis: needs at least one axis") }
        }
        var function: ActivationFunction { .softmax(axes: axes) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: There is at least one axis.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Softmax")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter axis: The axis that sums to 1.
    public convenience init(axis: Int = -1, name: String? = nil) { self.init(Config(axes: [axis]), name: name) }

    /// - Parameter axes: The axes that sum to 1 together.
    public convenience init(axes: [Int], name: String? = nil) { self.init(Config(axes: axes), name: name) }

    override var takesInputsAsList: Bool { false }

    public override var supportsMasking: Bool { true }

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let x = inputs[0].dtype.isFloating ? inputs[0] : inputs[0].cast(to: dtype)
        guard var mask = inputs.count > 1 ? inputs[1] : context.mask(of: inputs[0]) else { return [config.function(x)] }
        if mask.dtype != .bool { mask = mask .> 0.5 }
        // A mask [batch, time] stands for all features of a time.
        mask = mask.reshaped(mask.shape.sizes + Array(repeating: 1, count: max(0, x.rank - mask.rank)))
        let least = Tensor.constant(x.dtype == .float16 ? -3e4 : -1e9, dtype: x.dtype)
        return [config.function(Tensor.where(mask, x, least)) * mask.cast(to: x.dtype)]
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard let input = inputs.first, inputs.count <= 2 else {
            throw LayerError(self, "takes an input and a mask, not \(inputs.count) inputs", inputs: inputs)
        }
        do throws(ShapeError) { _ = try config.function.outputShape(input) } catch {
            throw LayerError(self, error.reason, inputs: inputs)
        }
        if inputs.count == 2 {
            let mask = inputs[1]
            guard mask.rank <= input.rank,
                zip(mask.sizes, input.sizes).allSatisfy({ $0 == nil || $1 == nil || $0 == 1 || $0 == $1 })
            else { throw LayerError(self, "the mask does not fit the input", inputs: inputs) }
        }
        return [input]
    }
}
