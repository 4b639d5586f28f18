public import Shinkei
public import ShinkeiCore

/// How a network's training saw its pictures. Others give worse answers, silently.
public enum InputPreparation: Hashable, Sendable, CaseIterable {
    /// Blue, green, red in place of red, green, blue, and ImageNet's mean of each taken away. Keras: `mode="caffe"`.
    case blueGreenRedWithoutMeans
    /// From 0 … 255 to -1 … 1. Keras: `mode="tf"`.
    case fromMinusOneToOne
    /// From 0 … 255 to 0 … 1, then ImageNet's mean taken away and divided by its spread. Keras: `mode="torch"`.
    case standardized
    /// As they are.
    case none

    /// Prepares pictures `[…, 3]` in red, green, blue with values from 0 to 255.
    ///
    /// - Precondition: The last axis has three channels, but for `none` and `fromMinusOneToOne`.
    public func callAsFunction(_ pictures: Tensor) -> Tensor {
        let x = pictures.dtype.isFloating ? pictures : pictures.cast(to: .float32)
        func channels(_ values: [Double]) -> Tensor {
            guard x.shape.last == 3 else {
                trap("preprocessInput: needs three channels last; got the shape \(x.shape)")
            }
            return Tensor(values).cast(to: x.dtype)
        }
        switch self {
        case .blueGreenRedWithoutMeans:
            let means = channels([103.939, 116.779, 123.68])
            return x.reversed(axes: [-1]) - means
        case .fromMinusOneToOne: return x / 127.5 - 1
        case .standardized: return (x / 255 - channels([0.485, 0.456, 0.406])) / channels([0.229, 0.224, 0.225])
        case .none: return x
        }
    }
}

/// A network whose published weights name ImageNet's classes.
public protocol ImageNetClassifier: Model {
    /// How its pictures must come.
    static var inputPreparation: InputPreparation { get }
}

extension ImageNetClassifier {
    /// Prepares pictures `[…, 3]`, red, green, blue from 0 to 255, for this network.
    ///
    /// Keras: `preprocess_input` of the network's module.
    public static func preprocessInput(_ pictures: Tensor) -> Tensor { inputPreparation(pictures) }

    /// The likeliest classes of each row of predictions, best first.
    ///
    /// - Parameters:
    ///   - predictions: `[pictures, 1000]`.
    ///   - top: How many of each.
    /// - Throws: ``PretrainedWeightsError`` if the file with the classes' names is nowhere.
    ///
    /// Keras: `decode_predictions` of the network's module.
    public static func decodePredictions(_ predictions: Tensor, top: Int = 5) throws -> [[ImageNetClass.Guess]] {
        try ImageNetClass.published().guesses(predictions, top: top)
    }
}
