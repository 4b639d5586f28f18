import ShinkeiCore

/// Takes any cell, or a stack of cells, through time.
///
/// Input shape: `[batch, time, …]`, then the first states if they are given. Output shape: `[batch, units]`, or
/// `[batch, time, units]` with `returnSequences`; then the last states with `returnState`. Weights: the cell's.
/// Keras: `keras.layers.RNN`. Same defaults.
public final class RNN: RecurrentLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        var inner: LayerValue?
        public var options = RecurrentOptions()
        /// The configuration for a cell.
        public init(_ cell: RecurrentCell) { inner = LayerValue(cell) }
        private init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] =
            RecurrentOptions.fields.map { $0.inside(\.options) } + [.required("cell", \.inner)]
        public static let ignored: Set<String> = ["unroll", "time_major"]
        public func check() throws(ConfigError) {
            guard let layer = inner?.layer else { throw ConfigError("cell: is missing") }
            guard layer is RecurrentCell else { throw ConfigError("cell: a \(layer.className) is not a cell") }
        }
    }
    /// What the layer was made from.
    public let config: Config

    /// - Precondition: The configuration has a cell.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RNN")
        guard let cell = config.inner?.layer as? RecurrentCell else { trap("RNN: needs a cell") }
        self.config = config
        super.init(cell, config.options, name: name)
    }

    /// - Parameter cell: What is done at each time.
    public convenience init(
        _ cell: RecurrentCell, returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false,
        stateful: Bool = false, zeroOutputForMask: Bool = false, name: String? = nil
    ) {
        var config = Config(cell)
        config.options.returnSequences = returnSequences
        config.options.returnState = returnState
        config.options.goBackwards = goBackwards
        config.options.stateful = stateful
        config.options.zeroOutputForMask = zeroOutputForMask
        self.init(config, name: name)
    }

    /// - Parameter cells: Cells of which each takes the output of the one before.
    public convenience init(
        _ cells: [RecurrentCell], returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false,
        stateful: Bool = false, zeroOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            StackedRNNCells(cells), returnSequences: returnSequences, returnState: returnState,
            goBackwards: goBackwards, stateful: stateful, zeroOutputForMask: zeroOutputForMask, name: name)
    }

    public override class var className: String { "RNN" }
}
