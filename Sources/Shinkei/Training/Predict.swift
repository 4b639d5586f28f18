public import ShinkeiCore
public import ShinkeiData

extension Model {
    /// The model's output for these inputs, `batchSize` rows at a time.
    ///
    /// Row i has the same bits in any batch.
    ///
    /// - Returns: One row for each row of `x`.
    /// - Throws: `TrainingError` if `x` does not fit the model.
    ///
    /// Keras: `keras.Model.predict`, but silent.
    public func predict(_ x: Tensor, batchSize: Int = 32) throws -> Tensor {
        try predict([x], batchSize: batchSize)[0]
    }

    /// The model's outputs for several inputs.
    ///
    /// - Returns: One tensor for each output, one row for each row of the inputs.
    /// - Throws: `TrainingError` if the inputs do not fit the model.
    public func predict(_ x: [Tensor], batchSize: Int = 32) throws -> [Tensor] {
        let checks = DataChecks(model: self, method: "predict")
        try checks.argument(batchSize >= 1, "batchSize must be at least 1; got \(batchSize)")
        let outputs = try predictor.checked(x, checks)
        let count = x[0].shape[0]
        if count <= batchSize && count > 0 { return predictor.run(self, x) }

        var parts: [[Tensor]] = []
        for first in stride(from: 0, to: count, by: batchSize) {
            let rows = first..<min(first + batchSize, count)
            parts.append(predictor.run(self, x.map { $0.copiedRows(rows) }))
        }
        return outputs.indices.map { output in
            guard let first = parts.first?[output] else {
                return Tensor.zeros(outputs[output].filled(with: 0).sizes, dtype: dtype)
            }
            return Tensor(joining: parts.map { $0[output] }, like: first)
        }
    }

    /// The model's outputs for batches as they come: a `Dataset`, or any sequence. Targets are not looked at.
    ///
    /// - Parameter steps: How many batches are taken. All unless given.
    /// - Returns: One tensor for each output, one row for each row of the batches.
    /// - Throws: `TrainingError` if there are no batches, or one does not fit the model; what a `Dataset` throws.
    ///
    /// Keras: `keras.Model.predict`.
    public func predict(_ batches: any Sequence<Example>, steps: Int? = nil) throws -> [Tensor] {
        let checks = DataChecks(model: self, method: "predict")
        if let steps { try checks.argument(steps >= 1, "steps must be at least 1; got \(steps)") }
        var parts: [[Tensor]] = []
        let iteration = BatchIteration(batches)
        defer { iteration.cancel() }
        while parts.count != steps, let batch = try iteration.next() {
            _ = try predictor.checked(batch.x, checks)
            guard batch.x[0].shape[0] > 0 else { continue }
            parts.append(predictor.run(self, batch.x))
        }
        guard let first = parts.first else {
            throw TrainingError.badArgument(method: "predict", "there are no rows in these batches")
        }
        return first.indices.map { output in Tensor(joining: parts.map { $0[output] }, like: first[output]) }
    }
}

extension Tensor {
    /// Parts one below the other, in memory of their own.
    ///
    /// - Parameter first: What they are like, but for the number of rows.
    init(joining parts: [Tensor], like first: Tensor) {
        let rows = parts.reduce(0) { $0 + $1.shape[0] }
        self.init(shape: [rows] + first.shape.sizes.dropFirst(), dtype: first.dtype) { target in
            var offset = 0
            for part in parts {
                part.withBytes { bytes in
                    UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + bytes.count])
                        .copyMemory(from: bytes)
                    offset += bytes.count
                }
            }
        }
    }

    /// Some rows in memory of their own.
    func copiedRows(_ rows: Range<Int>) -> Tensor {
        let rowBytes = count / shape[0] * dtype.byteCount
        return withBytes { bytes in
            let part = UnsafeRawBufferPointer(
                rebasing: bytes[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes])
            return Tensor(shape: [rows.count] + shape.sizes.dropFirst(), dtype: dtype) { $0.copyMemory(from: part) }
        }
    }
}

/// The compiled forward passes of a model, one for each row count; the least used go when there are
/// too many.
final class Predictor {
    private struct Entry {
        let function: CompiledFunction
        var lastUse: Int
    }
    private static let limit = 80
    private var entries: [Int: Entry] = [:]
    private var runs = 0
    private var uses: [IndexUse]?
    /// How many are kept.
    var count: Int { entries.count }
    /// The last row shapes that fitted, and the outputs'.
    private var known: (rows: [ArraySlice<Int>], outputs: [SymbolicShape])?

    /// Call when the model's layers change.
    func forget() {
        entries = [:]
        known = nil
        uses = nil
    }

    /// Where the model's inputs name rows of tables.
    func indexUses(of model: Model) -> [IndexUse] {
        if let uses { return uses }
        var found: [IndexUse] = []
        let inputs = model.inputShapes?.count ?? 1
        _ = model.followValues((0..<inputs).map { [$0] }, &found)
        uses = found
        return found
    }

    /// The outputs' shapes, if the inputs fit the model.
    func checked(_ x: [Tensor], _ checks: DataChecks) throws(TrainingError) -> [SymbolicShape] {
        if let known, checks.model.isBuilt, x.count == known.rows.count,
            zip(x, known.rows).allSatisfy({ $0.rank > 0 && $0.shape.sizes.dropFirst() == $1 }),
            x.count == 1 || x.allSatisfy({ $0.shape[0] == x[0].shape[0] })
        {
            try checks.indices(x)
            return known.outputs
        }
        let outputs = try checks.inputs(x)
        known = (x.map { $0.shape.sizes.dropFirst() }, outputs)
        return outputs
    }

    func run(_ model: Model, _ x: [Tensor]) -> [Tensor] {
        let rows = x[0].shape[0]
        runs += 1
        if entries[rows] == nil {
            if entries.count == Predictor.limit,
                let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                entries[oldest.key] = nil
            }
            let function = compiled { [unowned model] (inputs: [Tensor]) -> [Tensor] in
                model(model.converted(inputs), CallContext(isTraining: false))
            }
            entries[rows] = Entry(function: function, lastUse: runs)
        }
        entries[rows]?.lastUse = runs
        return entries[rows]?.function(x) ?? x
    }
}

extension Model {
    /// Inputs in the types the model was made for: pixels of 0 to 255 as numbers, indices as integers.
    func converted(_ inputs: [Tensor]) -> [Tensor] {
        guard let types = inputTypes, types.count == inputs.count else { return inputs }
        return zip(inputs, types).map { $0.cast(to: $1) }
    }
}
