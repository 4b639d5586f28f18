public import ShinkeiCore
import ShinkeiFormats

/// What the layers share that project query, key and value to several heads, attend in each, and project back.
///
/// Inputs, by place or by name: `query`, `value`, `key` (for which the value stands if there is none), `query_mask`,
/// `value_mask`, `key_mask`, `attention_mask` `[batch, T, S]`. Masks that travel with query, value and key are used as well,
/// if one axis is attended over.
/// A call may ask for `use_causal_mask` and `return_attention_scores`.
public class BaseMultiHeadAttention: Layer {
    /// What both layers can choose.
    struct Options: Hashable, Sendable {
        var dropout = 0.0
        var useBias = true
        var useGate = false
        var slidingWindow: Int?
        var kernelInitializer: Initializer = .glorotUniform
        var biasInitializer: Initializer = .zeros
        var kernelRegularizer: Regularizer?
        var biasRegularizer: Regularizer?
        var kernelConstraint: Constraint?
        var biasConstraint: Constraint?
        var seed: Int?

        static let projectionFields: [ConfigField<Options>] = [
            .optional("kernel_initializer", \.kernelInitializer), .optional("bias_initializer", \.biasInitializer),
            .optional("kernel_regularizer", \.kernelRegularizer), .optional("bias_regularizer", \.biasRegularizer),
            .optional("kernel_constraint", \.kernelConstraint), .optional("bias_constraint", \.biasConstraint),
            .optional("seed", \.seed),
        ]
        func check() throws(ConfigError) {
            try checkDropout(dropout)
            if let slidingWindow, slidingWindow < 1 {
                throw ConfigError("sliding_window: must be a positive integer; got \(slidingWindow)")
            }
        }
    }

    override var takesInputsAsList: Bool { false }
    let options: Options
    /// The projections, made when the ranks of the inputs are known.
    private(set) var query: EinsumDense?
    private(set) var key: EinsumDense?
    private(set) var gate: EinsumDense?
    private(set) var value: EinsumDense?
    private(set) var output: EinsumDense?

    init(_ options: Options, name: String?) {
        self.options = options
        super.init(name: name)
    }

    // MARK: To override

    /// Heads of the query, and of key and value.
    var heads: (query: Int, key: Int) { trap("\(className): does not say how many heads it has") }
    /// The sizes of a head: of query and key, and of the value.
    var headSizes: (key: Int, value: Int) { trap("\(className): does not say how large its heads are") }
    /// The axes that are attended over, for inputs of this rank.
    func attendedAxes(rank: Int) -> [Int] { [1] }
    /// The sizes of an output's place, for a query of this size.
    func outputSizes(_ querySize: Int) -> [Int] { [querySize] }
    /// What files put before the names of the projections.
    var partPrefix: String { "" }

    public override var sublayers: [Layer] { [query, key, gate, value, output].compactMap { $0 } }
    public override var savedParts: [SavedPart] {
        let parts = [
            (partPrefix + "query_dense", query), (partPrefix + "key_dense", key), ("_gate_dense", gate),
            (partPrefix + "value_dense", value), (partPrefix + "output_dense", output),
        ]
        return parts.compactMap { name, layer in layer.map { .one(name, $0) } }
    }
    public override var supportsMasking: Bool { true }
    /// The projections have it, as in Keras.
    override var penalizesActivity: Bool { false }

    // MARK: Building

    private func projection(
        _ name: String, free: Int, bound: Int, _ sizes: [Int], activation: ActivationFunction = .linear
    ) -> EinsumDense {
        let letters = Array("abcdefghijklmnopqrstuvwxyz").map(String.init)
        let (kept, summed) = (letters[..<free].joined(), letters[free..<free + bound].joined())
        let new = letters[(free + bound)..<(free + bound + sizes.count)].joined()
        var config = EinsumDense.Config(
            "\(kept)\(summed),\(summed)\(new)->\(kept)\(new)",
            outputShape: [Int?](repeating: nil, count: free - 1) + sizes.map { Optional($0) })
        config.activation = activation
        config.biasAxes = options.useBias ? new : nil
        config.kernelInitializer = options.kernelInitializer
        config.biasInitializer = options.biasInitializer
        config.kernelRegularizer = options.kernelRegularizer
        config.biasRegularizer = options.biasRegularizer
        config.kernelConstraint = options.kernelConstraint
        config.biasConstraint = options.biasConstraint
        let layer = EinsumDense(config, name: name)
        layer.policy = policy
        layer.isTrainable = isTrainable
        layer.activityRegularizer = activityRegularizer
        return layer
    }

