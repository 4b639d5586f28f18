import ShinkeiCore

/// What `ConvLSTM1D`, `ConvLSTM2D` and `ConvLSTM3D` share.
public class ConvLSTMLayer<Axes: SpatialAxes>: RecurrentLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        public var cell: ConvLSTMCellConfig<Axes>
        public var options = RecurrentOptions()

        public static var defaults: Config { Config(cell: .defaults) }
        public static var fields: [ConfigField<Config>] {
            ConvLSTMCellConfig<Axes>.fields.map { $0.inside(\.cell) }
                + RecurrentOptions.fields.map { $0.inside(\.options) }
        }
        public static var ignored: Set<String> { ConvLSTMCellConfig<Axes>.ignored }
        public func check() throws(ConfigError) { try cell.check() }
    }

    /// What the layer was made from.
    public let config: Config

    /// - Precondition: The configuration makes sense.
    public required init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(ConvLSTMCell(config.cell, name: "conv_lstm_cell"), config.options, name: name)
    }

    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<Axes>, strides: Extent<Axes> = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: Extent<Axes> = 1,
        activation: ActivationFunction = .tanh, recurrentActivation: ActivationFunction = .sigmoid,
        useBias: Bool = true, unitForgetBias: Bool = true, dropout: Double = 0, recurrentDropout: Double = 0,
        returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false,
        name: String? = nil
    ) {
        var config = Config(cell: ConvLSTMCellConfig(filters: filters, kernelSize: kernelSize))
        config.cell.strides = strides
        config.cell.padding = padding
        config.cell.dataFormat = dataFormat
        config.cell.dilationRate = dilationRate
        config.cell.activation = activation
        config.cell.recurrentActivation = recurrentActivation
        config.cell.useBias = useBias
        config.cell.unitForgetBias = unitForgetBias
        config.cell.dropout = dropout
        config.cell.recurrentDropout = recurrentDropout
        config.options.returnSequences = returnSequences
        config.options.returnState = returnState
        config.options.goBackwards = goBackwards
        config.options.stateful = stateful
        self.init(config, name: name)
    }

    // The cell is not a layer of files: its options are the layer's own.
    override var savesSublayers: Bool { false }
}

/// A convolutional LSTM over a sequence of sequences.
///
/// Input shape: `[batch, time, steps, channels]`, then first states `h` and `c` if given; sizes but `batch` and
/// `time` must be known. Output shape: `[batch, new steps, filters]`, or
/// `[batch, time, new steps, filters]` with `returnSequences`; then `h` and `c` with `returnState`. With
/// `channelsFirst` the channels stand before the spatial axes. Weights: see `ConvLSTMCell`.
/// Keras: `keras.layers.ConvLSTM1D`. Same defaults.
public final class ConvLSTM1D: ConvLSTMLayer<OneAxis>, ConfiguredLayer {}

/// A convolutional LSTM over a sequence of images.
///
/// Input shape: `[batch, time, height, width, channels]`, then first states `h` and `c` if given; sizes but `batch` and
/// `time` must be known. Output shape: `[batch, new height, new width, filters]`, or
/// `[batch, time, new height, new width, filters]` with `returnSequences`; then `h` and `c` with `returnState`. With
/// `channelsFirst` the channels stand before the spatial axes. Weights: see `ConvLSTMCell`.
/// Keras: `keras.layers.ConvLSTM2D`. Same defaults.
public final class ConvLSTM2D: ConvLSTMLayer<TwoAxes>, ConfiguredLayer {}

/// A convolutional LSTM over a sequence of volumes.
///
/// Input shape: `[batch, time, depth, height, width, channels]`, then first states `h` and `c` if given; sizes but `batch` and
/// `time` must be known. Output shape: `[batch, new depth, new height, new width, filters]`, or
/// `[batch, time, new depth, new height, new width, filters]` with `returnSequences`; then `h` and `c` with `returnState`. With
/// `channelsFirst` the channels stand before the spatial axes. Weights: see `ConvLSTMCell`.
/// Keras: `keras.layers.ConvLSTM3D`. Same defaults.
public final class ConvLSTM3D: ConvLSTMLayer<ThreeAxes>, ConfiguredLayer {}
