public import Shinkei

/// A small network for phones: depthwise convolutions between thin layers.
///
/// Input: `[batch, height, width, 3]`, prepared by ``ImageNetClassifier/preprocessInput(_:)``,
/// 32 pixels or more a side.
/// Output: class probabilities, or features `[batch, height / 32, width / 32, 1280]`. 3,538,984 parameters; 2,257,984
/// without the top. Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks".
/// Keras: `keras.applications.MobileNetV2`. Same defaults, but that random weights are the default.
public final class MobileNetV2: Application, ImageNetClassifier {
    public static var inputPreparation: InputPreparation { .fromMinusOneToOne }

    /// What the blocks of one size have in common.
    private static let stacks: [(filters: Int, blocks: Int, strides: Int)] = [
        (16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1),
    ]

    /// - Parameters:
    ///   - alpha: How many filters each layer has, as a part of the usual number.
    ///   - weights: `nil` for random ones. Published ones are for `alpha` 1 and pictures of 224 pixels.
    ///   - includeTop: Whether the layers that name the class are there.
    ///   - inputShape: Height, width, channels; sizes may be `nil` without the top.
    ///   - pooling: Without the top: whether each channel becomes one number.
    ///   - classes: With the top: the number of classes.
    /// - Throws: ``PretrainedWeightsError``; `ModelFileError` or `FormatError` if a file does not fit or is damaged.
    public convenience init(
        alpha: Double = 1, weights: PretrainedWeights? = nil, includeTop: Bool = true, inputShape: SymbolicShape? = nil,
        pooling: Pooling? = nil, classes: Int = 1000, classifierActivation: ActivationFunction = .softmax,
        name: String? = nil
    ) throws {
        guard alpha > 0 else { trap("MobileNetV2: alpha must be positive; got \(alpha)") }
        if weights == .imageNet && alpha != 1 { trap("MobileNetV2: published weights are for alpha 1; got \(alpha)") }
        let arguments = Arguments(
            weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
            classifierActivation: classifierActivation)
        let input = Application.input(arguments, of: "MobileNetV2", smallest: 32)
        var x = Conv2D(
            MobileNetV2.filters(32, alpha), 3, strides: 2, padding: .same, useBias: false, name: "Conv1")(input)
        x = MobileNetV2.normalized(x, "bn_Conv1", relu: "Conv1_relu")
        var number = 0
        for stack in MobileNetV2.stacks {
            for block in 0..<stack.blocks {
                x = MobileNetV2.block(
                    x, filters: MobileNetV2.filters(stack.filters, alpha), strides: block == 0 ? stack.strides : 1,
                    number: number)
                number += 1
            }
        }
        let last = alpha > 1 ? MobileNetV2.filters(1280, alpha) : 1280
        x = Conv2D(last, 1, useBias: false, name: "Conv_1")(x)
        x = MobileNetV2.normalized(x, "Conv_1_bn", relu: "out_relu")
        if includeTop {
            x = Dense(classes, activation: classifierActivation, name: "predictions")(GlobalAveragePooling2D()(x))
        } else {
            x = Application.pooled(x, pooling, names: (nil, nil))
        }
        let size = input.shape[0].map(String.init) ?? "None"
        let hundredths = Int((alpha * 100).rounded())
        let digits = "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
        self.init(.connecting([input], [x]), name: name ?? "mobilenetv2_\(digits)_\(size)")
        try load(weights, .mobileNetV2(includeTop))
    }

    /// A multiple of eight near `alpha * count`, not more than a tenth below.
    private static func filters(_ count: Int, _ alpha: Double) -> Int {
        let wanted = alpha * Double(count)
        let rounded = max(8, Int(wanted + 4) / 8 * 8)
        return Double(rounded) < 0.9 * wanted ? rounded + 8 : rounded
    }

    private static func normalized(_ x: SymbolicTensor, _ name: String, relu: String?) -> SymbolicTensor {
        let y = BatchNormalization(momentum: 0.999, epsilon: 1e-3, name: name)(x)
        return relu.map { ReLU(maxValue: 6, name: $0)(y) } ?? y
    }

    private static func block(_ x: SymbolicTensor, filters: Int, strides: Int, number: Int) -> SymbolicTensor {
        let channels = x.shape.last ?? 0
        let name = number == 0 ? "expanded_conv" : "block_\(number)"
        var y = x
        if number > 0 {
            y = Conv2D(6 * channels, 1, padding: .same, useBias: false, name: "\(name)_expand")(y)
            y = normalized(y, "\(name)_expand_BN", relu: "\(name)_expand_relu")
        }
        if strides == 2 { y = ZeroPadding2D(Application.halvingEdges(y, kernelSize: 3), name: "\(name)_pad")(y) }
        y = DepthwiseConv2D(
            3, strides: Extent(strides), padding: strides == 1 ? .same : .valid, useBias: false,
            name: "\(name)_depthwise")(y)
        y = normalized(y, "\(name)_depthwise_BN", relu: "\(name)_depthwise_relu")
        y = Conv2D(filters, 1, padding: .same, useBias: false, name: "\(name)_project")(y)
        y = normalized(y, "\(name)_project_BN", relu: nil)
        return channels == filters && strides == 1 ? Add(name: "\(name)_add")([x, y]) : y
    }
}

extension Application {
    /// The zeros around a picture whose size a convolution without padding then halves, rounded up: one fewer in front where
    /// the size is even.
    static func halvingEdges(_ x: SymbolicTensor, kernelSize: Int) -> [Edges] {
        x.shape.sizes[1...2].map { size in
            let isEven = size.map { $0 % 2 == 0 } ?? false
            return Edges(kernelSize / 2 - (isEven ? 1 : 0), kernelSize / 2)
        }
    }
}
