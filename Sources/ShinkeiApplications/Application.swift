public import Shinkei

/// What the networks for ImageNet's pictures share: a base that finds features, and a top that names one of the classes.
///
/// ```swift
/// let base = try VGG16(weights: .imageNet, includeTop: false, inputShape: [224, 224, 3])
/// base.isTrainable = false
/// let model = Sequential { base; Flatten(); Dense(10, activation: .softmax) }
/// ```
///
/// Names of layers and weights are Keras's, so that its published weight files fit.
/// Keras: `keras.applications`.
public class Application: Model {
    /// The classes of ImageNet.
    static let imageNetClasses = 1000

    /// The only initializer that networks inherit: with `Model.init(name:)`, `VGG16()` would be a model without layers.
    package override init(_ graph: LayerGraph, name: String? = nil) { super.init(graph, name: name) }

    /// What one network's constructor is given, checked.
    struct Arguments {
        var weights: PretrainedWeights?
        var includeTop: Bool
        var inputShape: SymbolicShape?
        var pooling: Pooling?
        var classes: Int
        var classifierActivation: ActivationFunction
    }

    /// The input of a network.
    ///
    /// - Parameters:
    ///   - owner: The network's name, for messages.
    ///   - smallest: The smallest height and width that its strides leave something of.
    static func input(_ arguments: Arguments, of owner: String, smallest: Int) -> InputLayer {
        let isImageNet = arguments.weights == .imageNet
        if isImageNet && arguments.includeTop && arguments.classes != imageNetClasses {
            trap(
                "\(owner): the published weights with the top know \(imageNetClasses) classes, not \(arguments.classes)"
            )
        }
        let usual: SymbolicShape = [224, 224, 3]
        guard let shape = arguments.inputShape else {
            return InputLayer(shape: arguments.includeTop ? usual : [nil, nil, 3])
        }
        guard shape.rank == 3 else { trap("\(owner): inputShape needs height, width and channels; got \(shape)") }
        if isImageNet && arguments.includeTop && shape != usual {
            trap("\(owner): the published weights with the top need the inputShape \(usual); got \(shape)")
        }
        if isImageNet && shape[2] != 3 {
            trap("\(owner): the published weights need three channels; got the inputShape \(shape)")
        }
        if arguments.includeTop && shape.count == nil {
            trap("\(owner): the top needs a known inputShape; got \(shape)")
        }
        for size in shape.sizes.prefix(2) where size ?? smallest < smallest {
            trap("\(owner): pictures need \(smallest)×\(smallest) pixels or more; got the inputShape \(shape)")
        }
        return InputLayer(shape: shape)
    }

    /// What stands behind a base without its top.
    static func pooled(_ x: SymbolicTensor, _ pooling: Pooling?, names: (average: String?, max: String?))
        -> SymbolicTensor
    {
        switch pooling {
        case nil: x
        case .average: GlobalAveragePooling2D(name: names.average)(x)
        case .max: GlobalMaxPooling2D(name: names.max)(x)
        }
    }

    /// What a base without its top gives for each picture.
    public enum Pooling: Hashable, Sendable, CaseIterable {
        /// The mean of each channel. Keras: `pooling="avg"`.
        case average
        /// The largest value of each channel. Keras: `pooling="max"`.
        case max
    }
}

/// Where a network's first weights come from. Without any they are drawn at random.
public enum PretrainedWeights: Hashable, Sendable {
    /// Trained on ImageNet and published with Keras. The file is looked for in the folder `SHINKEI_DATA` and in the cache,
    /// else fetched once.
    case imageNet
    /// A file of weights, `.h5`, `.weights.h5`, `.keras` or `.safetensors`.
    case file(String)
}

extension Application {
    /// Fills the weights, if any were asked for.
    func load(_ weights: PretrainedWeights?, _ published: PublishedWeights) throws {
        switch weights {
        case nil: return
        case .imageNet: try loadWeights(published.find())
        case .file(let path): try loadWeights(path)
        }
    }
}
