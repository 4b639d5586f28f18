public import ShinkeiCore
import ShinkeiFormats

/// What `Attention` and `AdditiveAttention` share: weights from scores of each query with each key, and sums of values by them.
///
/// Inputs: query `[batch, T, dim]`, value `[batch, S, v]`, and key `[batch, S, dim]`, for which the value stands if there is none.
/// Output: `[batch, T, v]`, and the weights `[batch, T, S]` if the call asks for `return_attention_scores`.
/// The value's mask hides places, the query's mask sets rows to 0 and travels on; `use_causal_mask` hides what lies behind.
/// Keras: `keras.layers.Attention` and what inherits from it.
public class BaseAttention: Layer {
    let dropout: Double

    init(dropout: Double, name: String?) {
        self.dropout = dropout
        super.init(name: name)
    }

    /// Scores `[batch, T, S]`.
    func scores(_ query: Tensor, _ key: Tensor) -> Tensor { trap("\(className): does not say how it scores") }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {}

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let (query, value) = (inputs[0].cast(to: dtype), inputs[1].cast(to: dtype))
        let key = inputs.count > 2 ? inputs[2].cast(to: dtype) : value
        let (queryMask, valueMask) = (context.mask(of: inputs[0]), context.mask(of: inputs[1]))
        var scores = scores(query, key)
        var mask = valueMask?.cast(to: .bool).expanded(-2)
        if context.options.isSet("use_causal_mask") {
            let causal = Tensor.causalMask(query.shape[query.rank - 2], key.shape[key.rank - 2])
            mask = mask.map { $0 & causal } ?? causal
        }
        if let mask {
            // Subtracted, not replaced: a row in which nothing is seen keeps its differences, as in Keras.
            let far = Tensor.constant(scores.dtype == .float16 ? 65504 : 1e9, dtype: scores.dtype)
            scores = Tensor.where(mask, scores, scores - far)
        }
        let weights = scores.softmax()
        let kept = weights.dropped(dropout, noise: weights.shape.sizes, dtype: weights.dtype, context)
        var output = kept.matmul(value)
        if let queryMask {
            output = Tensor.where(
                queryMask.cast(to: .bool).expanded(-1), output, Tensor.constant(0, dtype: output.dtype))
            context.setMask(queryMask, of: output)
        }
        return context.options.isSet("return_attention_scores") ? [output, weights] : [output]
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard (2...3).contains(inputs.count), inputs.allSatisfy({ $0.rank == 3 }) else {
            throw LayerError(self, "takes query, value and optionally key, each [batch, places, size]", inputs: inputs)
        }
        let (query, value) = (inputs[0], inputs[1])
        let key = inputs.count > 2 ? inputs[2] : value
        _ = try batchSize(inputs)
        func differ(_ a: Int?, _ b: Int?) -> Bool { a != nil && b != nil && a != b }
        guard !differ(query[2], key[2]) else { throw LayerError(self, "query and key differ in size", inputs: inputs) }
        guard !differ(value[1], key[1]) else {
            throw LayerError(self, "value and key differ in the number of places", inputs: inputs)
        }
        let output = SymbolicShape([query[0], query[1], value[2]])
        let scores = SymbolicShape([query[0], query[1], key[1]])
        return callOptions.isSet("return_attention_scores") ? [output, scores] : [output]
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { [dtype, dtype] }
}

func checkDropout(_ rate: Double) throws(ConfigError) {
    guard rate >= 0, rate <= 1 else { throw ConfigError("dropout: must be a fraction in 0 ... 1; got \(rate)") }
}
