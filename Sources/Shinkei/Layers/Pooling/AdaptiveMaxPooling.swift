import ShinkeiCore

/// The largest element of each of `outputSize` parts of a sequence, as equal as they can be; neighbours overlap by one where they are not.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, outputSize…, channels]`.
/// Keras: `keras.layers.AdaptiveMaxPooling1D`. Same defaults.
public final class AdaptiveMaxPooling1D: AdaptivePoolingLayer<OneAxis>, ConfiguredLayer {
    override func pool(_ x: Tensor, axis: Int) -> Tensor { x.max(axis: axis) }
}

/// The largest element of each of `outputSize` parts of images, as equal as they can be; neighbours overlap by one where they are not.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, outputSize…, channels]`.
/// Keras: `keras.layers.AdaptiveMaxPooling2D`. Same defaults.
public final class AdaptiveMaxPooling2D: AdaptivePoolingLayer<TwoAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, axis: Int) -> Tensor { x.max(axis: axis) }
}

/// The largest element of each of `outputSize` parts of volumes, as equal as they can be; neighbours overlap by one where they are not.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: `[batch, outputSize…, channels]`.
/// Keras: `keras.layers.AdaptiveMaxPooling3D`. Same defaults.
public final class AdaptiveMaxPooling3D: AdaptivePoolingLayer<ThreeAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, axis: Int) -> Tensor { x.max(axis: axis) }
}
