/// The pen's path for one image, as short straight segments. Reused from image to image, so that
/// its buffers are allocated once.
struct PenPath {
    /// A straight piece of path; the pen's radius changes linearly along it.
    struct Segment {
        var from: SIMD2<Float>
        var to: SIMD2<Float>
        var fromRadius: Float
        var toRadius: Float
    }

    /// In pixels, inside the square `0 ... box`, all ink included.
    private(set) var segments: [Segment] = []
    /// Width over which ink fades into paper, in pixels.
    private(set) var fade: Float = 1

    /// Side of the square a digit is fitted into, in pixels.
    static let box = 20
    /// Straight pieces drawn between two knots; in 20 pixels, six are seen as a curve.
    private static let stepsPerSpan = 6

    private var knots: [SIMD2<Float>] = []
    private var points: [SIMD2<Float>] = []
    private var radii: [Float] = []

    /// Replaces the path by `digit` in handwriting `hand`.
    mutating func write(_ digit: Int, _ hand: Handwriting, _ random: inout DigitRandom) {
        segments.removeAll(keepingCapacity: true)
        fade = hand.fade
        let glyph = DigitGlyph.choose(digit, &random)
        let field = SmoothField(
            warp: hand.warp * glyph.freedom, pressure: hand.pressure * glyph.freedom, &random)
        for stroke in glyph.strokes {
            jitter(stroke, by: hand.knotJitter * glyph.freedom, &random)
            flatten()
            distort(by: field, hand, &random)
            addSegments()
        }
        fit()
    }

    /// Moves each knot a little; both halves of a corner move together.
    private mutating func jitter(
        _ stroke: PenStroke, by deviation: Float, _ random: inout DigitRandom
    ) {
        knots.removeAll(keepingCapacity: true)
        var previous: SIMD2<Float>?
        for knot in stroke.knots {
            if knot == previous {
                knots.append(knots[knots.count - 1])
            } else {
                knots.append(knot + SIMD2(random.normal(), random.normal()) * deviation)
            }
            previous = knot
        }
    }

    /// Turns the knots into points along a Catmull–Rom spline, which is the cubic through each
    /// pair of knots whose tangents are parallel to the chords around them.
    private mutating func flatten() {
        points.removeAll(keepingCapacity: true)
        points.append(knots[0])
        for i in 1..<knots.count where knots[i - 1] != knots[i] {
            let (a, b) = (knots[i - 1], knots[i])
            // At the ends of a stroke and at corners the missing neighbour is the knot itself.
            let tangentA = (b - (i >= 2 ? knots[i - 2] : a)) * 0.5
            let tangentB = ((i + 1 < knots.count ? knots[i + 1] : b) - a) * 0.5
            for step in 1...Self.stepsPerSpan {
                let t = Float(step) / Float(Self.stepsPerSpan)
                let u = 1 - t
                let position = a * (u * u * (1 + 2 * t)) + b * (t * t * (1 + 2 * u))
                let bend = tangentA * (t * u * u) - tangentB * (t * t * u)
                points.append(position + bend)
            }
        }
    }

    /// Moves the points as the hand would have, and sets the pen's radius at each.
    private mutating func distort(
        by field: SmoothField, _ hand: Handwriting, _ random: inout DigitRandom
    ) {
        radii.removeAll(keepingCapacity: true)
        let last = Float(points.count - 1)
        for i in points.indices {
            let tremor = SIMD2(random.normal(), random.normal()) * hand.tremor
            let (shift, pressure) = field.value(at: points[i])
            points[i] = hand.lean(points[i] + shift + tremor)
            radii.append(hand.radius(at: Float(i) / last, pressure: pressure))
        }
    }

    private mutating func addSegments() {
        for i in 1..<points.count {
            segments.append(
                Segment(
                    from: points[i - 1], to: points[i],
                    fromRadius: radii[i - 1], toRadius: radii[i]))
        }
    }

    /// Scales the path so that its ink just fits the box, keeping the aspect, and centres it.
    ///
    /// The pen does not scale with the path, so the ink's extent is a convex function of the
    /// scale, no steeper than the path's own extent. Steps of (room left) / (path's extent), from
    /// a scale at which the widest pen would fit anywhere, therefore approach the box from inside.
    private mutating func fit() {
        let box = Float(Self.box)
        let path = bounds(scale: 1, ink: false)
        let extent = path.high - path.low
        let widest = segments.reduce(0) { max($0, $1.fromRadius, $1.toRadius) }
        var scale = (box - 2 * widest) / max(extent.x, extent.y)
        for _ in 0..<3 {
            let ink = bounds(scale: scale, ink: true)
            let room = box - (ink.high - ink.low)
            scale += min(room.x / extent.x, room.y / extent.y)
        }
        let ink = bounds(scale: scale, ink: true)
        let offset = (box - (ink.low + ink.high)) * 0.5
        for i in segments.indices {
            segments[i].from = segments[i].from * scale + offset
            segments[i].to = segments[i].to * scale + offset
        }
    }

    /// The corners of the rectangle around the path times `scale`, with or without the ink.
    private func bounds(scale: Float, ink: Bool) -> (low: SIMD2<Float>, high: SIMD2<Float>) {
        var low = SIMD2<Float>(repeating: .infinity)
        var high = -low
        for segment in segments {
            let (from, to) = (segment.from * scale, segment.to * scale)
            let fromRadius = ink ? segment.fromRadius : 0
            let toRadius = ink ? segment.toRadius : 0
            low = pointwiseMin(low, pointwiseMin(from - fromRadius, to - toRadius))
            high = pointwiseMax(high, pointwiseMax(from + fromRadius, to + toRadius))
        }
        return (low, high)
    }
}
