public import ShinkeiCore
public import ShinkeiFormats

/// A value that stands for nothing: a string or an integer.
public enum HashingMask: ConfigValue, Hashable, Sendable {
    case string(String)
    case integer(Int)
    public init(config: JSON) throws(ConfigError) {
        if let text = config.string { self = .string(text) } else { self = .integer(try Int(config: config)) }
    }
    public var config: JSON {
        switch self {
        case .string(let text): .string(text)
        case .integer(let value): .int(value)
        }
    }
}

/// Strings or integers as numbers of bins, by their hash.
///
/// Input: `[String]`, `[[String]]`, `[Int]`, `[[Int]]`, in a model strings, see `StringLayer`, or a tensor of integers of any shape; output
/// `int64` of the same shape, encoded as `outputMode` says. The hash is FarmHash's fingerprint, with a salt SipHash-2-4; integers are
/// hashed as their decimal text, floats as integers. The numbers are Keras's to the last. Tensors are not hashed with a salt.
/// Keras: `keras.layers.Hashing`. Same defaults, no sparse outputs.
public final class Hashing: Layer, ConfiguredLayer, StringLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The number of bins, with that of masked values.
        public var numBins: Int
        /// What falls into bin 0, and nothing else does; without it bin 0 is one as all others.
        public var maskValue: HashingMask?
        /// The key of the hash.
        public var salt: HashSalt?
        /// What is made of the numbers.
        public var outputMode = CategoryOutput.int

        /// The default configuration.
        public init(numBins: Int) { self.numBins = numBins }
        public static let defaults = Config(numBins: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("num_bins", \.numBins), .optional("salt", \.salt), .optional("mask_value", \.maskValue),
            .optional("output_mode", \.outputMode),
        ]
        public func check() throws(ConfigError) {
            try checkSize("num_bins", numBins)
        }
    }
    /// What the layer was made from.
    public let config: Config

    /// - Precondition: There is a bin.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Hashing")
        self.config = config
        super.init(name: name)
        dtype = config.outputMode == .int ? .int64 : .float32
    }

    /// - Parameters:
    ///   - numBins: The number of bins, with that of masked values.
    ///   - maskValue: What falls into bin 0.
    ///   - salt: The key of the hash.
    ///   - outputMode: What is made of the numbers.
    public convenience init(
        _ numBins: Int, maskValue: HashingMask? = nil, salt: HashSalt? = nil, outputMode: CategoryOutput = .int,
        name: String? = nil
    ) {
        var config = Config(numBins: numBins)
        config.maskValue = maskValue
        config.salt = salt
        config.outputMode = outputMode
        self.init(config, name: name)
    }

    override class var isBuiltFromStart: Bool { true }

    /// The bin of a text.
    private func bin(_ text: String, isMask: Bool) -> Int {
        guard config.maskValue != nil, config.numBins > 1 else {
            return bucket(text, of: config.numBins, salt: config.salt)
        }
        return isMask ? 0 : 1 + bucket(text, of: config.numBins - 1, salt: config.salt)
    }

    private func encode(_ bins: [Int], _ shape: [Int]) -> Tensor {
        config.outputMode.encode(Tensor(bins, shape: shape, dtype: .int64), categories: config.numBins, dtype: dtype)
    }
    private func bin(_ text: String) -> Int {
        if case .string(let mask) = config.maskValue { return bin(text, isMask: text.exact == mask.exact) }
        return bin(text, isMask: false)
    }
    private func bin(_ value: Int) -> Int { bin(value.text, isMask: config.maskValue == .integer(value)) }

    private func width<Value>(_ rows: [[Value]]) -> Int {
        let width = rows.first?.count ?? 0
        if let other = rows.first(where: { $0.count != width }) {
            trap("\(name): rows must be equally long; got \(width) and \(other.count) values")
        }
        return width
    }

    public func callAsFunction(_ texts: [String]) -> Tensor { encode(texts.map(bin), [texts.count]) }
    public func callAsFunction(_ values: [Int]) -> Tensor { encode(values.map(bin), [values.count]) }
    /// - Precondition: The rows are equally long.
    public func callAsFunction(_ rows: [[String]]) -> Tensor {
        encode(rows.flatMap { $0.map(bin) }, [rows.count, width(rows)])
    }
    /// - Precondition: The rows are equally long.
    public func callAsFunction(_ rows: [[Int]]) -> Tensor {
        encode(rows.flatMap { $0.map(bin) }, [rows.count, width(rows)])
    }

    public func encodedShape(_ values: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try config.outputMode.shape(values, categories: config.numBins, of: self)
    }
    public var encodedType: DType { config.outputMode == .int ? .int64 : dtype }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: .int64)
        var bins: Tensor
        if config.maskValue != nil && config.numBins > 1 {
            bins = DecimalHash.bucket(x, of: config.numBins - 1) + Tensor(Int64(1))
            if case .integer(let mask) = config.maskValue {
                bins = Tensor.where(x .== Tensor(Int64(mask)), Tensor(Int64(0)), bins)
            }
        } else {
            bins = DecimalHash.bucket(x, of: config.numBins)
        }
        return config.outputMode.encode(bins, categories: config.numBins, dtype: dtype)
    }
    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        if config.salt != nil {
            throw LayerError(self, "hashes integers with a salt outside of models only", inputs: [input])
        }
        return try encodedShape(input)
    }
    override func outputTypes(_ inputs: [DType]) -> [DType] { [encodedType] }
}
