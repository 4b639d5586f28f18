public import ShinkeiCore

extension Tensor {
    /// A tensor with an array's elements.
    public init(_ array: HostArray) {
        self.init(shape: array.shape.sizes, dtype: array.dtype, bytes: array.bytes)
    }
}

extension HostArray {
    /// A tensor's elements.
    ///
    /// - Complexity: Computes the tensor if that has not happened yet, and copies its elements.
    public init(_ tensor: Tensor) {
        self.init(shape: tensor.shape, dtype: tensor.dtype, bytes: tensor.hostBytes())
    }
}
