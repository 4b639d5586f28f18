/// The pen's path for one image, as short straight segments. Reused from image to image so that
/// drawing allocates nothing.
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
    private(set) var fade: Float = 1

    /// Side of the square a digit is fitted into, in pixels.
    static let box = 20
    private static let stepsPerSpan = 6

    private var knots: [SIMD2<Float>] = []
    private var points: [SIMD2<Float>] = []

    /// Replaces the path by `digit` in handwriting `hand`.
    mutating func write(_ digit: Int, _ hand: Hand, _ random: inout DigitRandom) {
        segments.removeAll(keepingCapacity: true)
        fade = hand.fade
        let warp = Warp(strength: hand.warp, &random)
        for stroke in Glyph.choose(digit, &random).strokes {
            jitter(stroke, by: hand.knotJitter, &random)
            flatten()
            for i in points.indices {
                let tremor = SIMD2(random.normal(), random.normal()) * hand.tremor
                points[i] = hand.lean(points[i] + warp.displacement(at: points[i]) + tremor)
            }
            addSegments(hand)
        }
        fit()
    }

    /// Moves each knot a little; both halves of a corner move together.
    private mutating func jitter(
        _ stroke: Stroke, by deviation: Float, _ random: inout DigitRandom
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

    private mutating func addSegments(_ hand: Hand) {
        let last = Float(points.count - 1)
        for i in 1..<points.count {
            segments.append(
                Segment(
                    from: points[i - 1], to: points[i],
                    fromRadius: hand.radius(at: Float(i - 1) / last),
                    toRadius: hand.radius(at: Float(i) / last)))
        }
    }

    /// Scales the path so that its ink just fits the box, keeping the aspect, and centres it.
    private mutating func fit() {
        var low = SIMD2<Float>(repeating: .infinity)
        var high = -low
        var radius: Float = 0
        for segment in segments {
            low = pointwiseMin(low, pointwiseMin(segment.from, segment.to))
            high = pointwiseMax(high, pointwiseMax(segment.from, segment.to))
            radius = max(radius, segment.fromRadius, segment.toRadius)
        }
        let extent = high - low
        let scale = (Float(Self.box) - 2 * radius) / max(extent.x, extent.y)
        let offset = (SIMD2(repeating: Float(Self.box)) - extent * scale) * 0.5 - low * scale
        for i in segments.indices {
            segments[i].from = segments[i].from * scale + offset
            segments[i].to = segments[i].to * scale + offset
        }
    }
}

extension Hand {
    /// The pen's radius at `t` in `0 ... 1` along a stroke, in pixels.
    func radius(at t: Float) -> Float { penRadius * (1 + taper * (t - 0.5)) }

    /// Aspect, slant and rotation, about the origin: the digit is fitted into its box afterwards.
    func lean(_ point: SIMD2<Float>) -> SIMD2<Float> {
        let x = point.x * aspect - point.y * slant
        let t = halfAngleTangent
        let scale = 1 / (1 + t * t)
        let (cosine, sine) = ((1 - t * t) * scale, 2 * t * scale)
        return SIMD2(x * cosine - point.y * sine, x * sine + point.y * cosine)
    }
}

/// A smooth random displacement of the plane: a quadratic B-spline surface over a coarse grid.
/// It makes one bowl wider, one stem lean, as hands do; jitter alone moves knots independently.
struct Warp {
    /// Grid cells that cover the glyph table's `0 ... 100`, each way.
    private static let cells = 3
    private static let side = cells + 2
    private var controls: [SIMD2<Float>]

    init(strength: Float, _ random: inout DigitRandom) {
        controls = []
        controls.reserveCapacity(Self.side * Self.side)
        for _ in 0..<Self.side * Self.side {
            controls.append(SIMD2(random.normal(), random.normal()) * strength)
        }
    }

