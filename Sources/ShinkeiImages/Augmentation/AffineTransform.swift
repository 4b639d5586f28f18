import ShinkeiCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#else
    import Musl
#endif

/// Where each pixel of a transformed image comes from: `row = rowRow · r + rowColumn · c + rowOffset`, and the same for the column.
///
/// Keras's `apply_affine_transform`: rotation, shift, shear and zoom in this order, about the image's middle.
struct AffineTransform: Hashable, Sendable {
    var rowRow = 1.0
    var rowColumn = 0.0
    var rowOffset = 0.0
    var columnRow = 0.0
    var columnColumn = 1.0
    var columnOffset = 0.0

    /// Keras works in (x, y), fills in the height for x and the width for y, and exchanges the two axes at the end. So `tx`, the
    /// height's shift, moves columns, and an image that is not square turns about a point beside its middle. Kept: results agree.
    init(_ p: TransformParameters, height: Int, width: Int) {
        var m = Matrix()
        if p.theta != 0 {
            let angle = p.theta * .pi / 180
            m = m * Matrix(cos(angle), -sin(angle), 0, sin(angle), cos(angle), 0)
        }
        if p.tx != 0 || p.ty != 0 { m = m * Matrix(1, 0, p.tx, 0, 1, p.ty) }
        if p.shear != 0 {
            let angle = p.shear * .pi / 180
            m = m * Matrix(1, -sin(angle), 0, 0, cos(angle), 0)
        }
        if p.zx != 1 || p.zy != 1 { m = m * Matrix(p.zx, 0, 0, 0, p.zy, 0) }
        let (x, y) = (Double(height) / 2 - 0.5, Double(width) / 2 - 0.5)
        m = Matrix(1, 0, x, 0, 1, y) * m * Matrix(1, 0, -x, 0, 1, -y)
        (rowRow, rowColumn, rowOffset) = (m.e, m.d, m.f)
        (columnRow, columnColumn, columnOffset) = (m.b, m.a, m.c)
    }

    /// The upper two rows of a 3 × 3 matrix whose last is 0, 0, 1.
    private struct Matrix {
        var (a, b, c, d, e, f) = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        init() {}
        init(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double) {
            (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
        }
        static func * (m: Matrix, n: Matrix) -> Matrix {
            Matrix(
                m.a * n.a + m.b * n.d, m.a * n.b + m.b * n.e, m.a * n.c + m.b * n.f + m.c,
                m.d * n.a + m.e * n.d, m.d * n.b + m.e * n.e, m.d * n.c + m.e * n.f + m.f)
        }
    }

    /// Fills `target` with the transformed image.
    func apply(
        _ source: UnsafeBufferPointer<Float>, to target: UnsafeMutableBufferPointer<Float>, height: Int, width: Int,
        channels: Int, fillMode: FillMode, value: Float, isSmooth: Bool
    ) {
        let (lastRow, lastColumn) = (height - 1, width - 1)
        let stride = width * channels
        var to = 0
        for r in 0..<height {
            for c in 0..<width {
                let wantedRow = rowOffset + Double(r) * rowRow + Double(c) * rowColumn
                let wantedColumn = columnOffset + Double(r) * columnRow + Double(c) * columnColumn
                guard let y = fillMode.place(wantedRow, height), let x = fillMode.place(wantedColumn, width) else {
                    for channel in 0..<channels { target[to + channel] = value }
                    to += channels
                    continue
                }
                if isSmooth {
                    let (top, left) = (Int(y), Int(x))
                    let (down, across) = (Float(y - Double(top)), Float(x - Double(left)))
                    let upper = top * stride
                    let lower = Swift.min(top + 1, lastRow) * stride
                    let (near, far) = (left * channels, Swift.min(left + 1, lastColumn) * channels)
                    let a = (1 - down) * (1 - across)
                    let b = (1 - down) * across
                    let d = down * (1 - across)
                    let e = down * across
                    for channel in 0..<channels {
                        target[to + channel] =
                            a * source[upper + near + channel] + b * source[upper + far + channel]
                            + d * source[lower + near + channel] + e * source[lower + far + channel]
                    }
                } else {
                    let from = Int(y + 0.5) * stride + Int(x + 0.5) * channels
                    for channel in 0..<channels { target[to + channel] = source[from + channel] }
                }
                to += channels
            }
        }
    }
}
