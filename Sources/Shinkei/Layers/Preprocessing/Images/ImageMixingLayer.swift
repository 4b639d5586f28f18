public import ShinkeiCore

/// What became of images that were mixed with others of their batch.
struct ImageMixture {
    let images: Tensor
    /// What an image's own part is, `[batch, 1, 1, 1]`.
    let weight: Tensor
    /// With which image each was mixed.
    let order: Tensor
}

/// A layer that mixes the images of a batch, and their labels if it is given them. Not for use by itself.
public class ImageMixingLayer: ImageLayer {
    func mixed(_ x: Tensor, _ context: CallContext) -> ImageMixture {
        ImageMixture(images: x, weight: Tensor.ones([x.shape[0], 1, 1, 1]), order: Tensor.arange(x.shape[0]))
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor { mixed(x, context).images }

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        guard inputs.count == 2 else { return super.call(inputs, context) }
        let (x, labels) = (inputs[0].cast(to: dtype), inputs[1].cast(to: dtype))
        guard context.isTraining else { return [x, labels] }
        let isFirst = dataFormat == .channelsFirst
        let mixture = mixed(isFirst ? x.transposed([0, 2, 3, 1]) : x, context)
        let weight = mixture.weight.reshaped([x.shape[0]] + [Int](repeating: 1, count: labels.rank - 1))
        return [
            isFirst ? mixture.images.transposed([0, 3, 1, 2]) : mixture.images,
            weight * labels + (1 - weight) * labels.taking(mixture.order),
        ]
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard inputs.count == 2 else { return try super.outputShapes(inputs) }
        guard inputs[1].rank > 0 else { throw LayerError(self, "needs a label for each image", inputs: inputs) }
        return [try outputShape(inputs[0]), inputs[1]]
    }
    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs.map { _ in dtype } }
}

extension Tensor {
    /// Numbers from the beta distribution with both parameters `alpha`, a scalar.
    static func randomBeta(_ shape: [Int], _ alpha: Tensor, _ context: CallContext) -> Tensor {
        // The quotient of two gamma numbers and their sum, in logarithms: of a small alpha both may be too small for a float.
        (randomLogGamma(shape, alpha, context) - randomLogGamma(shape, alpha, context)).sigmoid()
    }

    /// Logarithms of numbers from the gamma distribution with the shape `alpha`, a scalar, and the scale 1.
    ///
    /// G. Marsaglia and W. W. Tsang, A Simple Method for Generating Gamma Variables, 2000, for `alpha + 1`, which leaves out fewer
    /// than one draw of twenty; the first good one of eight is taken. Then their section 6 for `alpha`.
    static func randomLogGamma(_ shape: [Int], _ alpha: Tensor, _ context: CallContext) -> Tensor {
        let type = alpha.dtype
        let d = alpha + 2.0 / 3
        let c = 1 / (d * 9).sqrt()
        let zero = Tensor.constant(0, dtype: type)
        var found = d.log() + Tensor.zeros(shape, dtype: type)
        for _ in 0..<8 {
            let x = Tensor.randomNormal(shape, dtype: type, key: context.randomKey())
            let u = Tensor.randomUniform(shape, low: 1e-30, high: 1, dtype: type, key: context.randomKey())
            let root = x * c + 1
            let v = Tensor.where(root .> zero, root, Tensor.constant(1, dtype: type)).power(3)
            let isGood = (root .> zero) & (u.log() .< x.square() * 0.5 + d * (1 - v + v.log()))
            found = Tensor.where(isGood, d.log() + v.log(), found)
        }
        let u = Tensor.randomUniform(shape, low: 1e-30, high: 1, dtype: type, key: context.randomKey())
        return found + u.log() / alpha
    }
}
