import ShinkeiCore

/// A matrix of normal numbers made orthogonal, drawn evenly from all orthogonal ones: the `Q` of its QR decomposition for
/// which `R` has a positive diagonal (Mezzadri 2007). All axes but the last are rows.
func orthogonalMatrix(_ shape: [Int], gain: Double, dtype: DType, key: RandomKey) -> Tensor {
    let (rows, columns) = (shape.dropLast().reduce(1, *), shape[shape.count - 1])
    let (length, count) = (max(rows, columns), min(rows, columns))
    // One vector after the other, each of the longer side's length.
    var vectors: [Double] = Tensor.randomNormal([count, length], dtype: .float64, key: key).array(of: Double.self)
    vectors.withUnsafeMutableBufferPointer { orthogonalize($0, length: length, count: count) }
    let matrix = Tensor(vectors, shape: [count, length], dtype: .float64) * gain
    return (rows < columns ? matrix : matrix.transposed()).reshaped(shape).cast(to: dtype)
}

/// Gram and Schmidt's way, each vector twice: the second pass takes away what the rounding of the first has left.
private func orthogonalize(_ vectors: UnsafeMutableBufferPointer<Double>, length: Int, count: Int) {
    guard let base = vectors.baseAddress, length > 0 else { return }
    for j in 0..<count {
        let own = base + j * length
        for _ in 0..<2 {
            for i in 0..<j {
                let other = base + i * length
                addScaled(other, -dot(other, own, length), to: own, length)
            }
        }
        let norm = dot(own, own, length).squareRoot()
        for k in 0..<length { own[k] /= norm }
    }
}

/// In eight sums side by side, which the processor does at once.
private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    let whole = count / 8 * 8
    for k in stride(from: 0, to: whole, by: 8) { sums += eight(a + k) * eight(b + k) }
    var sum = sums.sum()
    for k in whole..<count { sum += a[k] * b[k] }
    return sum
}

private func eight(_ p: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Double>.self)
}

private func addScaled(
    _ a: UnsafePointer<Double>, _ factor: Double, to b: UnsafeMutablePointer<Double>, _ count: Int
) {
    for k in 0..<count { b[k] += factor * a[k] }
}
