/// How weights come from the products of queries and keys.
package struct AttentionForm: Sendable, Hashable {
    /// What the products are multiplied by.
    package var scale: Double
    /// The score of a place that the mask hides. If all are hidden, all weigh the same.
    package var least: Double
    /// Whether the weight of a hidden place is 0 even if all are hidden.
    package var zeroesHidden: Bool

    package init(scale: Double, least: Double, zeroesHidden: Bool) {
        self.scale = scale
        self.least = least
        self.zeroesHidden = zeroesHidden
    }

    /// The weights `[…, T, S]` of queries `[…, T, size]` and keys `[…, S, size]`.
    ///
    /// - Parameter mask: `bool`, broadcast to the weights; false hides.
    package func weights(query: Tensor, key: Tensor, mask: Tensor?) -> Tensor {
        func constant(_ value: Double) -> Tensor { Tensor.constant(value, dtype: query.dtype) }
        var scores = (query * constant(scale)).matmul(key.swapped(-1, -2))
        if let mask { scores = Tensor.where(mask, scores, constant(least)) }
        let weights = scores.softmax()
        guard let mask, zeroesHidden else { return weights }
        return Tensor.where(mask, weights, constant(0))
    }

    /// Attention in operations on tensors: what the kernels are checked against, and what second derivatives are made from.
    func composed(_ inputs: [Tensor]) -> Tensor {
        let sharing = inputs[0].shape[2] / inputs[1].shape[2]
        func byHead(_ x: Tensor) -> Tensor { x.transposed([0, 2, 1, 3]) }
        func forEach(_ x: Tensor) -> Tensor { sharing == 1 ? x : x.repeated(sharing, axis: 2) }
        let weights = weights(
            query: byHead(inputs[0]), key: byHead(forEach(inputs[1])), mask: inputs.count > 3 ? inputs[3] : nil)
        return byHead(weights.matmul(byHead(forEach(inputs[2]))))
    }

    func sign(_ signature: inout Signature) {
        signature.append(scale.bitPattern)
        signature.append(least.bitPattern)
        signature.append(zeroesHidden)
    }
}

/// `softmax(scale · query · keyᵀ) · value` for each head: query `[batch, T, heads, size]`, key `[batch, S, key heads, size]`,
/// value `[batch, S, key heads, value size]`, and perhaps a mask `[batch, heads, T, S]` of which all axes but the last may be 1.
/// Output: `[batch, T, heads, value size]`.
///
/// A primitive for speed: heads are read where they lie, and the weights, `T · S` for each head of each sample, are never in
/// memory but for some rows; they are computed again on the way back (Dao et al., "FlashAttention", 2022, on the same ground).
struct Attention: Primitive {
    static let name = "attention"
    let form: AttentionForm

    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        let (query, key, value) = (inputs[0], inputs[1], inputs[2])
        func misfit(_ reason: String) -> ShapeError { ShapeError(op: Self.name, inputs: inputs, reason: reason) }
        guard query.rank == 4, key.rank == 4, value.rank == 4 else {
            throw misfit("query, key and value must be [batch, places, heads, size]")
        }
        guard query[0] == key[0], key.sizes[..<3] == value.sizes[..<3], query[3] == key[3] else {
            throw misfit("batch, size, or places and heads of key and value differ")
        }
        guard key[2] > 0, query[2] % key[2] == 0 else { throw misfit("heads must be a multiple of the key's") }
        guard inputs.allSatisfy({ $0.count > 0 }) else { throw misfit("nothing to attend to") }
        if inputs.count > 3 {
            let whole = [query[0], query[2], query[1]]
            guard inputs[3].rank == 4, inputs[3][3] == key[1],
                zip(inputs[3].sizes, whole).allSatisfy({ $0 == $1 || $0 == 1 })
            else {
                throw misfit("the mask must be [batch, heads, places, \(key[1])], or 1 in place of the first three")
            }
        }
        return [query[0], query[1], query[2], value[3]]
    }
    func sign(_ signature: inout Signature) { form.sign(&signature) }

    func gradients(_ c: GradientContext) -> [Tensor?] {
        let flat = Tensor(AttentionGradient(form: form), c.inputs + [c.output, c.upstream])
        var start = 0
        let slopes = c.inputs[..<3].map { input in
            defer { start += input.shape.count }
            return flat.sliced(axis: 0, start..<start + input.shape.count).reshaped(input.shape.sizes)
        }
        return slopes + (c.inputs.count > 3 ? [nil] : [])
    }
    var lowering: Lowering { .attention(form, gradient: false) }

    static var examples: [OpExample] {
        func example(_ heads: Int, sharing: Int, mask: Shape? = nil, zeroesHidden: Bool = false) -> OpExample {
            let form = AttentionForm(scale: 0.7, least: zeroesHidden ? -1e9 : -1e37, zeroesHidden: zeroesHidden)
            var example = OpExample(Attention(form: form))
            example.inputs = [
                .uniform(-1, 1, [2, 3, heads, 2]), .uniform(-1, 1, [2, 4, heads / sharing, 2]),
                .uniform(-1, 1, [2, 4, heads / sharing, 3]),
            ]
            if let mask { example.inputs.append(.booleans(mask)) }
            return example
        }
        return [
            example(1, sharing: 1), example(4, sharing: 2, mask: [2, 1, 1, 4]),
            example(2, sharing: 1, mask: [1, 2, 3, 4], zeroesHidden: true),
        ]
    }
}

