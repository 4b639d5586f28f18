import ShinkeiCore

/// The largest element of each window over a sequence; NaN if any is NaN. The gradient goes to the first largest element.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, new steps, channels]`.
/// Keras: `keras.layers.MaxPooling1D`. Same defaults.
public final class MaxPooling1D: PoolingLayer<OneAxis>, ConfiguredLayer {
    override func pool(_ x: Tensor, window: [Int], strides: [Int], borders: [(before: Int, after: Int)]) -> Tensor {
        x.maxPooled(window: window, strides: strides, padding: borders)
    }
}

/// The largest element of each window over images; NaN if any is NaN. The gradient goes to the first largest element.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, new height, new width, channels]`.
/// Keras: `keras.layers.MaxPooling2D`. Same defaults.
public final class MaxPooling2D: PoolingLayer<TwoAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, window: [Int], strides: [Int], borders: [(before: Int, after: Int)]) -> Tensor {
        x.maxPooled(window: window, strides: strides, padding: borders)
    }
}

/// The largest element of each window over volumes; NaN if any is NaN. The gradient goes to the first largest element.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: `[batch, new depth, new height, new width, channels]`.
/// Keras: `keras.layers.MaxPooling3D`. Same defaults.
public final class MaxPooling3D: PoolingLayer<ThreeAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, window: [Int], strides: [Int], borders: [(before: Int, after: Int)]) -> Tensor {
        x.maxPooled(window: window, strides: strides, padding: borders)
    }
}