    /// Query, value and key among the inputs, which fit together.
    private func arguments(_ inputs: [SymbolicShape]) throws(LayerError) -> (
        query: SymbolicShape, value: SymbolicShape, key: SymbolicShape
    ) {
        guard let named = AttentionInputs(inputs, callOptions), let query = named["query"], let value = named["value"]
        else { throw LayerError(self, "takes query, value and optionally key and masks", inputs: inputs) }
        let key = named["key"] ?? value
        let rank = query.rank
        guard rank >= 3, rank <= 12, value.rank == rank, key.rank == rank else {
            throw LayerError(self, "query, value and key must have one rank from 3", inputs: inputs)
        }
        _ = try batchSize([query, value, key])
        let axes = attendedAxes(rank: rank)
        guard !axes.isEmpty, Set(axes).count == axes.count, axes.allSatisfy({ (1..<rank - 1).contains($0) }) else {
            throw LayerError(self, "there are no axes \(axes) to attend over", inputs: inputs)
        }
        func differ(_ a: Int?, _ b: Int?) -> Bool { a != nil && b != nil && a != b }
        for axis in 1..<rank - 1 {
            guard !differ(value[axis], key[axis]), axes.contains(axis) || !differ(query[axis], key[axis]) else {
                throw LayerError(self, "axis \(axis) of the inputs differs", inputs: inputs)
            }
        }
        if let mask = named["attention_mask"], mask.rank < 2 * axes.count {
            throw LayerError(self, "the mask needs an axis for each place of query and key", inputs: inputs)
        }
        return (query, value, key)
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        let (queryShape, valueShape, keyShape) = try arguments(inputs)
        guard let size = queryShape.last else {
            throw LayerError(self, "the size of the query must be known", inputs: inputs)
        }
        let free = queryShape.rank - 1
        query = projection("query", free: free, bound: 1, [heads.query, headSizes.key])
        key = projection("key", free: free, bound: 1, [heads.key, headSizes.key])
        if options.useGate {
            gate = projection("gate", free: free, bound: 1, [heads.query, headSizes.value], activation: .sigmoid)
        }
        value = projection("value", free: free, bound: 1, [heads.key, headSizes.value])
        output = projection("attention_output", free: free, bound: 2, outputSizes(size))
        try query?.prepare([queryShape], parent: self)
        try key?.prepare([keyShape], parent: self)
        try gate?.prepare([queryShape], parent: self)
        try value?.prepare([valueShape], parent: self)
        let attended = SymbolicShape(Array(queryShape.sizes.dropLast()) + [heads.query, headSizes.value])
        try output?.prepare([attended], parent: self)
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        let (queryShape, valueShape, keyShape) = try arguments(inputs)
        guard let query, let key, let value, let output else {
            throw LayerError(self, "has not been built", inputs: inputs)
        }
        _ = try query.outputShape(queryShape)
        _ = try key.outputShape(keyShape)
        _ = try value.outputShape(valueShape)
        let result = try output.outputShape(
            SymbolicShape(Array(queryShape.sizes.dropLast()) + [heads.query, headSizes.value]))
        guard callOptions.isSet("return_attention_scores") else { return [result] }
        let axes = attendedAxes(rank: queryShape.rank)
        let others = (1..<queryShape.rank - 1).filter { !axes.contains($0) }
        let scores: [Int?] = [queryShape[0]] + others.map { queryShape[$0] } + [heads.query]
        return [result, SymbolicShape(scores + axes.map { queryShape[$0] } + axes.map { keyShape[$0] })]
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { [dtype, dtype] }

    // MARK: Calling

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        guard let named = AttentionInputs(inputs, context.options), let q = named["query"], let v = named["value"],
            let query, let key, let value, let output
        else { trap("\(name): takes query, value and optionally key and masks") }
        let inner = context.inner()
        let rank = q.rank
        let axes = attendedAxes(rank: rank)
        let others = (1..<rank - 1).filter { !axes.contains($0) }
        let returnsScores = context.options.isSet("return_attention_scores")
        let projected = query([q], inner)[0]
        let keys = key([named["key"] ?? v], inner)[0]
        let values = value([v], inner)[0]
        let (places, seen) = (axes.map { q.shape[$0] }, axes.map { v.shape[$0] })
        let mask = mask(named, context, places, seen, scoresRank: others.count + 4)
        let form = AttentionForm(
            headSize: headSizes.key, dtype: projected.dtype,
            showsWeights: options.dropout > 0 || returnsScores || rank != 3)

        var result: Tensor
        var weights: Tensor?
        let drops = options.dropout > 0 && context.isTraining
        let isWhole = axes == Array(1..<rank - 1) && [projected, keys, values].allSatisfy { $0.shape.count > 0 }
        if isWhole, !drops, !returnsScores, projected.dtype == .float32 || projected.dtype == .float64 {
            func line(_ x: Tensor) -> Tensor {
                rank == 3 ? x : x.reshaped([x.shape[0], axes.reduce(1) { $0 * x.shape[$1] }] + x.shape.sizes.suffix(2))
            }
            result = line(projected).attention(key: line(keys), value: line(values), mask: mask, form)
            if rank > 3 { result = result.reshaped([q.shape[0]] + places + result.shape.sizes.suffix(2)) }
        } else {
            /// Heads before the places, which are one axis: `[batch, others…, heads, places, size]`.
            func byHead(_ x: Tensor) -> Tensor {
                let moved = x.transposed([0] + others + [rank - 1] + axes + [rank])
                let lead = Array(moved.shape.sizes[...(others.count + 1)])
                return moved.reshaped(lead + [axes.reduce(1) { $0 * x.shape[$1] }, x.shape[rank]])
            }
            func repeated(_ x: Tensor) -> Tensor {
                heads.key == heads.query ? x : x.repeated(heads.query / heads.key, axis: rank - 1)
            }
            let all = form.weights(query: byHead(projected), key: byHead(repeated(keys)), mask: mask)
            let kept = all.dropped(options.dropout, noise: all.shape.sizes, dtype: all.dtype, context)
            let attended = kept.matmul(byHead(repeated(values)))
            // The places get their axes back, and the heads go behind them.
            let lead = Array(attended.shape.sizes[...(others.count + 1)])
            var from = [Int](repeating: 0, count: rank + 1)
            for (i, axis) in others.enumerated() { from[axis] = i + 1 }
            for (i, axis) in axes.enumerated() { from[axis] = others.count + 2 + i }
            (from[rank - 1], from[rank]) = (others.count + 1, rank)
            result = attended.reshaped(lead + places + [headSizes.value]).transposed(from)
            weights = all.reshaped(lead + places + seen)
        }
        if let gate { result = result * gate([q], inner)[0] }
        result = output([result], inner)[0]
        return returnsScores ? [result, weights].compactMap { $0 } : [result]
    }

