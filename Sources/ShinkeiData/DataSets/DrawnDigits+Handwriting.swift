/// How one image is written: all that varies from writer to writer, drawn once per image.
///
/// The spreads were chosen by how well a network trained on the drawn digits reads MNIST's
/// training half. They are wider than people's: a network gains more from having seen too much
/// than from having seen only the typical.
struct Handwriting {
    /// Standard deviation of each knot's displacement, in percent of the digit's height.
    let knotJitter: Float
    /// Standard deviation of the smooth displacement's control values, in the same unit.
    let warp: Float
    /// Width over height, relative to the glyph table.
    let aspect: Float
    /// How far the top leans right of the bottom, per unit of height.
    let slant: Float
    /// Tangent of half the angle of rotation, so that cosine and sine are rational in it.
    let halfAngleTangent: Float
    /// Half the pen's usual width, in pixels of the finished image.
    let penRadius: Float
    /// Change of the radius from the start to the end of each stroke, as a fraction.
    let taper: Float
    /// Standard deviation of the radius' smooth change over the paper, as a fraction.
    let pressure: Float
    /// Standard deviation of the pen's tremble, in percent of the digit's height.
    let tremor: Float
    /// Width over which ink fades into paper, in pixels.
    let fade: Float

    init(_ random: inout DigitRandom) {
        knotJitter = random.uniform(1, 4)
        warp = random.uniform(3, 22)
        // As many digits are drawn `s` times too wide as `s` times too narrow.
        let stretch = 0.22 * random.normal()
        aspect = stretch >= 0 ? 1 + stretch : 1 / (1 - stretch)
        slant = 0.14 + 0.24 * random.normal()
        halfAngleTangent = 0.07 * random.normal()
        // The square makes thick pens commoner than a normal distribution would.
        let weight = random.normal()
        penRadius = min(max(0.6, 1.25 + 0.4 * weight + 0.06 * weight * weight), 2.6)
        taper = 0.3 * random.normal()
        pressure = random.uniform(0, 0.7)
        tremor = random.uniform(0, 0.5)
        fade = random.uniform(0.8, 1.3)
    }

    /// The pen's radius in pixels at `t` in `0 ... 1` along a stroke, where the pressure differs
    /// from the usual by the fraction `pressure`.
    func radius(at t: Float, pressure: Float) -> Float {
        // Beyond these bounds strokes vanish, or close every loop and make an eight a one.
        min(max(0.5, penRadius * (1 + taper * (t - 0.5) + pressure)), 2.8)
    }

    /// Aspect, slant and rotation, about the origin: the digit is fitted into its box afterwards.
    func lean(_ point: SIMD2<Float>) -> SIMD2<Float> {
        let x = point.x * aspect - point.y * slant
        let t = halfAngleTangent
        let scale = 1 / (1 + t * t)
        let (cosine, sine) = ((1 - t * t) * scale, 2 * t * scale)
        return SIMD2(x * cosine - point.y * sine, x * sine + point.y * cosine)
    }
}

/// Displacement and pressure that change smoothly over the paper: quadratic B-spline surfaces over
/// a coarse grid of random values. They make one bowl wider or a stem bend, where jitter alone
/// would move each knot by itself.
struct SmoothField {
    /// Grid cells that cover the glyph table's `0 ... 100`, each way.
    private static let cells = 3
    private static let side = cells + 2
    /// Displacement across and down, then pressure, at each control of the grid.
    private var controls: [SIMD3<Float>]

    init(warp: Float, pressure: Float, _ random: inout DigitRandom) {
        controls = []
        controls.reserveCapacity(Self.side * Self.side)
        for _ in 0..<Self.side * Self.side {
            controls.append(
                SIMD3(random.normal(), random.normal(), random.normal())
                    * SIMD3(warp, warp, pressure))
        }
    }

    /// Displacement at `point`, in the glyph table's unit, and relative change of pressure.
    func value(at point: SIMD2<Float>) -> (shift: SIMD2<Float>, pressure: Float) {
        let (column, across) = Self.weights(at: point.x)
        let (row, down) = Self.weights(at: point.y)
        var sum = SIMD3<Float>.zero
        for i in 0..<3 {
            let start = (row + i) * Self.side + column
            let line =
                controls[start] * across.x + controls[start + 1] * across.y
                + controls[start + 2] * across.z
            sum += line * down[i]
        }
        return (SIMD2(sum.x, sum.y), sum.z)
    }

    /// The first of the three controls that act at `x`, and the B-spline's weights for them.
    private static func weights(at x: Float) -> (Int, SIMD3<Float>) {
        let scaled = min(max(x * 0.01, 0), 1) * Float(cells)
        let cell = min(Int(scaled), cells - 1)
        let t = scaled - Float(cell)
        let u = 1 - t
        return (cell, SIMD3(0.5 * u * u, 0.5 + t * u, 0.5 * t * t))
    }
}
