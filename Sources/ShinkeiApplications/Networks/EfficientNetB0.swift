public import Shinkei

/// Depthwise convolutions whose channels are weighted by what the whole picture shows.
///
/// Input: `[batch, height, width, 3]`, pixels from 0 to 255, 32 or more a side; the network rescales them itself.
/// Output: class probabilities, or features `[batch, height / 32, width / 32, 1280]`. 5,330,571 parameters; 4,049,571
/// without the top. Tan & Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks".
/// Keras: `keras.applications.EfficientNetB0`. Same defaults, but that random weights are the default.
public final class EfficientNetB0: Application, ImageNetClassifier {
    public static var inputPreparation: InputPreparation { .none }

    /// What the blocks of one size have in common.
    private static let stacks: [(filters: Int, blocks: Int, strides: Int, kernelSize: Int)] = [
        (16, 1, 1, 3), (24, 2, 2, 3), (40, 2, 2, 5), (80, 3, 2, 3), (112, 3, 1, 5), (192, 4, 2, 5), (320, 1, 1, 3),
    ]
    /// The part of whole blocks that training leaves out, at the last block; fewer before.
    private static let largestDropRate = 0.2
    private static let kernels = Initializer.varianceScaling(
        scale: 2, mode: .fanOut, distribution: .truncatedNormal)
    private static let classKernels = Initializer.varianceScaling(scale: 1.0 / 3, mode: .fanOut, distribution: .uniform)

    /// - Parameters:
    ///   - weights: `nil` for random ones. Published ones bring a layer with them that divides by the channels' spread, as in
    ///     Keras; so give them as `.imageNet`, not as a file.
    ///   - includeTop: Whether the layers that name the class are there.
    ///   - inputShape: Height, width, channels; sizes may be `nil` without the top.
    ///   - pooling: Without the top: whether each channel becomes one number.
    ///   - classes: With the top: the number of classes.
    /// - Throws: ``PretrainedWeightsError``; `ModelFileError` or `FormatError` if a file does not fit or is damaged.
    public convenience init(
        weights: PretrainedWeights? = nil, includeTop: Bool = true, inputShape: SymbolicShape? = nil,
        pooling: Pooling? = nil, classes: Int = 1000, classifierActivation: ActivationFunction = .softmax,
        name: String = "efficientnetb0"
    ) throws {
        typealias Net = EfficientNetB0
        let arguments = Arguments(
            weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
            classifierActivation: classifierActivation)
        let input = Application.input(arguments, of: "EfficientNetB0", smallest: 32)
        var x = Rescaling(1.0 / 255)(input)
        x = Normalization(axes: [3])(x)
        if weights == .imageNet {
            let spread = [0.229, 0.224, 0.225]
            x = Rescaling(Rescaling.Config(scale: NumberArray(spread.map { 1 / $0.squareRoot() }, shape: [3])))(x)
        }
        x = ZeroPadding2D(Application.halvingEdges(x, kernelSize: 3), name: "stem_conv_pad")(x)
        x = Conv2D(32, 3, strides: 2, useBias: false, kernelInitializer: Net.kernels, name: "stem_conv")(x)
        x = Net.normalized(x, "stem_bn", activation: "stem_activation")

        let count = Net.stacks.map(\.blocks).reduce(0, +)
        var number = 0
        for (i, stack) in Net.stacks.enumerated() {
            for (block, letter) in zip(0..<stack.blocks, "abcd") {
                x = Net.block(
                    x, filters: stack.filters, strides: block == 0 ? stack.strides : 1, kernelSize: stack.kernelSize,
                    isExpanded: i > 0, dropRate: Net.largestDropRate * Double(number) / Double(count),
                    "block\(i + 1)\(letter)_")
                number += 1
            }
        }
        x = Conv2D(1280, 1, padding: .same, useBias: false, kernelInitializer: Net.kernels, name: "top_conv")(x)
        x = Net.normalized(x, "top_bn", activation: "top_activation")
        if includeTop {
            x = Dropout(0.2, name: "top_dropout")(GlobalAveragePooling2D(name: "avg_pool")(x))
            x = Dense(
                classes, activation: classifierActivation, kernelInitializer: Net.classKernels, name: "predictions")(x)
        } else {
            x = Application.pooled(x, pooling, names: ("avg_pool", "max_pool"))
        }
        self.init(.connecting([input], [x]), name: name)
        try load(weights, .efficientNetB0(includeTop))
    }

    private static func normalized(_ x: SymbolicTensor, _ name: String, activation: String?) -> SymbolicTensor {
        let y = BatchNormalization(axis: 3, name: name)(x)
        return activation.map { Activation(.silu, name: $0)(y) } ?? y
    }

    private static func block(
        _ x: SymbolicTensor, filters: Int, strides: Int, kernelSize: Int, isExpanded: Bool, dropRate: Double,
        _ name: String
    ) -> SymbolicTensor {
        let channels = x.shape.last ?? 0
        let inner = isExpanded ? 6 * channels : channels
        var y = x
        if isExpanded {
            y = Conv2D(
                inner, 1, padding: .same, useBias: false, kernelInitializer: kernels, name: "\(name)expand_conv")(y)
            y = normalized(y, "\(name)expand_bn", activation: "\(name)expand_activation")
        }
        if strides == 2 {
            y = ZeroPadding2D(Application.halvingEdges(y, kernelSize: kernelSize), name: "\(name)dwconv_pad")(y)
        }
        y = DepthwiseConv2D(
            Extent(kernelSize), strides: Extent(strides), padding: strides == 2 ? .valid : .same, useBias: false,
            depthwiseInitializer: kernels, name: "\(name)dwconv")(y)
        y = normalized(y, "\(name)bn", activation: "\(name)activation")

        var weighting = GlobalAveragePooling2D(name: "\(name)se_squeeze")(y)
        weighting = Reshape([1, 1, inner], name: "\(name)se_reshape")(weighting)
        weighting = Conv2D(
            max(1, channels / 4), 1, padding: .same, activation: .silu, kernelInitializer: kernels,
            name: "\(name)se_reduce")(weighting)
        weighting = Conv2D(
            inner, 1, padding: .same, activation: .sigmoid, kernelInitializer: kernels, name: "\(name)se_expand")(
                weighting)
        y = Multiply(name: "\(name)se_excite")([y, weighting])

        y = Conv2D(
            filters, 1, padding: .same, useBias: false, kernelInitializer: kernels, name: "\(name)project_conv")(y)
        y = normalized(y, "\(name)project_bn", activation: nil)
        guard strides == 1 && channels == filters else { return y }
        if dropRate > 0 { y = Dropout(dropRate, noiseShape: [nil, 1, 1, 1], name: "\(name)drop")(y) }
        return Add(name: "\(name)add")([y, x])
    }
}
