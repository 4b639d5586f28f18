public import Shinkei

/// Sixteen layers with weights: 3×3 convolutions, halved five times.
///
/// Input: `[batch, height, width, 3]`, prepared by ``ImageNetClassifier/preprocessInput(_:)``,
/// 32 pixels or more a side, 224 with the top.
/// Output: class probabilities, or features `[batch, height / 32, width / 32, 512]`. 138,357,544 parameters; 14,714,688
/// without the top. Simonyan & Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image Recognition".
/// Keras: `keras.applications.VGG16`. Same defaults, but that random weights are the default: published ones are a download.
public final class VGG16: VGG {
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
        name: String = "vgg16"
    ) throws {
        try self.init(
            Arguments(
                weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
                classifierActivation: classifierActivation),
            convolutions: [2, 2, 3, 3, 3], .vgg16(includeTop), name: name)
    }
}

/// Nineteen layers with weights; else as ``VGG16``. 143,667,240 parameters; 20,024,384 without the top.
///
/// Keras: `keras.applications.VGG19`.
public final class VGG19: VGG {
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
        name: String = "vgg19"
    ) throws {
        try self.init(
            Arguments(
                weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
                classifierActivation: classifierActivation),
            convolutions: [2, 2, 4, 4, 4], .vgg19(includeTop), name: name)
    }
}

/// What ``VGG16`` and ``VGG19`` share.
public class VGG: Application, ImageNetClassifier {
    public static var inputPreparation: InputPreparation { .blueGreenRedWithoutMeans }

    /// - Parameter convolutions: How many stand in each of the five blocks.
    fileprivate convenience init(
        _ arguments: Arguments, convolutions: [Int], _ published: PublishedWeights, name: String
    ) throws {
        let input = Application.input(arguments, of: published.network, smallest: 32)
        var x = input.symbolic
        for (block, count) in convolutions.enumerated() {
            let filters = min(64 << block, 512)
            let prefix = "block\(block + 1)"
            for i in 1...count {
                x = Conv2D(filters, 3, padding: .same, activation: .relu, name: "\(prefix)_conv\(i)")(x)
            }
            x = MaxPooling2D(2, strides: 2, name: "\(prefix)_pool")(x)
        }
        if arguments.includeTop {
            x = Flatten(name: "flatten")(x)
            x = Dense(4096, activation: .relu, name: "fc1")(x)
            x = Dense(4096, activation: .relu, name: "fc2")(x)
            x = Dense(arguments.classes, activation: arguments.classifierActivation, name: "predictions")(x)
        } else {
            x = Application.pooled(x, arguments.pooling, names: (nil, nil))
        }
        self.init(.connecting([input], [x]), name: name)
        try load(arguments.weights, published)
    }
}
