public import ShinkeiCore

/// What can go wrong at a model's edge: in `compile`, `fit`, `evaluate` and `predict`.
public enum TrainingError: Error, Sendable, Hashable {
    /// `fit` or `evaluate` before `compile`.
    case notCompiled(method: String, model: String)
    /// An argument that makes no sense: `epochs`, `batchSize` …
    case badArgument(method: String, String)
    /// `x` and `y` have different numbers of rows.
    case rowsDiffer(method: String, x: Shape, y: Shape)
    /// Data that does not fit a layer.
    case layer(LayerError, method: String, argument: String, data: Shape)
    /// Targets that do not fit the model's output.
    case target(method: String, loss: String, target: Shape, prediction: SymbolicShape)
    /// A class number outside of the classes the model knows.
    case label(method: String, smallest: Int, largest: Int, classes: Int)
    /// Numbers that name rows of a layer's table, and rows that are not there.
    case index(method: String, layer: String, smallest: Int, largest: Int, count: Int)
    /// A number stopped being finite. The weights are those before the step.
    ///
    /// - Parameters:
    ///   - epoch: From 0, as in the history.
    ///   - step: Within the epoch, from 0.
    ///   - place: What was the first to be not finite.
    case notFinite(epoch: Int, step: Int, place: String)
}

extension TrainingError: CustomStringConvertible {
    /// The text for a person.
    public var description: String {
        switch self {
        case .notCompiled(let method, let model):
            "\(method): the model \"\(model)\" has no loss and no optimizer yet; call compile(optimizer:loss:metrics:) first"
        case .badArgument(let method, let text): "\(method): \(text)"
        case .rowsDiffer(let method, let x, let y):
            "\(method): x and y must have the same number of rows; x has the shape \(x), y \(y)"
        case .layer(let error, let method, let argument, let data):
            "\(method): \(error), from \"\(argument)\" \(data)"
        case .target(let method, let loss, let target, let prediction):
            "\(method): \(loss): the targets' shape \(target) and the model's output \(prediction) do not fit"
        case .label(let method, let smallest, let largest, let classes):
            "\(method): y has class numbers from \(smallest) to \(largest); the model's output has the classes 0 ..< \(classes)"
        case .index(let method, let layer, let smallest, let largest, let count):
            "\(method): an index is out of range: the data have numbers from \(smallest) to \(largest), \(layer) has the rows 0 ..< \(count)"
        case .notFinite(let epoch, let step, let place):
            "fit: epoch \(epoch + 1), step \(step + 1): \(place); the weights are those before this step"
        }
    }
}
