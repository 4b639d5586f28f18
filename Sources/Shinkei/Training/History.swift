/// What `fit` returns: the loss and every metric at the end of each epoch.
///
/// Keras: `keras.callbacks.History`.
public struct History: Sendable {
    /// The names in Keras's order: sorted, those of the validation (`val_loss`) last.
    public internal(set) var keys: [String] = []
    /// The number of each epoch, from `initialEpoch`.
    public internal(set) var epoch: [Int] = []
    /// How long each epoch's steps have waited for their batches: what the data cost the training. Zero for arrays.
    public internal(set) var waitingTimes: [Duration] = []
    var columns: [[Double]] = []
    /// The metrics that are more than a number, by their place in `keys`; their columns hold the means.
    var vectorColumns: [Int: [[Double]]] = [:]

    init(keys: [String]) {
        self.keys = keys
        columns = keys.map { _ in [] }
    }

    /// The values by name: `history.history["loss"]`.
    public var history: [String: [Double]] { Dictionary(uniqueKeysWithValues: zip(keys, columns)) }

    /// The values under a name, one an epoch; `nil` if there is no such name.
    public subscript(_ name: String) -> [Double]? { keys.firstIndex(of: name).map { columns[$0] } }

    /// The training loss of each epoch.
    public var loss: [Double] { self["loss"] ?? [] }

    /// The metrics that have several values, such as one for each class, by name: a list an epoch.
    public var vectors: [String: [[Double]]] {
        Dictionary(uniqueKeysWithValues: vectorColumns.map { (keys[$0.key], $0.value) })
    }

    mutating func append(
        epoch number: Int, _ values: [Double], _ vectors: [Int: [Double]] = [:], waited: Duration = .zero
    ) {
        epoch.append(number)
        waitingTimes.append(waited)
        for (i, vector) in vectors { vectorColumns[i, default: []].append(vector) }
        for (i, value) in values.enumerated() { columns[i].append(value) }
    }
}

/// What `evaluate` returns: the loss and every metric, by name.
public struct EvaluationResult: Sendable, Equatable {
    /// The names, sorted.
    public let names: [String]
    /// The values, in the order of `names`; the mean of those that have several.
    public let values: [Double]
    /// Those that have several values, by their place in `names`.
    let vectorValues: [Int: [Double]]

    init(names: [String], values: [Double], vectors: [Int: [Double]] = [:]) {
        self.names = names
        self.values = values
        vectorValues = vectors
    }

    /// The metrics that have several values, by name.
    public var vectors: [String: [Double]] {
        Dictionary(uniqueKeysWithValues: vectorValues.map { (names[$0.key], $0.value) })
    }

    /// The value under a name; `nil` if there is no such name.
    public subscript(_ name: String) -> Double? { names.firstIndex(of: name).map { values[$0] } }

    /// The loss.
    public var loss: Double { self["loss"] ?? .nan }
    /// The metric `accuracy`; NaN if the model was compiled without it.
    public var accuracy: Double { self["accuracy"] ?? self["acc"] ?? .nan }
}

extension EvaluationResult: CustomStringConvertible {
    /// The text for a person.
    public var description: String {
        String(ProgressBar.text(Array(zip(names, values))).dropFirst(3))
    }
}
