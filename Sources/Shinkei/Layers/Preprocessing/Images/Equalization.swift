import ShinkeiCore

/// Images whose numbers are spread evenly over the whole range: each channel's histogram, of all images of a batch together, becomes flat.
///
/// Outside of training the images themselves, as in Keras.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.Equalization`. Same defaults.
public final class Equalization: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The smallest and the largest number of a pixel.
        public var valueRange: ValueRange = .bytes
        /// How many bins the histogram has.
        public var bins: Int = 256
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("value_range", \.valueRange),
            .optional("bins", \.bins),
        ]
        public func check() throws(ConfigError) {
            guard (1...65536).contains(bins) else { throw ConfigError("bins: must lie in 1 ... 65536; got \(bins)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Equalization")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - bins: How many bins the histogram has.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        valueRange: ValueRange = .bytes, bins: Int = 256,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.valueRange = valueRange
        config.bins = bins
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (channels, bins) = (x.shape[3], config.bins)
        let bytes = x.moved(from: config.valueRange, to: .bytes)
        let last = Double(bins - 1)
        let places = (bytes * last / 255).clipped(
            Tensor.constant(0, dtype: x.dtype), Tensor.constant(last, dtype: x.dtype)
        ).cast(to: .int32)
        let byChannel = places.transposed([3, 0, 1, 2]).reshaped([channels, 1, x.count / max(channels, 1)])
        let counts = byChannel.counts(of: bins)

        let below = counts.cumulativeSum(axis: 1)
        let all = below.sliced(axis: 1, bins - 1..<bins)
        // The pixels of the darkest bin that has any.
        let none = Tensor.constant(0, dtype: .float32)
        let least = Tensor.where(below .> none, below, all).min(axes: [1], keepDims: true)
        let rest = all - least
        let divisor = Tensor.where(rest .== none, Tensor.constant(1, dtype: .float32), rest)
        let table = ((below - least) * 255 / divisor).rounded().limited(.bytes).cast(to: x.dtype)
        let offsets = (Tensor.arange(channels) * bins).reshaped([1, 1, 1, channels])
        let flat = (places + offsets).reshaped([x.count])
        let even = table.reshaped([channels * bins]).taking(flat).reshaped(x.shape.sizes)
        // A channel of one bin has nothing to spread.
        let filled = (counts .> none).cast(to: .float32).sum(axes: [1]).reshaped([1, 1, 1, channels])
        return Tensor.where(filled .> Tensor.constant(1, dtype: .float32), even, bytes)
            .moved(from: .bytes, to: config.valueRange)
    }
}

extension Tensor {
    /// How often each of `0 ..< bins` occurs in the last axis of `[groups, 1, n]`: `[groups, bins]`.
    func counts(of bins: Int) -> Tensor {
        let numbers = Tensor.arange(bins).cast(to: dtype).reshaped([1, bins, 1])
        return (self .== numbers).cast(to: .float32).sum(axes: [2])
    }
}
