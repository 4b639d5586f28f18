import ShinkeiCore

/// The mean of each of `outputSize` parts of a sequence, as equal as they can be; neighbours overlap by one where they are not.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, outputSize…, channels]`.
/// Keras: `keras.layers.AdaptiveAveragePooling1D`. Same defaults.
public final class AdaptiveAveragePooling1D: AdaptivePoolingLayer<OneAxis>, ConfiguredLayer {
    override func pool(_ x: Tensor, axis: Int) -> Tensor { x.mean(axis: axis) }
}

/// The mean of each of `outputSize` parts of images, as equal as they can be; neighbours overlap by one where they are not.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, outputSize…, channels]`.
/// Keras: `keras.layers.AdaptiveAveragePooling2D`. Same defaults.
public final class AdaptiveAveragePooling2D: AdaptivePoolingLayer<TwoAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, axis: Int) -> Tensor { x.mean(axis: axis) }
}

/// The mean of each of `outputSize` parts of volumes, as equal as they can be; neighbours overlap by one where they are not.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: `[batch, outputSize…, channels]`.
/// Keras: `keras.layers.AdaptiveAveragePooling3D`. Same defaults.
public final class AdaptiveAveragePooling3D: AdaptivePoolingLayer<ThreeAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, axis: Int) -> Tensor { x.mean(axis: axis) }
}