/// The derivatives of `sum(upstream · attention)` by query, key and value, in one row of numbers. Its inputs are the
/// attention's, its result, and the upstream.
struct AttentionGradient: Primitive {
    static let name = "attentionGradient"
    let form: AttentionForm

    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { [inputs[..<3].reduce(0) { $0 + $1.count }] }
    func sign(_ signature: inout Signature) { form.sign(&signature) }

    /// Through the operations. The attention's result is no variable: it follows from the inputs.
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let masks = Array(c.inputs[3..<(c.inputs.count - 2)])
        let slopes = gradient(at: Array(c.inputs[..<3]) + [c.inputs[c.inputs.count - 1]]) { variables in
            let first = gradient(at: Array(variables[..<3])) { (form.composed($0 + masks) * variables[3]).sum() }
            return (Tensor.concatenate(first.map { $0.flattened() }, axis: 0) * c.upstream).sum()
        }
        return Array(slopes[..<3]) + [Tensor?](repeating: nil, count: masks.count + 1) + [slopes[3]]
    }
    var lowering: Lowering { .attention(form, gradient: true) }
    static var examples: [OpExample] { [] }
}

extension Tensor {
    /// Attention of `self`, queries `[batch, T, heads, size]`, to keys `[batch, S, key heads, size]` and values
    /// `[batch, S, key heads, value size]`: `[batch, T, heads, value size]`. Heads share keys if there are fewer of these.
    ///
    /// - Parameter mask: `bool`, `[batch, heads, T, S]`; each axis may be 1.
    /// - Precondition: All floats are of one type, `float32` or `float64`; no size is 0.
    package func attention(key: Tensor, value: Tensor, mask: Tensor? = nil, _ form: AttentionForm) -> Tensor {
        guard dtype == .float32 || dtype == .float64, key.dtype == dtype, value.dtype == dtype else {
            trap(
                "attention: needs elements of float32 or float64 throughout; got \(dtype), \(key.dtype), \(value.dtype)"
            )
        }
        let whole = mask.map { mask in
            mask.shape[mask.rank - 1] == key.shape[1]
                ? mask : mask.broadcast(to: Array(mask.shape.sizes.dropLast()) + [key.shape[1]])
        }
        return Tensor(Attention(form: form), [self, key, value] + (whole.map { [$0] } ?? []))
    }
}
