public import ShinkeiCore

/// A layer that changes images: those that do it at random are the identity outside of training.
///
/// Subclasses see `[batch, height, width, channels]`, floats. Not for use by itself.
public class ImageLayer: Layer {
    override class var isBuiltFromStart: Bool { true }

    /// Where the channels stand.
    var dataFormat: DataFormat { .channelsLast }
    /// Whether the layer does something only while a model is trained.
    var isForTraining: Bool { true }
    /// The numbers of channels it can work on; any if `nil`.
    var wantedChannels: Int? { nil }
    /// The changed images.
    func changed(_ x: Tensor, _ context: CallContext) -> Tensor { x }

    /// - Parameter name: Unique in a model; numbered by class if none is given.
    public override init(name: String? = nil) { super.init(name: name) }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        guard context.isTraining || !isForTraining else { return x }
        guard dataFormat == .channelsFirst else { return changed(x, context) }
        return changed(x.transposed([0, 2, 3, 1]), context).transposed([0, 3, 1, 2])
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == 4 else {
            throw LayerError(self, "needs images: batch, height, width, channels", inputs: [input])
        }
        let channels = input[dataFormat == .channelsLast ? 3 : 1]
        if let wanted = wantedChannels, let channels, channels != wanted {
            throw LayerError(self, "needs images of \(wanted) channels", inputs: [input])
        }
        return input
    }

    /// A random number for each image, `[batch, 1, 1, 1]`.
    func drawn(_ x: Tensor, _ low: Double, _ high: Double, _ context: CallContext) -> Tensor {
        Tensor.randomUniform([x.shape[0], 1, 1, 1], low: low, high: high, dtype: x.dtype, key: context.randomKey())
    }
}

extension Tensor {
    func limited(_ range: ValueRange) -> Tensor {
        clipped(Tensor.constant(range.low, dtype: dtype), Tensor.constant(range.high, dtype: dtype))
    }

    /// From one range of numbers to another.
    func moved(from old: ValueRange, to new: ValueRange) -> Tensor {
        old == new ? self : (self - old.low) * ((new.high - new.low) / (old.high - old.low)) + new.low
    }

    /// `0.2989 R + 0.587 G + 0.114 B`, one channel.
    func luminance() -> Tensor {
        let weights = Tensor([0.2989, 0.5870, 0.1140], shape: [1, 1, 1, 3], dtype: dtype)
        return (self * weights).sum(axis: 3, keepDims: true)
    }
}
