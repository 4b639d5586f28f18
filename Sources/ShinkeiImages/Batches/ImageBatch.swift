public import ShinkeiCore

/// A batch of images with what is to be learnt from them.
public struct ImageBatch: Sendable {
    /// `[batch, height, width, channels]`, `float32`.
    public let x: Tensor
    /// The labels; `nil` if none were asked for.
    public let y: Tensor?
    /// What the images count for in the loss; `nil` if all count the same.
    public var sampleWeight: Tensor?
    /// Which images these are: their places in the flow's list of files, or in the array.
    public let items: [Int]
}

/// What becomes of a file that cannot be read.
public enum BadFiles: Sendable {
    /// The error is thrown, with the file's name.
    case thrown
    /// The image is left out, and a line on the standard error names the file.
    case skipped
}

/// What images are learnt as. Keras: `class_mode`.
public enum ClassMode: String, Sendable, CaseIterable {
    /// `[batch, classes]`, 1 at the class.
    case categorical
    /// `[batch]`, 0 or 1; for two classes.
    case binary
    /// `[batch]`, the number of the class.
    case sparse
    /// The images themselves, for autoencoders.
    case input
}

/// Labels of the items of a batch.
enum Labels: Sendable {
    case none
    case oneHot([Int], classes: Int)
    /// As numbers of a type; `isColumn` gives `[batch, 1]`.
    case numbers([Int], DType, isColumn: Bool)
    case input
    /// Rows of a tensor.
    case rows(Tensor)

    func tensor(_ items: [Int], _ x: Tensor) -> Tensor? {
        switch self {
        case .none: return nil
        case .input: return x
        case .rows(let tensor): return tensor.taking(Tensor(items, dtype: .int32), axis: 0).evaluate()
        case .numbers(let classes, let dtype, let isColumn):
            return Tensor(items.map { classes[$0] }, shape: isColumn ? [items.count, 1] : [items.count], dtype: dtype)
        case .oneHot(let classes, let count):
            var values = [Float](repeating: 0, count: items.count * count)
            for (i, item) in items.enumerated() { values[i * count + classes[item]] = 1 }
            return Tensor(values, shape: [items.count, count])
        }
    }
}
