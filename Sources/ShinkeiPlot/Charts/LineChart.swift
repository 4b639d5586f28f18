/// Lines over two axes.
struct LineChart {
    struct Series {
        var name: String
        /// What is not finite is a gap in the line.
        var x: [Double]
        var y: [Double]
        var color: Drawing.Color
        var dashes: [Double] = []
    }
    var title: String
    var xLabel: String
    var yLabel = ""
    var series: [Series]
    /// The axes' ends, if the data do not decide.
    var xRange: ClosedRange<Double>?
    var yRange: ClosedRange<Double>?
    var hasWholeX = false
    /// A legend beside single lines too.
    var alwaysNames = false

    func elements(in frame: Drawing.Rectangle) -> [Drawing.Element] {
        var parts: [Drawing.Element] = []
        let dark = Drawing.Color(0x1f2937)
        let grey = Drawing.Color(0x6b7280)
        var top = frame.y + 20
        parts.append(
            .text(
                .init(
                    shortened(title, to: frame.width - 20, size: 14, isBold: true), at: .init(frame.x + 10, top),
                    size: 14, isBold: true, color: dark)))
        if series.count > 1 || alwaysNames { top += legend(&parts, frame, top + 19) }

        let finite = series.flatMap { s in zip(s.x, s.y).filter { $0.0.isFinite && $0.1.isFinite } }
        let ys = yRange ?? ClosedRange(finite.map(\.1)) ?? 0...1
        let xs = xRange ?? ClosedRange(series.flatMap(\.x).filter(\.isFinite)) ?? 0...1
        let yTicks = Ticks(
            ys.lowerBound, ys.upperBound, count: max(2, Int((frame.height - 90) / 42)), isRounded: yRange == nil)
        let yWidth = yTicks.labels.reduce(0) { max($0, textWidth($1, size: 11)) }
        let left = frame.x + 18 + yWidth + (yLabel.isEmpty ? 0 : 18)
        let area = Drawing.Rectangle(left, top + 14, frame.right - 16 - left, frame.bottom - 44 - (top + 14))
        let xTicks = Ticks(
            xs.lowerBound, xs.upperBound, count: max(2, Int(area.width / 64)), isRounded: false, isWhole: hasWholeX)
        func place(_ x: Double, _ y: Double) -> Drawing.Point {
            let across = (x - xTicks.range.lowerBound) / (xTicks.range.upperBound - xTicks.range.lowerBound)
            let up = (y - yTicks.range.lowerBound) / (yTicks.range.upperBound - yTicks.range.lowerBound)
            return .init(area.x + across * area.width, area.bottom - up * area.height)
        }

        let light = Drawing.Style(stroke: Drawing.Color(0xe5e7eb), lineWidth: 1)
        for (value, label) in zip(yTicks.values, yTicks.labels) {
            let y = place(xTicks.range.lowerBound, value).y
            parts.append(.path(.init([.init(area.x, y), .init(area.right, y)]), light))
            parts.append(.text(.init(label, at: .init(area.x - 7, y + 4), size: 11, anchor: .end, color: grey)))
        }
        for (value, label) in zip(xTicks.values, xTicks.labels) {
            let x = place(value, yTicks.range.lowerBound).x
            parts.append(
                .path(.init([.init(x, area.bottom), .init(x, area.bottom + 4)]), .init(stroke: grey, lineWidth: 1)))
            parts.append(.text(.init(label, at: .init(x, area.bottom + 17), size: 11, anchor: .middle, color: grey)))
        }
        parts.append(
            .path(
                .init([.init(area.x, area.y), .init(area.x, area.bottom), .init(area.right, area.bottom)]),
                .init(stroke: Drawing.Color(0x9ca3af), lineWidth: 1)))
        parts.append(
            .text(
                .init(xLabel, at: .init(area.center.x, area.bottom + 34), size: 11, anchor: .middle, color: dark)))
        if !yLabel.isEmpty {
            parts.append(
                .text(
                    .init(
                        yLabel, at: .init(frame.x + 14, area.center.y), size: 11, anchor: .middle, color: dark,
                        isTurned: true)))
        }
        if finite.isEmpty {
            parts.append(
                .text(.init("no finite value", at: area.center, size: 12, anchor: .middle, color: grey)))
        }
        let lines = series.flatMap { line($0, place) }
        return parts + [.group(lines, clip: area.inset(-4))]
    }

