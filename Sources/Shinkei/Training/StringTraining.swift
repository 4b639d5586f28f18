public import ShinkeiCore

// Models that take strings: the methods for tensors, on what the model's layers make of the strings. That is made once, before the
// first step; texts are filled up to the longest of the whole call, unless the layer has a length of its own.

extension Model {
    /// Trains a model of strings.
    ///
    /// The strings are turned into numbers once, before the first step. `TextVectorization` fills texts up to the longest of `x` if it
    /// has no `outputSequenceLength`; Keras, which does so for every batch, to the longest in the batch.
    ///
    /// - Parameters:
    ///   - x: A string a row.
    ///   - y: The targets, one a row.
    /// - Returns: Loss and metrics of every epoch.
    /// - Throws: `TrainingError`, as for tensors; `LookupError` for a string that a layer has no number for.
    @discardableResult
    public func fit(
        _ x: [String], _ y: Tensor, epochs: Int = 1, batchSize: Int = 32, verbose: Verbosity = .auto,
        callbacks: [any Callback] = [], validationSplit: Double = 0, validationData: (x: [String], y: Tensor)? = nil,
        sampleWeight: Tensor? = nil, classWeight: [Int: Double] = [:], shuffle: Bool = true, initialEpoch: Int = 0
    ) throws -> History {
        try fit(
            [.strings(x)], [y], epochs: epochs, batchSize: batchSize, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData.map { ([.strings($0.x)], [$0.y]) },
            sampleWeights: sampleWeight.map { [$0] } ?? [], classWeights: classWeight.isEmpty ? [] : [classWeight],
            shuffle: shuffle, initialEpoch: initialEpoch)
    }

    /// Trains a model some of whose inputs may be strings.
    ///
    /// - Parameters:
    ///   - x: One for each input of the model: `[.strings(names), .numbers(ages)]`.
    ///   - y: The targets of the outputs that have a loss, in their order.
    /// - Returns: Loss and metrics of every epoch.
    /// - Throws: `TrainingError`, as for tensors; `LookupError` for a string that a layer has no number for.
    @discardableResult
    public func fit(
        _ x: [InputData], _ y: [Tensor], epochs: Int = 1, batchSize: Int = 32, verbose: Verbosity = .auto,
        callbacks: [any Callback] = [], validationSplit: Double = 0,
        validationData: (x: [InputData], y: [Tensor])? = nil, sampleWeights: [Tensor] = [],
        classWeights: [[Int: Double]] = [], shuffle: Bool = true, initialEpoch: Int = 0
    ) throws -> History {
        let checks = DataChecks(model: self, method: "fit")
        return try fit(
            try checks.tensors(x), y, epochs: epochs, batchSize: batchSize, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit,
            validationData: try validationData.map { (try checks.tensors($0.x, called: "validationData.x"), $0.y) },
            sampleWeights: sampleWeights, classWeights: classWeights, shuffle: shuffle, initialEpoch: initialEpoch)
    }

    /// Measures loss and metrics of a model of strings.
    ///
    /// - Throws: `TrainingError`, as for tensors; `LookupError` for a string that a layer has no number for.
    @discardableResult
    public func evaluate(
        _ x: [String], _ y: Tensor, batchSize: Int = 32, sampleWeight: Tensor? = nil, verbose: Verbosity = .auto,
        callbacks: [any Callback] = []
    ) throws -> EvaluationResult {
        try evaluate(
            [.strings(x)], [y], batchSize: batchSize, sampleWeights: sampleWeight.map { [$0] } ?? [], verbose: verbose,
            callbacks: callbacks)
    }

    /// Measures loss and metrics of a model some of whose inputs may be strings.
    ///
    /// - Throws: `TrainingError`, as for tensors; `LookupError` for a string that a layer has no number for.
    @discardableResult
    public func evaluate(
        _ x: [InputData], _ y: [Tensor], batchSize: Int = 32, sampleWeights: [Tensor] = [],
        verbose: Verbosity = .auto, callbacks: [any Callback] = []
    ) throws -> EvaluationResult {
        try evaluate(
            try DataChecks(model: self, method: "evaluate").tensors(x), y, batchSize: batchSize,
            sampleWeights: sampleWeights, verbose: verbose, callbacks: callbacks)
    }

    /// The output of a model of strings, `batchSize` rows at a time.
    ///
    /// Without an `outputSequenceLength`, texts are filled up to the longest of their batch, as in Keras.
    ///
    /// - Returns: One row for each string.
    /// - Throws: `TrainingError` if the model takes no strings; `LookupError` for a string that a layer has no number for.
    public func predict(_ x: [String], batchSize: Int = 32) throws -> Tensor {
        try predict([.strings(x)], batchSize: batchSize)[0]
    }

    /// The outputs of a model some of whose inputs may be strings.
    ///
    /// - Returns: One tensor for each output, one row for each row of the inputs.
    /// - Throws: `TrainingError` if the inputs do not fit; `LookupError` for a string that a layer has no number for.
    public func predict(_ x: [InputData], batchSize: Int = 32) throws -> [Tensor] {
        let checks = DataChecks(model: self, method: "predict")
        try checks.argument(batchSize >= 1, "batchSize must be at least 1; got \(batchSize)")
        let rows = x.first?.rowCount ?? 0
        guard rows > batchSize, x.allSatisfy({ $0.rowCount == rows }) else {
            return try predict(try checks.tensors(x), batchSize: batchSize)
        }
        let parts = try stride(from: 0, to: rows, by: batchSize).map { first in
            try predict(
                try checks.tensors(x.map { $0.slice(first..<min(first + batchSize, rows)) }), batchSize: batchSize)
        }
        return parts[0].indices.map { output in Tensor(joining: parts.map { $0[output] }, like: parts[0][output]) }
    }
}
