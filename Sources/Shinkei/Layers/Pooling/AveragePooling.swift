import ShinkeiCore

/// The mean of each window over a sequence, over what lies inside the input.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, new steps, channels]`.
/// Keras: `keras.layers.AveragePooling1D`. Same defaults.
public final class AveragePooling1D: PoolingLayer<OneAxis>, ConfiguredLayer {
    override func pool(_ x: Tensor, window: [Int], strides: [Int], borders: [(before: Int, after: Int)]) -> Tensor {
        x.averagePooled(window: window, strides: strides, padding: borders)
    }
}

/// The mean of each window over images, over what lies inside the input.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, new height, new width, channels]`.
/// Keras: `keras.layers.AveragePooling2D`. Same defaults.
public final class AveragePooling2D: PoolingLayer<TwoAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, window: [Int], strides: [Int], borders: [(before: Int, after: Int)]) -> Tensor {
        x.averagePooled(window: window, strides: strides, padding: borders)
    }
}

/// The mean of each window over volumes, over what lies inside the input.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: `[batch, new depth, new height, new width, channels]`.
/// Keras: `keras.layers.AveragePooling3D`. Same defaults.
public final class AveragePooling3D: PoolingLayer<ThreeAxes>, ConfiguredLayer {
    override func pool(_ x: Tensor, window: [Int], strides: [Int], borders: [(before: Int, after: Int)]) -> Tensor {
        x.averagePooled(window: window, strides: strides, padding: borders)
    }
}
