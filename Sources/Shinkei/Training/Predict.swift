public import ShinkeiCore

extension Model {
    /// The model's outputs for these inputs, `batchSize` rows at a time.
    ///
    /// Row i has the same bits in any batch.
    ///
    /// - Returns: One row for each row of `x`.
    /// - Throws: `TrainingError` if `x` does not fit the model.
    ///
    /// Keras: `keras.Model.predict`, but silent.
    public func predict(_ x: Tensor, batchSize: Int = 32) throws -> Tensor {
        let checks = DataChecks(model: self, method: "predict")
        try checks.argument(batchSize >= 1, "batchSize must be at least 1; got \(batchSize)")
        let output = try predictor.checked(x, checks)
        let count = x.shape[0]
        if count <= batchSize && count > 0 { return predictor.run(self, x) }

        let rowBytes = count == 0 ? 0 : x.count / count * x.dtype.byteCount
        var parts: [Tensor] = []
        x.withBytes { bytes in
            for first in stride(from: 0, to: count, by: batchSize) {
                let rows = min(batchSize, count - first)
                let part = UnsafeRawBufferPointer(rebasing: bytes[first * rowBytes..<(first + rows) * rowBytes])
                let batch = Tensor(shape: [rows] + x.shape.sizes.dropFirst(), dtype: x.dtype) { $0.copyMemory(from: part) }
                parts.append(predictor.run(self, batch))
            }
        }
        guard let first = parts.first else { return Tensor.zeros(output.filled(with: 0).sizes, dtype: dtype) }
        return Tensor(shape: [count] + first.shape.sizes.dropFirst(), dtype: first.dtype) { target in
            var offset = 0
            for part in parts {
                part.withBytes { bytes in
                    UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + bytes.count]).copyMemory(from: bytes)
                    offset += bytes.count
                }
            }
        }
    }
}

/// The compiled forward passes of a model, one for each row count; the least used go when there are too many.
final class Predictor {
    private struct Entry {
        let function: CompiledFunction
        var lastUse: Int
    }
    private static let limit = 80
    private var entries: [Int: Entry] = [:]
    private var uses = 0
    /// How many are kept.
    var count: Int { entries.count }
    /// The last row shape that fitted, and the output's.
    private var known: (row: ArraySlice<Int>, output: SymbolicShape)?

    /// The output's shape, if `x` fits the model.
    func checked(_ x: Tensor, _ checks: DataChecks) throws(TrainingError) -> SymbolicShape {
        if let known, checks.model.isBuilt, x.rank > 0, x.shape.sizes.dropFirst() == known.row { return known.output }
        let output = try checks.input(x)
        known = (x.shape.sizes.dropFirst(), output)
        return output
    }

    func run(_ model: Model, _ x: Tensor) -> Tensor {
        let rows = x.shape[0]
        uses += 1
        if entries[rows] == nil {
            if entries.count == Predictor.limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                entries[oldest.key] = nil
            }
            let function = compiled { [unowned model] (inputs: [Tensor]) -> [Tensor] in
                model(inputs, CallContext(isTraining: false))
            }
            entries[rows] = Entry(function: function, lastUse: uses)
        }
        entries[rows]?.lastUse = uses
        return entries[rows]?.function([x])[0] ?? x
    }
}
