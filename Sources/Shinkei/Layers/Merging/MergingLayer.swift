public import ShinkeiCore

/// What the layers share that merge inputs element by element.
///
/// Shapes broadcast by NumPy's rule without the batch axis: inputs of fewer axes get new ones of size 1 right after it, so that
/// `[batch, 5]` and `[batch, 3, 5]` make `[batch, 3, 5]`.
/// Keras: `keras.src.layers.merging.base_merge.Merge`.
public class MergingLayer: Layer {
    /// There is nothing to choose.
    public struct Config: LayerConfig {
        /// The only configuration.
        public init() {}
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = []
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// A layer that merges its inputs.
    public init(_ config: Config, name: String?) {
        self.config = config
        super.init(name: name)
    }

    /// A layer that merges its inputs.
    public override convenience init(name: String? = nil) { self.init(Config(), name: name) }

    /// One input merged into what the inputs before it gave.
    func merge(_ a: Tensor, _ b: Tensor) -> Tensor { trap("\(className): does not say how it merges") }

    /// The merged inputs, which have one rank. Masks are there where a tensor has one.
    func merged(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor {
        inputs.dropFirst().reduce(inputs[0]) { merge($0, $1) }
    }

    /// How many inputs there may be.
    var accepted: ClosedRange<Int> { 1...Int.max }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {}

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let masks = inputs.map { context.mask(of: $0) }
        let rank = inputs.map(\.rank).max() ?? 0
        let aligned = inputs.map { input in
            var x = input.dtype.isFloating ? input.cast(to: dtype) : input
            while x.rank < rank { x = x.expanded(1) }
            return x
        }
        let output = merged(aligned, masks)
        // A place counts if it does in any input; with an input that has no mask, all do.
        let known = masks.compactMap { $0 }
        let isMasked = !known.isEmpty && known.count == masks.count
        context.setMask(isMasked ? known.dropFirst().reduce(known[0]) { $0 | $1 } : nil, of: output)
        return [output]
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard accepted.contains(inputs.count) else {
            let wanted = accepted.upperBound == .max ? "a list of inputs" : "\(accepted.upperBound) inputs"
            throw LayerError(self, "takes \(wanted), not \(inputs.count)", inputs: inputs)
        }
        let batch = try batchSize(inputs)
        var sizes: [Int?] = []
        for input in inputs {
            let own = Array(input.sizes.dropFirst())
            let padded = [Int?](repeating: 1, count: max(0, sizes.count - own.count)) + own
            sizes = [Int?](repeating: 1, count: max(0, own.count - sizes.count)) + sizes
            for (i, size) in padded.enumerated() {
                switch (sizes[i], size) {
                case (1, _): sizes[i] = size
                case (_, 1): break
                case (nil, _), (_, nil): sizes[i] = nil
                case (let a, let b) where a == b: break
                default: throw LayerError(self, "the shapes do not broadcast", inputs: inputs)
                }
            }
        }
        return [SymbolicShape([batch] + sizes)]
    }
}

extension Layer {
    /// The number of rows of inputs that belong together, if it is known.
    func batchSize(_ inputs: [SymbolicShape]) throws(LayerError) -> Int? {
        guard inputs.allSatisfy({ $0.rank >= 1 }) else {
            throw LayerError(self, "every input needs a batch axis", inputs: inputs)
        }
        let known = Set(inputs.compactMap { $0[0] })
        guard known.count <= 1 else {
            throw LayerError(self, "the inputs have different numbers of rows", inputs: inputs)
        }
        return known.first
    }
}

extension Tensor {
    /// A mask `[batch, time]` as wide as the tensor whose places it is about.
    func asMask(for x: Tensor) -> Tensor {
        var mask = self
        while mask.rank < x.rank { mask = mask.expanded(-1) }
        return mask.broadcast(to: x.shape.sizes)
    }
}
