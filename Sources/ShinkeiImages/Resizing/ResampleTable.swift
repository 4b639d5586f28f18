/// Which old elements, and how much of each, a new element of one axis is made of.
///
/// Resizing takes the rows first and the columns then, each by such a table. All numbers are `float32` as in TensorFlow, since
/// rounding decides which pixel is the nearest and where a sum begins.
struct ResampleTable {
    /// The first old element of each new one.
    private(set) var starts: [Int] = []
    /// Where its weights begin; one more than there are new elements.
    private(set) var offsets: [Int] = [0]
    /// The weights of all new elements, one after the other.
    private(set) var weights: [Float] = []

    var count: Int { starts.count }

    private mutating func add(_ start: Int, _ parts: some Sequence<Float>) {
        starts.append(start)
        weights.append(contentsOf: parts)
        offsets.append(weights.count)
    }

    /// Adds an element from weights of places that may lie outside; what lies outside goes to the pixel at the border.
    private mutating func addClamped(_ places: [(Int, Float)], _ old: Int) {
        let inside = places.map { (Swift.min(Swift.max($0.0, 0), old - 1), $0.1) }
        let start = inside.map(\.0).min() ?? 0
        var parts = [Float](repeating: 0, count: (inside.map(\.0).max() ?? 0) - start + 1)
        for (place, weight) in inside { parts[place - start] += weight }
        add(start, parts)
    }

    init(from old: Int, to new: Int, _ method: ResizeMethod, antialias: Bool) {
        let isPlain = !antialias && (method == .bilinear || method == .bicubic)
        if let kernel = method.kernel, !isPlain {
            addKernel(old, new, kernel.radius, kernel.weight, antialias: antialias)
            return
        }
        let scale = Float(old) / Float(new)
        for i in 0..<new {
            let middle = (Float(i) + 0.5) * scale
            switch method {
            case .nearest: add(Swift.min(Int(middle), old - 1), [1])
            case .area: addArea(Float(i) * scale, Float(i + 1) * scale, scale, old)
            case .bicubic: addCubic(middle - 0.5, old)
            default:
                let below = (middle - 0.5).rounded(.down)
                let part = middle - 0.5 - below
                addClamped([(Int(below), 1 - part), (Int(below) + 1, part)], old)
            }
        }
    }

    /// TensorFlow's `ScaleAndTranslate`: the kernel, widened by the scale where the image gets smaller, in shares of 1.
    private mutating func addKernel(
        _ old: Int, _ new: Int, _ radius: Float, _ weight: (Float) -> Float, antialias: Bool
    ) {
        let inverse = 1 / (Float(new) / Float(old))
        let widening = antialias ? Swift.max(inverse, 1) : 1
        for i in 0..<new {
            let middle = (Float(i) + 0.5) * inverse
            let first = Swift.max(Int((middle - radius * widening - 0.5).rounded(.up)), 0)
            let last = Swift.min(Int((middle + radius * widening - 0.5).rounded(.down)), old - 1)
            let parts = (first...Swift.max(first, last)).map { place in
                weight(((Float(place) + 0.5 - middle) / widening).magnitude)
            }
            let total = parts.reduce(0, +)
            add(first, total.magnitude >= 1000 * Float.leastNormalMagnitude ? parts.map { $0 / total } : parts)
        }
    }

    private mutating func addArea(_ low: Float, _ high: Float, _ scale: Float, _ old: Int) {
        let first = Int(low.rounded(.down))
        let last = Int(high.rounded(.up))
        addClamped(
            (first..<last).map { place in
                let (from, to) = (Float(place), Float(place) + 1)
                let covered =
                    from < low ? (to > high ? scale : to - low) : (to > high ? high - from : 1)
                return (place, covered / scale)
            }, old)
    }

    /// Four neighbours, the place between them in steps of 1/1024, and none from outside of the image.
    private mutating func addCubic(_ place: Float, _ old: Int) {
        let below = place.rounded(.down)
        let part = ((place - below) * 1024).rounded(.toNearestOrEven) / 1024
        func near(_ x: Float) -> Float { (1.5 * x - 2.5) * x * x + 1 }
        func far(_ x: Float) -> Float { ((-0.5 * x + 2.5) * x - 4) * x + 2 }
        let parts = [far(part + 1), near(part), near(1 - part), far(2 - part)]
        let inside = parts.enumerated()
            .map { (Int(below) - 1 + $0.offset, $0.element) }.filter { (0..<old).contains($0.0) }
        let total = inside.reduce(0) { $0 + $1.1 }
        addClamped(inside.map { ($0.0, $0.1 / total) }, old)
    }
}
