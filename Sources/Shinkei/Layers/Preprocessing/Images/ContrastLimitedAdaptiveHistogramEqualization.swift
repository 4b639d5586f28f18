import ShinkeiCore
public import ShinkeiFormats

/// Images whose contrast is raised part by part, but not without limit (CLAHE): each tile's histogram is made flat up to a limit, and between the
/// tiles' middles the results go over into each other.
///
/// In training and outside of it. Source: K. Zuiderveld, Contrast Limited Adaptive Histogram Equalization, Graphics Gems IV, 1994.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.ContrastLimitedAdaptiveHistogramEqualization`. Same defaults.
public final class ContrastLimitedAdaptiveHistogramEqualization: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The smallest and the largest number of a pixel.
        public var valueRange: ValueRange = .bytes
        /// How many times the mean a bin may hold; what is more is spread over all. 0 for no limit.
        public var clipLimit: Double = 4
        /// How many tiles stand below and beside each other.
        public var tileGridSize: TileGrid = TileGrid(8, 8)
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("value_range", \.valueRange),
            .optional("clip_limit", \.clipLimit),
            .optional("tile_grid_size", \.tileGridSize),
        ]
        public func check() throws(ConfigError) {
            guard clipLimit.isFinite else { throw ConfigError("clip_limit: must be a number; got \(clipLimit)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }
    override var isForTraining: Bool { false }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("ContrastLimitedAdaptiveHistogramEqualization")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - clipLimit: How many times the mean a bin may hold; what is more is spread over all. 0 for no limit.
    ///   - tileGridSize: How many tiles stand below and beside each other.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        valueRange: ValueRange = .bytes, clipLimit: Double = 4, tileGridSize: TileGrid = TileGrid(8, 8),
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.valueRange = valueRange
        config.clipLimit = clipLimit
        config.tileGridSize = tileGridSize
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (rows, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let (down, across) = (config.tileGridSize.rows, config.tileGridSize.columns)
        let (tileHeight, tileWidth) = ((height + down - 1) / down, (width + across - 1) / across)
        let size = tileHeight * tileWidth
        let bytes = x.moved(from: config.valueRange, to: .bytes).limited(.bytes).cast(to: .int32)
        let padded = bytes.mirrored(axis: 1, to: tileHeight * down).mirrored(axis: 2, to: tileWidth * across)

        let tiles = padded.reshaped([rows, down, tileHeight, across, tileWidth, channels])
            .transposed([0, 1, 3, 5, 2, 4]).reshaped([rows * down * across * channels, 1, size])
        var counts = tiles.counts(of: 256)
        if config.clipLimit > 0 {
            let limit = Tensor.constant(config.clipLimit * Double(size) / 256, dtype: .float32)
            let kept = counts.clipped(Tensor.constant(0, dtype: .float32), limit)
            counts = kept + (counts - kept).sum(axes: [1], keepDims: true) / 256
        }
        let below = counts.cumulativeSum(axis: 1)
        let least = below.min(axes: [1], keepDims: true)
        let rest = Double(size) - least
        let one = Tensor.constant(1, dtype: .float32)
        let divisor = Tensor.where(rest .== Tensor.constant(0, dtype: .float32), one, rest)
        let table = ((below - least) * 255 / divisor).limited(.bytes).reshaped([rows * down * across * channels * 256])

        // The tiles whose middles a row or a column lies between, and how near the second one is. At the borders they are one.
        func neighbours(_ size: Int, _ tile: Int, _ count: Int, _ shape: [Int]) -> (
            first: Tensor, second: Tensor, share: Tensor
        ) {
            let places = (0..<size).map { (Double($0) - Double(tile) / 2) / Double(tile) }
            let first = places.map { Int($0.rounded(.down)) }
            func tensor(_ tiles: [Int]) -> Tensor {
                Tensor(tiles.map { Int32(min(max($0, 0), count - 1)) }, shape: shape)
            }
            let shares = zip(places, first).map { Float($0 - Double($1)) }
            return (tensor(first), tensor(first.map { $0 + 1 }), Tensor(shares, shape: shape))
        }
        let (top, bottom, lower) = neighbours(height, tileHeight, down, [1, height, 1, 1])
        let (left, right, further) = neighbours(width, tileWidth, across, [1, 1, width, 1])
        let image = (Tensor.arange(rows) * (down * across)).reshaped([rows, 1, 1, 1])
        let channel = Tensor.arange(channels).reshaped([1, 1, 1, channels])
        func value(_ row: Tensor, _ column: Tensor) -> Tensor {
            let tile = image + row * across + column
            let place = (tile * channels + channel) * 256 + bytes
            return table.taking(place.reshaped([x.count])).reshaped(x.shape.sizes)
        }
        let upper = value(top, left) * (1 - further) + value(top, right) * further
        let under = value(bottom, left) * (1 - further) + value(bottom, right) * further
        return (upper * (1 - lower) + under * lower).cast(to: x.dtype).moved(from: .bytes, to: config.valueRange)
    }
}

/// How many tiles an image is cut into. Keras: `tile_grid_size`.
public struct TileGrid: Sendable, Hashable, ConfigValue {
    let rows: Int
    let columns: Int
    /// - Precondition: Both are positive.
    public init(_ rows: Int, _ columns: Int) {
        guard rows > 0, columns > 0 else { trap("tileGridSize: must be positive; got \(rows) and \(columns)") }
        (self.rows, self.columns) = (rows, columns)
    }
    public init(config: JSON) throws(ConfigError) {
        let sizes = try [Int](config: config)
        guard sizes.count == 2, sizes.allSatisfy({ (1...4096).contains($0) }) else {
            throw expected("two numbers from 1 to 4096", config)
        }
        (rows, columns) = (sizes[0], sizes[1])
    }
    public var config: JSON { [rows, columns].config }
}

extension Tensor {
    /// An axis made longer by what a mirror behind its end shows.
    fileprivate func mirrored(axis: Int, to size: Int) -> Tensor {
        let count = shape[axis]
        guard size > count, count > 0 else { return self }
        let places = (0..<size).map { place in
            let turned = place % (2 * count)
            return Int32(turned < count ? turned : 2 * count - 1 - turned)
        }
        return taking(Tensor(places, shape: [size]), axis: axis)
    }
}