    /// Which places each place may see, broadcast to `[batch, others…, heads, T, S]`; `nil` if all.
    private func mask(
        _ named: AttentionInputs<Tensor>, _ context: CallContext, _ places: [Int], _ seen: [Int], scoresRank: Int
    ) -> Tensor? {
        var mask: Tensor?
        func add(_ more: Tensor) { mask = mask.map { $0 & more } ?? more }
        let (rows, columns) = (places.reduce(1, *), seen.reduce(1, *))
        if places.count == 1 {
            func own(_ name: String) -> Tensor? {
                (named[name + "_mask"] ?? named[name].flatMap { context.mask(of: $0) })?.cast(to: .bool)
            }
            if let queryMask = own("query") { add(queryMask.expanded(-1)) }
            if let valueMask = own("value") { add(valueMask.expanded(-2)) }
            if let keyMask = own("key") { add(keyMask.expanded(-2)) }
        }
        if context.options.isSet("use_causal_mask") { add(.causalMask(rows, columns).expanded(0)) }
        if let window = options.slidingWindow { add(.windowMask(rows, columns, window: window).expanded(0)) }
        if let given = named["attention_mask"]?.cast(to: .bool) {
            let lead = Array(given.shape.sizes.dropLast(2 * places.count))
            add(given.broadcast(to: lead + places + seen).reshaped(lead + [rows, columns]))
        }
        guard var whole = mask else { return nil }
        while whole.rank < scoresRank { whole = whole.expanded(-3) }
        return whole
    }
}
