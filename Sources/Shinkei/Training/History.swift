/// What `fit` returns: the loss and every metric at the end of each epoch.
///
/// Keras: `keras.callbacks.History`.
public struct History: Sendable {
    /// The names in Keras's order: sorted, those of the validation (`val_loss`) last.
    public internal(set) var keys: [String] = []
    /// The number of each epoch, from `initialEpoch`.
    public internal(set) var epoch: [Int] = []
    var columns: [[Double]] = []

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

    mutating func append(epoch number: Int, _ values: [Double]) {
        epoch.append(number)
        for (i, value) in values.enumerated() { columns[i].append(value) }
    }
}

/// What `evaluate` returns: the loss and every metric, by name.
public struct EvaluationResult: Sendable, Equatable {
    /// The names, sorted.
    public let names: [String]
    public let values: [Double]

    /// The value under a name; `nil` if there is no such name.
    public subscript(_ name: String) -> Double? { names.firstIndex(of: name).map { values[$0] } }

    public var loss: Double { self["loss"] ?? .nan }
    /// The metric `accuracy`; NaN if the model was compiled without it.
    public var accuracy: Double { self["accuracy"] ?? self["acc"] ?? .nan }
}

extension EvaluationResult: CustomStringConvertible {
    public var description: String {
        String(ProgressBar.text(Array(zip(names, values))).dropFirst(3))
    }
}
