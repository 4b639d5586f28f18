/// The matrix that takes the correlations out of rows of numbers: `U · diag(√n / (s + ε)) · Uᵀ`, where the rows' matrix has the right
/// singular vectors `U` and singular values `s`.
///
/// Found by rotating the rows against each other until they are orthogonal (one-sided Jacobi), which is exact for small singular
/// values too. More rows than columns are first reduced to a triangle by reflections.
///
/// Source: Hestenes, "Inversion of Matrices by Biorthogonalization", 1958; Krizhevsky, "Learning Multiple Layers of Features from Tiny
/// Images", 2009, appendix A (zero-phase whitening).
struct Whitening {
    private var rows: [[Double]]
    private let columns: Int

    /// - Returns: `columns · columns` numbers, row by row.
    static func matrix(_ rows: [[Double]], columns: Int, epsilon: Double) -> [Float] {
        var work = Whitening(rows: rows, columns: columns)
        let count = Double(rows.count)
        work.reduceToTriangle()
        work.orthogonalize()
        var matrix = [Double](repeating: 0, count: columns * columns)
        for row in work.rows {
            let length = dot(row, row).squareRoot()
            // A direction in which the rows do not reach is left as nothing.
            if length == 0 { continue }
            let factor = count.squareRoot() / (length + epsilon) / (length * length)
            for i in 0..<columns {
                let scaled = row[i] * factor
                for j in 0..<columns { matrix[i * columns + j] += scaled * row[j] }
            }
        }
        return matrix.map(Float.init)
    }

    private init(rows: [[Double]], columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// Householder's reflections: `columns` rows are left, with the same product of the matrix's transpose and itself.
    private mutating func reduceToTriangle() {
        guard rows.count > columns else { return }
        for column in 0..<columns {
            var mirror = (column..<rows.count).map { rows[$0][column] }
            let length = dot(mirror, mirror).squareRoot()
            if length == 0 { continue }
            mirror[0] += mirror[0] < 0 ? -length : length
            let scale = 2 / dot(mirror, mirror)
            var sums = [Double](repeating: 0, count: columns)
            for (i, weight) in mirror.enumerated() {
                Self.add(rows[column + i], weight * scale, to: &sums, from: column)
            }
            for (i, weight) in mirror.enumerated() { Self.add(sums, -weight, to: &rows[column + i], from: column) }
        }
        rows.removeLast(rows.count - columns)
    }

    private static func add(_ row: [Double], _ factor: Double, to target: inout [Double], from first: Int) {
        for j in first..<row.count { target[j] += factor * row[j] }
    }

    private mutating func orthogonalize() {
        // Sweeps converge quadratically; 8 or so are needed.
        for _ in 0..<40 {
            var isDone = true
            for p in rows.indices {
                for q in (p + 1)..<max(rows.count, p + 1) {
                    let (a, b, c) = (dot(rows[p], rows[p]), dot(rows[q], rows[q]), dot(rows[p], rows[q]))
                    guard abs(c) > 1e-15 * (a * b).squareRoot() else { continue }
                    isDone = false
                    let zeta = (b - a) / (2 * c)
                    let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
                    let cosine = 1 / (1 + tangent * tangent).squareRoot()
                    rotate(p, q, cosine, cosine * tangent)
                }
            }
            if isDone { return }
        }
    }

    private mutating func rotate(_ p: Int, _ q: Int, _ cosine: Double, _ sine: Double) {
        rows.withUnsafeMutableBufferPointer { rows in
            for j in 0..<columns {
                let (x, y) = (rows[p][j], rows[q][j])
                rows[p][j] = cosine * x - sine * y
                rows[q][j] = sine * x + cosine * y
            }
        }
    }
}

/// In four sums, which the processor adds at the same time.
private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sums = SIMD4<Double>.zero
    let whole = a.count / 4 * 4
    for i in stride(from: 0, to: whole, by: 4) {
        let left = SIMD4<Double>(a[i], a[i + 1], a[i + 2], a[i + 3])
        let right = SIMD4<Double>(b[i], b[i + 1], b[i + 2], b[i + 3])
        sums += left * right
    }
    var sum = sums.sum()
    for i in whole..<a.count { sum += a[i] * b[i] }
    return sum
}
