public import Shinkei

/// ``ResNet50`` with normalization and activation in front of each convolution.
///
/// Input: `[batch, height, width, 3]`, prepared by ``ImageNetClassifier/preprocessInput(_:)``,
/// 32 pixels or more a side.
/// Output: class probabilities, or features `[batch, height / 32, width / 32, 2048]`. 25,613,800 parameters; 23,564,800
/// without the top. He et al. 2016, "Identity Mappings in Deep Residual Networks".
/// Keras: `keras.applications.ResNet50V2`. Same defaults, but that random weights are the default.
public final class ResNet50V2: Application, ImageNetClassifier {
    public static var inputPreparation: InputPreparation { .fromMinusOneToOne }

    /// - Parameters:
    ///   - weights: `nil` for random ones.
    ///   - includeTop: Whether the layers that name the class are there.
    ///   - inputShape: Height, width, channels; sizes may be `nil` without the top.
    ///   - pooling: Without the top: whether each channel becomes one number.
    ///   - classes: With the top: the number of classes.
    /// - Throws: ``PretrainedWeightsError``; `ModelFileError` or `FormatError` if a file does not fit or is damaged.
    public convenience init(
        weights: PretrainedWeights? = nil, includeTop: Bool = true, inputShape: SymbolicShape? = nil,
        pooling: Pooling? = nil, classes: Int = 1000, classifierActivation: ActivationFunction = .softmax,
        name: String = "resnet50v2"
    ) throws {
        let arguments = Arguments(
            weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
            classifierActivation: classifierActivation)
        let input = Application.input(arguments, of: "ResNet50V2", smallest: 32)
        var x = ZeroPadding2D([3, 3], name: "conv1_pad")(input)
        x = Conv2D(64, 7, strides: 2, name: "conv1_conv")(x)
        x = ZeroPadding2D([1, 1], name: "pool1_pad")(x)
        x = MaxPooling2D(3, strides: 2, name: "pool1_pool")(x)
        for (stack, blocks) in ResNet.blocks.enumerated() {
            for block in 1...blocks {
                // Each stack but the last halves the picture, in its last block.
                x = ResNet50V2.block(
                    x, filters: 64 << stack, strides: block == blocks && stack < 3 ? 2 : 1, hasOwnShortcut: block == 1,
                    "conv\(stack + 2)_block\(block)")
            }
        }
        x = ResNet.normalized(x, "post", isActive: true)
        self.init(.connecting([input], [ResNet.top(x, arguments)]), name: name)
        try load(weights, .resNet50V2(includeTop))
    }

    private static func block(
        _ x: SymbolicTensor, filters: Int, strides: Int, hasOwnShortcut: Bool, _ name: String
    ) -> SymbolicTensor {
        let ready = ResNet.normalized(x, "\(name)_preact", isActive: true)
        let shortcut =
            hasOwnShortcut
            ? Conv2D(4 * filters, 1, strides: Extent(strides), name: "\(name)_0_conv")(ready)
            : strides > 1 ? MaxPooling2D(1, strides: Extent(strides))(x) : x
        var y = Conv2D(filters, 1, useBias: false, name: "\(name)_1_conv")(ready)
        y = ResNet.normalized(y, "\(name)_1", isActive: true)
        y = ZeroPadding2D([1, 1], name: "\(name)_2_pad")(y)
        y = Conv2D(filters, 3, strides: Extent(strides), useBias: false, name: "\(name)_2_conv")(y)
        y = ResNet.normalized(y, "\(name)_2", isActive: true)
        return Add(name: "\(name)_out")([shortcut, Conv2D(4 * filters, 1, name: "\(name)_3_conv")(y)])
    }
}
