/// Lines over two axes.
struct LineChart {
    struct Series {
        var name: String
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
        top += legend(&parts, frame, top + 19)

        let finite = series.flatMap { s in zip(s.x, s.y).filter { $0.0.isFinite && $0.1.isFinite } }
        let ys = yRange ?? ClosedRange(finite.map(\.1)) ?? 0...1
        let xs = xRange ?? ClosedRange(series.flatMap(\.x).filter(\.isFinite)) ?? 0...1
        let yTicks = Ticks(
            ys.lowerBound, ys.upperBound, count: max(2, Int((frame.height - 110) / 60)), isRounded: yRange == nil)
        let yWidth = yTicks.labels.reduce(0) { max($0, textWidth($1, size: 11)) }
        let left = frame.x + 18 + yWidth + (yLabel.isEmpty ? 0 : 18)
        let area = Drawing.Rectangle(left, top + 14, frame.right - 16 - left, frame.bottom - 44 - (top + 14))
        let xTicks = Ticks(
            xs.lowerBound, xs.upperBound, count: max(2, Int(area.width / 64)), isRounded: false, isWhole: hasWholeX)
        func place(_ x: Double, _ y: Double) -> Drawing.Point {
            .init(area.x + xTicks.range.share(x) * area.width, area.bottom - yTicks.range.share(y) * area.height)
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
        let lost = series.enumerated().flatMap { i, s in
            gapMarks(s, y: area.y + 7 + 8 * Double(i % 3)) { place($0, yTicks.range.lowerBound).x }
        }
        let lines = series.flatMap { line($0, place) }
        return parts + [.group(lines + lost, clip: area.inset(-4))]
    }

    /// Crosses at the top for what is no number to draw: one for each place, or, of very many, at both ends of each
    /// run.
    private func gapMarks(_ series: Series, y: Double, _ place: (Double) -> Double) -> [Drawing.Element] {
        let lost = lostPlaces(series)
        let all = Set(lost)
        let shown = lost.count <= 60 ? lost : lost.filter { !all.contains($0 - 1) || !all.contains($0 + 1) }
        return shown.prefix(400).map { i in
            let x = place(series.x[i])
            let cross = Drawing.Path([
                .move(.init(x - 3, y - 3)), .line(.init(x + 3, y + 3)), .move(.init(x - 3, y + 3)),
                .line(.init(x + 3, y - 3)),
            ])
            return .path(cross, .init(stroke: series.color, lineWidth: 1.6))
        }
    }

    /// Names in columns beside pieces of their lines, and what a cross means.
    /// - Returns: The height taken.
    private func legend(_ parts: inout [Drawing.Element], _ frame: Drawing.Rectangle, _ y: Double) -> Double {
        let isNamed = series.count > 1 || alwaysNames
        let shown = isNamed ? Array(series.prefix(series.count > 12 ? 11 : 12)) : []
        var notes: [String] = []
        if isNamed && series.count > shown.count { notes.append("and \(series.count - shown.count) more") }
        if series.contains(where: { !lostPlaces($0).isEmpty }) { notes.append("× NaN or infinite") }
        let names = shown.map { shortened($0.name, to: frame.width - 60, size: 11) }
        guard !names.isEmpty || !notes.isEmpty else { return 0 }
        let width = (names + notes).reduce(0) { max($0, textWidth($1, size: 11)) } + 44
        let perRow = max(1, Int((frame.width - 10) / width))
        for (i, text) in (names + notes).enumerated() {
            let start = Drawing.Point(frame.x + 10 + width * Double(i % perRow), y + 16 * Double(i / perRow))
            let isNote = i >= names.count
            if !isNote {
                parts.append(
                    .path(
                        .init([.init(start.x, start.y - 4), .init(start.x + 22, start.y - 4)]),
                        .init(stroke: shown[i].color, lineWidth: 2, dashes: shown[i].dashes)))
            }
            parts.append(
                .text(
                    .init(
                        text, at: .init(start.x + (isNote ? 0 : 27), start.y), size: 11,
                        color: Drawing.Color(isNote ? 0x6b7280 : 0x374151))))
        }
        return 18 + 16 * Double((names.count + notes.count - 1) / perRow)
    }

    /// Where there is a place on the axis but no value to draw.
    private func lostPlaces(_ series: Series) -> [Int] {
        series.x.indices.filter { series.x[$0].isFinite && !series.y[$0].isFinite }
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

/// The dashes of lines, in order: when the colours begin anew, other ones.
func lineDashes(_ i: Int) -> [Double] { [[], [6, 3], [2, 2], [8, 3, 2, 3]][i / 8 % 4] }

/// The colours of lines, in order; told apart by those who are colour-blind too.
func lineColor(_ i: Int) -> Drawing.Color {
    let colors: [UInt32] = [0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xa67c00, 0x56b4e9, 0x6b4fa0, 0x444444]
    return Drawing.Color(colors[i % colors.count])
}
