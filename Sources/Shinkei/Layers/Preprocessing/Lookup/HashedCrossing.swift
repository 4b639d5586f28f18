public import ShinkeiCore
import ShinkeiData

/// One of the features that `HashedCrossing` crosses, a value a row.
public enum CrossedFeature: Sendable {
    case strings([String])
    case integers([Int])

    var count: Int {
        switch self {
        case .strings(let values): values.count
        case .integers(let values): values.count
        }
    }

    /// What stands for a row's value: integers for themselves.
    func fingerprint(_ row: Int) -> UInt64 {
        switch self {
        case .strings(let values): FarmHash.fingerprint(Array(values[row].utf8))
        case .integers(let values): UInt64(bitPattern: Int64(values[row]))
        }
    }
}

/// Two or more features as one: the number of a bin for each combination of their values, by hash.
///
/// Input: as many values of each feature. Output: `[rows]` of `int64`, with `.oneHot` `[rows, numBins]`. The numbers are Keras's to
/// the last. It works on data before they come to a model, also inside of `Dataset.map`; as a layer of a model it is refused.
/// Keras: `keras.layers.HashedCrossing`. Same defaults, no sparse outputs.
public final class HashedCrossing: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The number of bins.
        public var numBins: Int
        /// What is made of the numbers: `.int` or `.oneHot`.
        public var outputMode = CategoryOutput.int

        /// The default configuration.
        public init(numBins: Int) { self.numBins = numBins }
        public static let defaults = Config(numBins: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("num_bins", \.numBins), .optional("output_mode", \.outputMode),
        ]
        public func check() throws(ConfigError) {
            try checkSize("num_bins", numBins)
            guard outputMode == .int || outputMode == .oneHot else {
                throw ConfigError("output_mode: must be \"int\" or \"one_hot\"; got \"\(outputMode.rawValue)\"")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config

    /// - Precondition: There is a bin.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("HashedCrossing")
        self.config = config
        super.init(name: name)
        dtype = config.outputMode == .int ? .int64 : .float32
    }

    /// - Parameters:
    ///   - numBins: The number of bins.
    ///   - outputMode: What is made of the numbers: `.int` or `.oneHot`.
    public convenience init(_ numBins: Int, outputMode: CategoryOutput = .int, name: String? = nil) {
        var config = Config(numBins: numBins)
        config.outputMode = outputMode
        self.init(config, name: name)
    }

    override var takesCommonKeys: Bool { false }
    override class var isBuiltFromStart: Bool { true }

    /// The bins of rows.
    ///
    /// - Precondition: There are two features or more, with equally many values.
    public func callAsFunction(_ features: [CrossedFeature]) -> Tensor {
        guard features.count > 1 else { trap("\(name): crosses two features or more; got \(features.count)") }
        let rows = features[0].count
        if let other = features.first(where: { $0.count != rows }) {
            trap("\(name): features must have equally many values; got \(rows) and \(other.count)")
        }
        // TensorFlow's start value of crossed features.
        let start: UInt64 = 0xDECA_FCAF_FE
        let bins = (0..<rows).map { row in
            let hash = features.reduce(start) { FarmHash.joined($0, $1.fingerprint(row)) }
            return Int(hash % UInt64(config.numBins))
        }
        return config.outputMode.encode(
            Tensor(bins, shape: [rows], dtype: .int64), categories: config.numBins, dtype: dtype)
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        throw LayerError(self, "crosses data before they come to a model, not inside of one", inputs: inputs)
    }
}
