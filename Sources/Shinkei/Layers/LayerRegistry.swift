import ShinkeiFormats
import Synchronization

/// Every layer that a file may name.
public enum LayerRegistry {
    /// Sorted; a test looks through the sources for one that is missing here.
    static let all: [any ConfiguredLayer.Type] = [
        Activation.self,
        ActivityRegularization.self,
        Add.self,
        AdditiveAttention.self,
        AlphaDropout.self,
        Attention.self,
        Average.self,
        BatchNormalization.self,
        CategoryEncoding.self,
        CenterCrop.self,
        Concatenate.self,
        Cropping1D.self,
        Cropping2D.self,
        Cropping3D.self,
        Dense.self,
        Discretization.self,
        Dot.self,
        Dropout.self,
        ELU.self,
        EinsumDense.self,
        Embedding.self,
        Flatten.self,
        GRU.self,
        GRUCell.self,
        GaussianDropout.self,
        GaussianNoise.self,
        GroupNormalization.self,
        GroupQueryAttention.self,
        Identity.self,
        InputLayer.self,
        LSTM.self,
        LSTMCell.self,
        LayerNormalization.self,
        LeakyReLU.self,
        Masking.self,
        Maximum.self,
        Minimum.self,
        MultiHeadAttention.self,
        Multiply.self,
        Normalization.self,
        PReLU.self,
        Permute.self,
        RMSNormalization.self,
        ReLU.self,
        RepeatVector.self,
        Rescaling.self,
        Reshape.self,
        Resizing.self,
        SimpleRNN.self,
        SimpleRNNCell.self,
        Softmax.self,
        SpatialDropout1D.self,
        SpatialDropout2D.self,
        SpatialDropout3D.self,
        SpectralNormalization.self,
        Subtract.self,
        TimeDistributed.self,
        UnitNormalization.self,
        UpSampling1D.self,
        UpSampling2D.self,
        UpSampling3D.self,
        ZeroPadding1D.self,
        ZeroPadding2D.self,
        ZeroPadding3D.self,
    ]

    private static let builtIn = Dictionary(uniqueKeysWithValues: all.map { ($0.className, $0) })
    private static let own = Mutex<[String: any ConfiguredLayer.Type]>([:])

    /// Lets files name a layer of your own: `package>Name` as in Keras's `register_keras_serializable`.
    ///
    /// - Parameter package: As given to Keras; its default is `Custom`.
    public static func register(_ layer: (some ConfiguredLayer).Type, package: String = "Custom") {
        own.withLock { $0["\(package)>\(layer.className)"] = layer }
    }

    /// The layer that a file means by these names, if there is one here.
    static func layer(className: String, registeredName: String?) -> (any ConfiguredLayer.Type)? {
        if let registeredName, let found = own.withLock({ $0[registeredName] }) { return found }
        if let found = own.withLock({ $0["Custom>\(className)"] }) { return found }
        return builtIn[className]
    }

    /// The name under which a layer's class was registered.
    static func registeredName(of layer: any ConfiguredLayer) -> String? {
        own.withLock { own in own.first { $0.value == type(of: layer) }?.key }
    }
}
