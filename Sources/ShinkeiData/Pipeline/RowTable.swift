import ShinkeiCore
import ShinkeiFormats

/// An array whose rows can be read by number: in memory or in a file.
protocol RowSource: Sendable {
    var rowCount: Int { get }
    var rowShape: [Int] { get }
    var dtype: DType { get }
    /// Puts rows one behind the other.
    func gather(_ rows: [Int], into target: UnsafeMutableRawBufferPointer) throws
}

/// A tensor's rows.
struct TensorRows: RowSource {
    let tensor: Tensor
    var rowCount: Int { tensor.shape[0] }
    var rowShape: [Int] { Array(tensor.shape.sizes.dropFirst()) }
    var dtype: DType { tensor.dtype }

    func gather(_ rows: [Int], into target: UnsafeMutableRawBufferPointer) {
        guard !rows.isEmpty, let base = target.baseAddress else { return }
        let size = target.count / rows.count
        tensor.withBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            for (place, row) in rows.enumerated() {
                (base + place * size).copyMemory(from: source + row * size, byteCount: size)
            }
        }
    }
}

/// A file's rows, read when they are needed.
struct FileRows: RowSource {
    let stored: StoredRows
    var rowCount: Int { stored.rowCount }
    var rowShape: [Int] { stored.rowShape }
    var dtype: DType { stored.dtype }

    func gather(_ rows: [Int], into target: UnsafeMutableRawBufferPointer) throws {
        guard !rows.isEmpty else { return }
        let size = target.count / rows.count
        var start = 0
        while start < rows.count {
            var end = start + 1
            // Rows in a row are one read.
            while end < rows.count, rows[end] == rows[end - 1] + 1 { end += 1 }
            let part = UnsafeMutableRawBufferPointer(rebasing: target[start * size..<end * size])
            try stored.read(rows[start]..<rows[start] + (end - start), into: part)
            start = end
        }
    }
}

/// Arrays with the same number of rows: inputs, then targets, then the rows' weights if there are any.
final class RowTable: Sendable {
    let columns: [any RowSource]
    let inputs: Int
    let targets: Int
    let rowCount: Int

    /// - Precondition: All columns have the same number of rows.
    init(x: [any RowSource], y: [any RowSource], weight: (any RowSource)?) {
        columns = x + y + (weight.map { [$0] } ?? [])
        inputs = x.count
        targets = y.count
        rowCount = columns.first?.rowCount ?? 0
        for column in columns where column.rowCount != rowCount {
            trap("Dataset: arrays of \(rowCount) and \(column.rowCount) rows; all need the same number")
        }
    }

    /// The rows with these numbers as one batch, or a row by itself, without a batch axis.
    func example(_ rows: [Int], asBatch: Bool) throws -> Example {
        var tensors: [Tensor] = []
        tensors.reserveCapacity(columns.count)
        for column in columns {
            let shape = (asBatch ? [rows.count] : []) + column.rowShape
            tensors.append(
                try Tensor(shape: shape, dtype: column.dtype) { try column.gather(rows, into: $0) })
        }
        return Example(
            x: Array(tensors[..<inputs]), y: Array(tensors[inputs..<inputs + targets]),
            sampleWeight: tensors.count > inputs + targets ? tensors[inputs + targets] : nil)
    }
}
