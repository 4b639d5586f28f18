public import ShinkeiCore

/// The mean of each channel over the whole of a sequence.
/// Steps that a mask leaves out do not count.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, channels]`, or with `keepDims` the
/// input's rank.
/// Keras: `keras.layers.GlobalAveragePooling1D`. Same defaults.
public final class GlobalAveragePooling1D: GlobalPoolingLayer<OneAxis>, ConfiguredLayer {
    override func pool(_ x: Tensor, axes: [Int]) -> Tensor { x.mean(axes: axes, keepDims: config.keepDims) }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        guard let mask = context.mask(of: input) else { return super.call(input, context) }
        let isFirst = config.dataFormat == .channelsFirst
        let counts = mask.cast(to: dtype).expanded(isFirst ? 1 : 2)
        let axes = [isFirst ? 2 : 1]
        return (input.cast(to: dtype) * counts).sum(axes: axes, keepDims: config.keepDims)
            / counts.sum(axes: axes, keepDims: config.keepDims)
    }
}

/// The mean of each channel over the whole of images.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, channels]`, or with `keepDims` the
/// input's rank.
/// Keras: `keras.layers.GlobalAveragePooling2D`. Same defaults.
public final class GlobalAveragePooling2D: GlobalPoolingLayer<TwoAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, axes: [Int]) -> Tensor { x.mean(axes: axes, keepDims: config.keepDims) }
}

/// The mean of each channel over the whole of volumes.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: `[batch, channels]`, or with `keepDims` the
/// input's rank.
/// Keras: `keras.layers.GlobalAveragePooling3D`. Same defaults.
public final class GlobalAveragePooling3D: GlobalPoolingLayer<ThreeAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, axes: [Int]) -> Tensor { x.mean(axes: axes, keepDims: config.keepDims) }
}
