import ShinkeiFormats
import Synchronization

/// Every layer that a file may name.
public enum LayerRegistry {
    /// Sorted; a test looks through the sources for one that is missing here.
    static let all: [any ConfiguredLayer.Type] = [
        Activation.self,
        ActivityRegularization.self,
        AdaptiveAveragePooling1D.self,
        AdaptiveAveragePooling2D.self,
        AdaptiveAveragePooling3D.self,
        AdaptiveMaxPooling1D.self,
        AdaptiveMaxPooling2D.self,
        AdaptiveMaxPooling3D.self,
        Add.self,
        AdditiveAttention.self,
        AlphaDropout.self,
        Attention.self,
        AugMix.self,
        AutoContrast.self,
        Average.self,
        AveragePooling1D.self,
        AveragePooling2D.self,
        AveragePooling3D.self,
        BatchNormalization.self,
        Bidirectional.self,
        CategoryEncoding.self,
        CenterCrop.self,
        Concatenate.self,
        ContrastLimitedAdaptiveHistogramEqualization.self,
        Conv1D.self,
        Conv1DTranspose.self,
        Conv2D.self,
        Conv2DTranspose.self,
        Conv3D.self,
        Conv3DTranspose.self,
        ConvLSTM1D.self,
        ConvLSTM2D.self,
        ConvLSTM3D.self,
        Cropping1D.self,
        Cropping2D.self,
        Cropping3D.self,
        CutMix.self,
        Dense.self,
        DepthwiseConv1D.self,
        DepthwiseConv2D.self,
        Discretization.self,
        Dot.self,
        Dropout.self,
        ELU.self,
        EinsumDense.self,
        Embedding.self,
        Equalization.self,
        Flatten.self,
        GRU.self,
        GRUCell.self,
        GaussianDropout.self,
        GaussianNoise.self,
        GlobalAveragePooling1D.self,
        GlobalAveragePooling2D.self,
        GlobalAveragePooling3D.self,
        GlobalMaxPooling1D.self,
        GlobalMaxPooling2D.self,
        GlobalMaxPooling3D.self,
        GroupNormalization.self,
        GroupQueryAttention.self,
        HashedCrossing.self,
        Hashing.self,
        Identity.self,
        InputLayer.self,
        IntegerLookup.self,
        LSTM.self,
        LSTMCell.self,
        LayerNormalization.self,
        LeakyReLU.self,
        Masking.self,
        MaxPooling1D.self,
        MaxPooling2D.self,
        MaxPooling3D.self,
        Maximum.self,
        MelSpectrogram.self,
        Minimum.self,
        MixUp.self,
        MultiHeadAttention.self,
        Multiply.self,
        Normalization.self,
        PReLU.self,
        Permute.self,
        Pipeline.self,
        RMSNormalization.self,
        RNN.self,
        RandAugment.self,
        RandomBrightness.self,
        RandomColorDegeneration.self,
        RandomColorJitter.self,
        RandomContrast.self,
        RandomCrop.self,
        RandomElasticTransform.self,
        RandomErasing.self,
        RandomFlip.self,
        RandomGaussianBlur.self,
        RandomGrayscale.self,
        RandomHue.self,
        RandomInvert.self,
        RandomPerspective.self,
        RandomPosterization.self,
        RandomRotation.self,
        RandomSaturation.self,
        RandomSharpness.self,
        RandomShear.self,
        RandomTranslation.self,
        RandomZoom.self,
        ReLU.self,
        RepeatVector.self,
        Rescaling.self,
        Reshape.self,
        Resizing.self,
        ReversibleEmbedding.self,
        STFTSpectrogram.self,
        SeparableConv1D.self,
        SeparableConv2D.self,
        SimpleRNN.self,
        SimpleRNNCell.self,
        Softmax.self,
        Solarization.self,
        SpatialDropout1D.self,
        SpatialDropout2D.self,
        SpatialDropout3D.self,
        SpectralNormalization.self,
        StackedRNNCells.self,
        StringLookup.self,
        Subtract.self,
        TextVectorization.self,
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
    /// Other names that Keras has for a class. Files are written with its first.
    private static let aliases: [String: String] = {
        var names = [
            "Convolution2DTranspose": "Conv2DTranspose", "Convolution3DTranspose": "Conv3DTranspose",
            // What Keras writes, and what it exports.
            "GroupedQueryAttention": "GroupQueryAttention",
        ]
        for axes in ["1D", "2D", "3D"] {
            names["Convolution\(axes)"] = "Conv\(axes)"
            names["SeparableConvolution\(axes)"] = "SeparableConv\(axes)"
            for prefix in ["", "Global"] {
                names["\(prefix)MaxPool\(axes)"] = "\(prefix)MaxPooling\(axes)"
                names["\(prefix)AvgPool\(axes)"] = "\(prefix)AveragePooling\(axes)"
            }
        }
        return names
    }()
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
        return builtIn[aliases[className] ?? className]
    }

    /// The name under which a layer's class was registered.
    static func registeredName(of layer: any ConfiguredLayer) -> String? {
        own.withLock { own in own.first { $0.value == type(of: layer) }?.key }
    }
}
