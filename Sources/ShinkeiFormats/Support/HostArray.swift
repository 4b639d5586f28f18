public import ShinkeiCore

/// An array in host memory, as files hold it.
public struct HostArray: Hashable, Sendable {
    /// Sizes of the axes; empty for a scalar.
    public let shape: Shape
    /// Type of the elements.
    public let dtype: DType
    /// The elements, little-endian and row-major, without gaps.
    public let bytes: [UInt8]

    /// Puts an array together.
    ///
    /// - Precondition: `bytes` holds exactly the elements that `shape` and `dtype` ask for.
    public init(shape: Shape, dtype: DType, bytes: [UInt8]) {
        guard bytes.count == shape.count * dtype.byteCount else {
            fatalError(
                "HostArray: shape \(shape) of \(dtype.name) needs "
                    + "\(shape.count * dtype.byteCount) bytes, got \(bytes.count)")
        }
        self.shape = shape
        self.dtype = dtype
        self.bytes = bytes
    }
}