    /// Names in rows beside pieces of their lines.
    /// - Returns: The height taken.
    private func legend(_ parts: inout [Drawing.Element], _ frame: Drawing.Rectangle, _ y: Double) -> Double {
        var (x, y, height) = (frame.x + 10, y, 18.0)
        let shown = series.prefix(12)
        for line in shown {
            let name = shortened(line.name, to: frame.width - 60, size: 11)
            let width = textWidth(name, size: 11) + 44
            if x + width > frame.right && x > frame.x + 10 { (x, y, height) = (frame.x + 10, y + 16, height + 16) }
            parts.append(
                .path(
                    .init([.init(x, y - 4), .init(x + 22, y - 4)]),
                    .init(stroke: line.color, lineWidth: 2, dashes: line.dashes)))
            parts.append(.text(.init(name, at: .init(x + 27, y), size: 11, color: Drawing.Color(0x374151))))
            x += width
        }
        if series.count > shown.count {
            parts.append(
                .text(
                    .init(
                        "and \(series.count - shown.count) more", at: .init(x, y), size: 11,
                        color: Drawing.Color(0x6b7280))))
        }
        return height
    }

    private func line(_ series: Series, _ place: (Double, Double) -> Drawing.Point) -> [Drawing.Element] {
        var path = Drawing.Path()
        var dots: [Drawing.Element] = []
        var run: [Drawing.Point] = []
        func end() {
            // A value between two gaps is a dot.
            if run.count == 1 { dots.append(dot(run[0], series.color, 3)) }
            if run.count > 1 { path.steps += Drawing.Path(thinned(run)).steps }
            run = []
        }
        for (x, y) in zip(series.x, series.y) {
            if x.isFinite && y.isFinite { run.append(place(x, y)) } else { end() }
        }
        end()
        if series.x.count <= 25 && series.x.count > 1 && series.dashes.isEmpty {
            for (x, y) in zip(series.x, series.y) where x.isFinite && y.isFinite {
                dots.append(dot(place(x, y), series.color, 2.2))
            }
        }
        return [.path(path, .init(stroke: series.color, lineWidth: 1.8, dashes: series.dashes))] + dots
    }

    private func dot(_ point: Drawing.Point, _ color: Drawing.Color, _ radius: Double) -> Drawing.Element {
        .ellipse(.init(point.x - radius, point.y - radius, 2 * radius, 2 * radius), .init(fill: color))
    }

    /// Of very many points, the highest and lowest of every piece: what can be seen.
    private func thinned(_ points: [Drawing.Point]) -> [Drawing.Point] {
        guard points.count > 4000 else { return points }
        let size = (points.count + 999) / 1000
        return stride(from: 0, to: points.count, by: size).flatMap { start -> [Drawing.Point] in
            let piece = points[start..<min(start + size, points.count)]
            let low = piece.indices.min { piece[$0].y < piece[$1].y } ?? start
            let high = piece.indices.max { piece[$0].y < piece[$1].y } ?? start
            return low == high ? [piece[low]] : [piece[min(low, high)], piece[max(low, high)]]
        }
    }
}

extension ClosedRange<Double> {
    /// From the least to the greatest; nil of none.
    fileprivate init?(_ values: [Double]) {
        guard let low = values.min(), let high = values.max() else { return nil }
        self = low...high
    }
}

/// The colours of lines, in order; told apart by those who are colour-blind too.
func lineColor(_ i: Int) -> Drawing.Color {
    let colors: [UInt32] = [0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xa67c00, 0x56b4e9, 0x6b4fa0, 0x444444]
    return Drawing.Color(colors[i % colors.count])
}
