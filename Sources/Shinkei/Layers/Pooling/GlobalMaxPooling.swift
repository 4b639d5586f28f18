import ShinkeiCore

/// The largest element of each channel over the whole of a sequence.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, channels]`, or with `keepDims` the
/// input's rank.
/// Keras: `keras.layers.GlobalMaxPooling1D`. Same defaults.
public final class GlobalMaxPooling1D: GlobalPoolingLayer<OneAxis>, ConfiguredLayer {
    override func pool(_ x: Tensor, axes: [Int]) -> Tensor { x.max(axes: axes, keepDims: config.keepDims) }
}

/// The largest element of each channel over the whole of images.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, channels]`, or with `keepDims` the
/// input's rank.
/// Keras: `keras.layers.GlobalMaxPooling2D`. Same defaults.
public final class GlobalMaxPooling2D: GlobalPoolingLayer<TwoAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, axes: [Int]) -> Tensor { x.max(axes: axes, keepDims: config.keepDims) }
}

/// The largest element of each channel over the whole of volumes.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: `[batch, channels]`, or with `keepDims` the
/// input's rank.
/// Keras: `keras.layers.GlobalMaxPooling3D`. Same defaults.
public final class GlobalMaxPooling3D: GlobalPoolingLayer<ThreeAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, axes: [Int]) -> Tensor { x.max(axes: axes, keepDims: config.keepDims) }
}
