public import Shinkei

/// Fifty layers with weights in blocks that add their input to their output.
///
/// Input: `[batch, height, width, 3]`, prepared by ``ImageNetClassifier/preprocessInput(_:)``,
/// 32 pixels or more a side.
/// Output: class probabilities, or features `[batch, height / 32, width / 32, 2048]`. 25,636,712 parameters; 23,587,712
/// without the top. He et al. 2015, "Deep Residual Learning for Image Recognition".
/// Keras: `keras.applications.ResNet50`. Same defaults, but that random weights are the default.
public final class ResNet50: Application, ImageNetClassifier {
    public static var inputPreparation: InputPreparation { .blueGreenRedWithoutMeans }

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
        name: String = "resnet50"
    ) throws {
        let arguments = Arguments(
            weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
            classifierActivation: classifierActivation)
        let input = Application.input(arguments, of: "ResNet50", smallest: 32)
        var x = ZeroPadding2D([3, 3], name: "conv1_pad")(input)
        x = ResNet.normalized(Conv2D(64, 7, strides: 2, name: "conv1_conv")(x), "conv1", isActive: true)
        x = ZeroPadding2D([1, 1], name: "pool1_pad")(x)
        x = MaxPooling2D(3, strides: 2, name: "pool1_pool")(x)
        for (stack, blocks) in ResNet.blocks.enumerated() {
            for block in 1...blocks {
                x = ResNet50.block(
                    x, filters: 64 << stack, strides: block == 1 && stack > 0 ? 2 : 1, hasOwnShortcut: block == 1,
                    "conv\(stack + 2)_block\(block)")
            }
        }
        self.init(.connecting([input], [ResNet.top(x, arguments)]), name: name)
        try load(weights, .resNet50(includeTop))
    }

    private static func block(
        _ x: SymbolicTensor, filters: Int, strides: Int, hasOwnShortcut: Bool, _ name: String
    ) -> SymbolicTensor {
        var shortcut = x
        if hasOwnShortcut {
            shortcut = Conv2D(4 * filters, 1, strides: Extent(strides), name: "\(name)_0_conv")(x)
            shortcut = ResNet.normalized(shortcut, "\(name)_0", isActive: false)
        }
        var y = Conv2D(filters, 1, strides: Extent(strides), name: "\(name)_1_conv")(x)
        y = ResNet.normalized(y, "\(name)_1", isActive: true)
        y = Conv2D(filters, 3, padding: .same, name: "\(name)_2_conv")(y)
        y = ResNet.normalized(y, "\(name)_2", isActive: true)
        y = ResNet.normalized(Conv2D(4 * filters, 1, name: "\(name)_3_conv")(y), "\(name)_3", isActive: false)
        return Activation(.relu, name: "\(name)_out")(Add(name: "\(name)_add")([shortcut, y]))
    }
}

/// What the two residual networks share.
enum ResNet {
    /// The blocks in each of the four stacks.
    static let blocks = [3, 4, 6, 3]

    /// Batch normalization, and its activation if it has one.
    static func normalized(_ x: SymbolicTensor, _ name: String, isActive: Bool) -> SymbolicTensor {
        let y = BatchNormalization(axis: 3, epsilon: 1.001e-5, name: "\(name)_bn")(x)
        return isActive ? Activation(.relu, name: "\(name)_relu")(y) : y
    }

    /// The classifier, or the pooling in its place.
    static func top(_ x: SymbolicTensor, _ arguments: Application.Arguments) -> SymbolicTensor {
        guard arguments.includeTop else {
            return Application.pooled(x, arguments.pooling, names: ("avg_pool", "max_pool"))
        }
        let features = GlobalAveragePooling2D(name: "avg_pool")(x)
        return Dense(arguments.classes, activation: arguments.classifierActivation, name: "predictions")(features)
    }
}
