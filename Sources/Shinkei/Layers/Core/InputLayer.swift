public import ShinkeiCore
public import ShinkeiFormats

/// What the elements of a model's input are.
public enum InputElement: ConfigValue, Hashable, Sendable {
    /// Numbers, converted to this type.
    case number(DType)
    /// Strings, of which `StringLayer`s make numbers.
    case string

    public init(config: JSON) throws(ConfigError) {
        self = config.string == "string" ? .string : .number(try DType(config: config))
    }
    public var config: JSON {
        switch self {
        case .number(let type): type.config
        case .string: "string"
        }
    }
}

/// The shape of a model's input.
///
/// Keras: `keras.layers.InputLayer`.
public final class InputLayer: Layer, ConfiguredLayer, SymbolicInput {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// With the batch axis in front.
        public var batchShape: SymbolicShape
        /// The type to which data are converted, or strings.
        public var element = InputElement.number(.float32)

        public static let defaults = Config(batchShape: [])
        public static let fields: [ConfigField<Config>] = [
            .optional("batch_shape", \.batchShape), .optional("dtype", \.element),
            // Keras 1 and 2 call it so; written is only the first.
            .reading("batch_input_shape", \.batchShape),
        ]
        public static let ignored: Set<String> = ["sparse", "ragged", "optional"]
        public func check() throws(ConfigError) {
            guard batchShape.rank > 0 else { throw ConfigError("\"batch_shape\" is missing or has no batch axis") }
        }
    }

    /// What the layer was made from.
    public var config: Config { Config(batchShape: batchShape, element: holdsStrings ? .string : .number(dtype)) }
    /// Whether strings come in.
    public let holdsStrings: Bool
    /// The shape with the batch axis in front.
    public let batchShape: SymbolicShape
    /// The only call of this layer: it stands for the data.
    public private(set) lazy var symbolic = LayerCall(self, [], CallOptions()).outputs([batchShape])[0]

    /// - Parameters:
    ///   - shape: Without the batch axis.
    ///   - dtype: The type to which data are converted.
    public convenience init(shape: SymbolicShape, dtype: DType = .float32, name: String? = nil) {
        self.init(batchShape: SymbolicShape([nil] + shape.sizes), dtype: dtype, name: name)
    }

    /// - Parameter batchShape: With the batch axis, which may have a fixed size.
    public convenience init(batchShape: SymbolicShape, dtype: DType = .float32, name: String? = nil) {
        self.init(Config(batchShape: batchShape, element: .number(dtype)), name: name)
    }

    public init(_ config: Config, name: String?) {
        batchShape = config.batchShape
        holdsStrings = config.element == .string
        super.init(name: name)
        if case .number(let type) = config.element { dtype = type }
        isBuilt = true
        builtOutputShapes = [batchShape]
    }

    /// The shape without the batch axis.
    public var shape: SymbolicShape { SymbolicShape(Array(batchShape.sizes.dropFirst())) }

    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] { inputs }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard batchShape.accepts(input) else {
            throw LayerError(self, "the model was made for \(batchShape)", inputs: [input])
        }
        return input
    }
}

/// The input of a model: `Sequential { Input(shape: [784]); Dense(10) }`, or the start of a functional one.
///
/// - Parameters:
///   - shape: Without the batch axis; `nil` for a size that varies.
///   - dtype: The type to which data are converted.
public func Input(shape: SymbolicShape, dtype: DType = .float32, name: String? = nil) -> InputLayer {
    InputLayer(shape: shape, dtype: dtype, name: name)
}

/// The input of a model of strings: `Sequential { Input(strings: [1]); words; Embedding(1000, 16) }`, or the start of a functional
/// one. Only a `StringLayer` can be called on it.
///
/// Keras: `keras.Input(shape, dtype="string")`.
///
/// - Parameter shape: Without the batch axis: `[]` for one string a row, `[n]` for `n`; `[1]` takes both forms of one.
public func Input(strings shape: SymbolicShape, name: String? = nil) -> InputLayer {
    InputLayer(InputLayer.Config(batchShape: SymbolicShape([nil] + shape.sizes), element: .string), name: name)
}