    /// Displacement at `point`, in the glyph table's unit.
    func displacement(at point: SIMD2<Float>) -> SIMD2<Float> {
        let (column, across) = Self.weights(at: point.x)
        let (row, down) = Self.weights(at: point.y)
        var sum = SIMD2<Float>.zero
        for i in 0..<3 {
            let start = (row + i) * Self.side + column
            let line =
                controls[start] * across.x + controls[start + 1] * across.y
                + controls[start + 2] * across.z
            sum += line * down[i]
        }
        return sum
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

/// The grey image of a path in its 20×20 box, and MNIST's way to put it in a 28×28 one.
struct InkRaster {
    private static let side = PenPath.box
    /// For each pixel, distance from its centre to the nearest ink's edge: negative inside.
    private var distance = [Float](repeating: 0, count: side * side)
    private var ink = [UInt8](repeating: 0, count: side * side)

    /// Draws `path`, in place of what was drawn before.
    mutating func ink(_ path: PenPath) {
        let far: Float = 100
        for i in distance.indices { distance[i] = far }
        for segment in path.segments { approach(segment, fade: path.fade) }
        let slope = 1 / path.fade
        for i in ink.indices {
            let covered = min(max(0.5 - distance[i] * slope, 0), 1)
            ink[i] = UInt8(covered * 255 + 0.5)
        }
    }

    /// Lowers `distance` around `segment`, as far as its ink reaches.
    private mutating func approach(_ segment: PenPath.Segment, fade: Float) {
        let reach = max(segment.fromRadius, segment.toRadius) + 0.5 * fade
        let low = pointwiseMin(segment.from, segment.to) - reach - 0.5
        let high = pointwiseMax(segment.from, segment.to) + reach - 0.5
        let (firstX, lastX) = (max(0, Int(low.x)), min(Self.side - 1, Int(high.x)))
        let (firstY, lastY) = (max(0, Int(low.y)), min(Self.side - 1, Int(high.y)))
        guard firstX <= lastX, firstY <= lastY else { return }

        let axis = segment.to - segment.from
        let squaredLength = axis.x * axis.x + axis.y * axis.y
        let inverse = squaredLength > 0 ? 1 / squaredLength : 0
        let widening = segment.toRadius - segment.fromRadius
        for y in firstY...lastY {
            let dy = Float(y) + 0.5 - segment.from.y
            for x in firstX...lastX {
                let dx = Float(x) + 0.5 - segment.from.x
                let along = min(max((dx * axis.x + dy * axis.y) * inverse, 0), 1)
                let (offX, offY) = (dx - along * axis.x, dy - along * axis.y)
                let centre = (offX * offX + offY * offY).squareRoot()
                let edge = centre - (segment.fromRadius + along * widening)
                let pixel = y * Self.side + x
                distance[pixel] = min(distance[pixel], edge)
            }
        }
    }

    /// Copies the box into the blank 28×28 image that starts at `start`, by whole pixels, so that
    /// the centre of mass comes nearest to pixel 14, as in MNIST.
    func place(into images: inout [UInt8], at start: Int) {
        let width = DrawnDigits.side
        let (column, row) = corner()
        for y in 0..<Self.side {
            let target = start + (row + y) * width + column
            for x in 0..<Self.side {
                images[target + x] = ink[y * Self.side + x]
            }
        }
    }

    /// Where the box's first pixel goes.
    private func corner() -> (column: Int, row: Int) {
        var (mass, momentX, momentY) = (0, 0, 0)
        for y in 0..<Self.side {
            for x in 0..<Self.side {
                let grey = Int(ink[y * Self.side + x])
                mass += grey
                momentX += grey * x
                momentY += grey * y
            }
        }
        let centre = DrawnDigits.side / 2
        let room = DrawnDigits.side - Self.side
        // Rounds the mean to the nearest pixel; a lopsided digit stops at the image's border.
        func shift(_ moment: Int) -> Int {
            min(max(centre - (2 * moment + mass) / (2 * mass), 0), room)
        }
        return (shift(momentX), shift(momentY))
    }
}
