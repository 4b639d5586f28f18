import ShinkeiCore

/// The sum of the inputs, element by element.
///
/// Input shapes: any that broadcast. Output shape: the broadcast one.
/// Keras: `keras.layers.Add`.
public final class Add: MergingLayer, ConfiguredLayer {
    override func merge(_ a: Tensor, _ b: Tensor) -> Tensor { a + b }
}

/// The mean of the inputs, element by element.
///
/// Input shapes: any that broadcast. Output shape: the broadcast one.
/// Keras: `keras.layers.Average`.
public final class Average: MergingLayer, ConfiguredLayer {
    override func merge(_ a: Tensor, _ b: Tensor) -> Tensor { a + b }
    override func merged(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor {
        super.merged(inputs, masks) / Double(inputs.count)
    }
}

/// The largest of the inputs, element by element. What a mask rules out does not take part.
///
/// Input shapes: any that broadcast. Output shape: the broadcast one.
/// Keras: `keras.layers.Maximum`.
public final class Maximum: MergingLayer, ConfiguredLayer {
    override func merge(_ a: Tensor, _ b: Tensor) -> Tensor { maximum(a, b) }
    override func merged(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor { chosen(inputs, masks) }
}

/// The smallest of the inputs, element by element. What a mask rules out does not take part.
///
/// Input shapes: any that broadcast. Output shape: the broadcast one.
/// Keras: `keras.layers.Minimum`.
public final class Minimum: MergingLayer, ConfiguredLayer {
    override func merge(_ a: Tensor, _ b: Tensor) -> Tensor { minimum(a, b) }
    override func merged(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor { chosen(inputs, masks) }
}

/// The product of the inputs, element by element. What a mask rules out counts as 1, and as 0 if it is ruled out of all of
/// them.
///
/// Input shapes: any that broadcast. Output shape: the broadcast one.
/// Keras: `keras.layers.Multiply`.
public final class Multiply: MergingLayer, ConfiguredLayer {
    override func merge(_ a: Tensor, _ b: Tensor) -> Tensor { a * b }
    override func merged(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor {
        var all: Tensor?
        let factors = zip(inputs, masks).map { x, mask in
            guard let mask = mask?.asMask(for: x) else { return x }
            all = all.map { $0 | mask } ?? mask
            return Tensor.where(mask, x, Tensor.constant(1, dtype: x.dtype))
        }
        let product = super.merged(factors, masks)
        guard let all, masks.allSatisfy({ $0 != nil }) else { return product }
        return Tensor.where(all, product, Tensor.constant(0, dtype: product.dtype))
    }
}

/// The first input minus the second, element by element.
///
/// Input shapes: two that broadcast. Output shape: the broadcast one.
/// Keras: `keras.layers.Subtract`.
public final class Subtract: MergingLayer, ConfiguredLayer {
    override var accepted: ClosedRange<Int> { 2...2 }
    override func merge(_ a: Tensor, _ b: Tensor) -> Tensor { a - b }
}

extension MergingLayer {
    /// One of the inputs for each element; those that a mask rules out stand back for the others.
    fileprivate func chosen(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor {
        var output = inputs[0]
        var mask = masks[0]?.asMask(for: output)
        for (input, own) in zip(inputs, masks).dropFirst() {
            var x = input
            let own = own?.asMask(for: x)
            if let own { x = Tensor.where(own, x, output) }
            if let mask { output = Tensor.where(mask, output, x) }
            mask = if let own, let mask { mask | own } else { nil }
            output = merge(output, x)
        }
        return output
    }
}
