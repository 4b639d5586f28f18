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
