public import ShinkeiCore

/// Cells of which each takes the output of the one before, as one cell.
///
/// States: those of the first cell, then those of the second, and so on. Output: the last cell's. Weights: the cells'.
/// Keras: `keras.layers.StackedRNNCells`.
public final class StackedRNNCells: RecurrentCell, ConfiguredLayer {
    /// Everything needed to rebuild the cell.
    public struct Config: LayerConfig {
        var inner: [LayerValue] = []
        /// The configuration for these cells, the first one first.
        public init(_ cells: [RecurrentCell]) { inner = cells.map { LayerValue($0) } }

        public static let defaults = Config([])
        public static let fields: [ConfigField<Config>] = [.required("cells", \.inner)]
        public func check() throws(ConfigError) {
            guard !inner.isEmpty else { throw ConfigError("cells: needs at least one") }
            for (i, value) in inner.enumerated() where !(value.layer is RecurrentCell) {
                throw ConfigError("cells[\(i)]: a \(value.layer.className) is not a cell")
            }
        }
    }
    /// What the cell was made from.
    public let config: Config
    /// The cells, the first one first.
    public let cells: [RecurrentCell]

    /// - Precondition: There is at least one cell.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("StackedRNNCells")
        self.config = config
        cells = config.inner.compactMap { $0.layer as? RecurrentCell }
        super.init(name: name)
    }

    /// - Parameter cells: The cells, the first one first.
    public convenience init(_ cells: [RecurrentCell], name: String? = nil) { self.init(Config(cells), name: name) }

    public override class var className: String { "StackedRNNCells" }
    public override var sublayers: [Layer] { cells }
    public override var savedParts: [SavedPart] { [.list("cells", cells)] }
    public override var stateSizes: [Int] { cells.flatMap(\.stateSizes) }
    public override var outputSize: Int { cells[cells.count - 1].outputSize }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        var input = input
        for cell in cells {
            try cell.prepare([input], parent: self)
            input = [input[0], cell.outputSize]
        }
    }

    public override func prepared(_ x: Tensor) -> Tensor { cells[0].prepared(x) }

    public override func step(_ x: Tensor, _ states: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        step(x, states, CellDropout(inner: cells.map { _ in CellDropout() }))
    }

    override func drawDropout(_ input: [Int], _ context: CallContext) -> CellDropout {
        var (inner, input) = ([CellDropout](), input)
        for cell in cells {
            inner.append(cell.drawDropout(input, context))
            input = [input[0], cell.outputSize]
        }
        // The first cell's inputs are known for all times, and so dropped before it begins.
        return CellDropout(input: inner[0].input, inner: inner)
    }

    override func step(_ x: Tensor, _ states: [Tensor], _ dropout: CellDropout) -> (output: Tensor, states: [Tensor]) {
        var (x, after, place) = (x, [Tensor](), 0)
        for (i, cell) in cells.enumerated() {
            let drops = dropout.inner[i]
            if i > 0 { x = cell.prepared(drops.input.map { x * $0 } ?? x) }
            let own = Array(states[place..<place + cell.stateSizes.count])
            let result = cell.step(x, own, drops)
            x = result.output
            after += result.states
            place += own.count
        }
        return (x, after)
    }
}
