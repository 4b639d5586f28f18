public import ShinkeiCore

/// The inputs one after the other along an axis.
///
/// Input shapes: equal but for that axis. Output shape: the sizes of that axis added.
/// A mask counts every place of an input that has none.
/// Keras: `keras.layers.Concatenate`. Same defaults.
public final class Concatenate: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axis along which the inputs are joined; negative numbers count from the last.
        public var axis = -1
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.optional("axis", \.axis)]
        public func check() throws(ConfigError) {
            guard axis != 0 else { throw ConfigError("axis: the rows of a batch cannot be joined; got 0") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The axis is not the batch axis.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Concatenate")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter axis: The axis along which the inputs are joined; negative numbers count from the last.
    public convenience init(axis: Int = -1, name: String? = nil) {
        var config = Config()
        config.axis = axis
        self.init(config, name: name)
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {}

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let x = inputs.map { $0.dtype.isFloating ? $0.cast(to: dtype) : $0 }
        let output = Tensor.concatenate(x, axis: config.axis)
        let masks = inputs.map { context.mask(of: $0) }
        if masks.contains(where: { $0 != nil }) {
            let wide = zip(masks, inputs).map { mask, input in
                mask?.asMask(for: input) ?? Tensor.ones(input.shape.sizes, dtype: .bool)
            }
            context.setMask(Tensor.concatenate(wide, axis: config.axis).any(axes: [-1]), of: output)
        }
        return [output]
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard let first = inputs.first else { throw LayerError(self, "takes a list of inputs", inputs: inputs) }
        let batch = try batchSize(inputs)
        guard let axis = first.axis(config.axis), axis > 0, inputs.allSatisfy({ $0.rank == first.rank }) else {
            throw LayerError(self, "needs inputs of one rank with an axis \(config.axis)", inputs: inputs)
        }
        var sizes = first.sizes
        sizes[0] = batch
        for input in inputs.dropFirst() {
            for i in 1..<first.rank {
                if i == axis {
                    sizes[i] = if let a = sizes[i], let b = input[i] { a + b } else { nil }
                } else if let a = sizes[i], let b = input[i], a != b {
                    throw LayerError(self, "the shapes may differ on axis \(axis) only", inputs: inputs)
                } else {
                    sizes[i] = sizes[i] ?? input[i]
                }
            }
        }
        return [SymbolicShape(sizes)]
    }
}

extension SymbolicShape {
    /// The number of an axis, counted from the first; `nil` if there is no such axis.
    func axis(_ axis: Int) -> Int? {
        let place = axis < 0 ? axis + rank : axis
        return place >= 0 && place < rank ? place : nil
    }
}
