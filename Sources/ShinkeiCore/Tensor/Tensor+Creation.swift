extension Tensor {
    /// Every element is `value`.
    public static func full(_ shape: [Int], _ value: Double, dtype: DType = .float32) -> Tensor {
        constant(value, dtype: .float32).cast(to: dtype).broadcast(to: shape)
    }
    public static func zeros(_ shape: [Int], dtype: DType = .float32) -> Tensor { full(shape, 0, dtype: dtype) }
    public static func ones(_ shape: [Int], dtype: DType = .float32) -> Tensor { full(shape, 1, dtype: dtype) }
    /// Zeros that broadcast to `tensor`'s shape: a scalar of its type where only a value is needed.
    static func zeros(like tensor: Tensor) -> Tensor { constant(0, dtype: tensor.dtype) }

    /// `start, start + step, …` up to but not including `stop`, as `int32`.
    public static func arange(_ start: Int, _ stop: Int, step: Int = 1) -> Tensor {
        let slice = step > 0 ? stop - start : start - stop
        let count = Swift.max(0, (slice + Swift.abs(step) - 1) / Swift.abs(step))
        let ends = [constant(integer: Int64(start), dtype: .int32), constant(integer: Int64(step), dtype: .int32)]
        return Tensor(Iota(count: count), ends)
    }
    /// `0 ..< count`, as `int32`.
    public static func arange(_ count: Int) -> Tensor { arange(0, count) }

    /// `count` floats from `start` to `stop`, both included.
    public static func linspace(_ start: Double, _ stop: Double, count: Int, dtype: DType = .float32) -> Tensor {
        let step = count > 1 ? (stop - start) / Double(count - 1) : 0
        return Tensor(Iota(count: count), [constant(start, dtype: dtype), constant(step, dtype: dtype)])
    }

    /// The identity matrix.
    public static func eye(_ rows: Int, _ columns: Int? = nil, dtype: DType = .float32) -> Tensor {
        (arange(rows).expanded(1) .== arange(columns ?? rows)).cast(to: dtype)
    }
}
