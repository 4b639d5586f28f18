import Shinkei

/// A model as boxes and arrows.
struct DiagramDrawing {
    private(set) var drawing: Drawing
    /// Every layer's box and every frame around an inner model, in the order drawn; `depth` counts the frames around it.
    private(set) var boxes: [(place: Drawing.Rectangle, isFrame: Bool, depth: Int)] = []

    init(_ diagram: ModelDiagram, _ options: ModelPlotOptions) {
        let placed = PlacedDiagram(diagram, options, isInner: false)
        let margin = 20.0
        drawing = Drawing(
            width: placed.size.width + 2 * margin, height: placed.size.height + 2 * margin,
            title: "The model \(diagram.name)")
        draw(placed, options, x: margin, y: margin, depth: 0)
    }

    private mutating func draw(_ placed: PlacedDiagram, _ options: ModelPlotOptions, x: Double, y: Double, depth: Int) {
        // Frames lie below the arrows that lead into them, boxes above all.
        for item in placed.items {
            guard let inner = item.inner else { continue }
            let frame = item.place.moved(x, y)
            boxes.append((frame, true, depth))
            let shade = Drawing.Color(0xf3f5f8).mixed(Drawing.Color(0xdfe4ea), min(1, Double(depth) * 0.5))
            drawing.elements.append(
                .rectangle(
                    frame, radius: 8, .init(fill: shade, stroke: Drawing.Color(0x97a1ae), lineWidth: 1, dashes: [5, 4]))
            )
            let label = shortened(inner.name, to: frame.width - 24, size: 12, isBold: true)
            drawing.elements.append(
                .text(
                    .init(
                        label, at: .init(frame.x + 12, frame.y + 18), size: 12, isBold: true,
                        color: Drawing.Color(0x55606e))))
            draw(inner, options, x: frame.x + inner.offset.x, y: frame.y + inner.offset.y, depth: depth + 1)
        }
        for route in placed.routes {
            drawArrow(route.points.map { .init($0.x + x, $0.y + y) }, hasHead: route.hasHead, options.direction)
        }
        for item in placed.items where item.inner == nil {
            guard let text = item.text else { continue }
            let place = item.place.moved(x, y)
            boxes.append((place, false, depth))
            drawing.elements.append(box(text, place, name: item.name))
        }
    }

    private mutating func drawArrow(_ points: [Drawing.Point], hasHead: Bool, _ direction: ModelPlotOptions.Direction) {
        let isDown = direction == .topToBottom
        var points = points.reduce(into: [Drawing.Point]()) { kept, point in
            let last = kept.last ?? .init(.infinity, .infinity)
            if abs(last.x - point.x) + abs(last.y - point.y) > 0.5 { kept.append(point) }
        }
        guard let first = points.first, var last = points.last else { return }
        // Turned edges, which close a cycle, arrive from the other side.
        let before = points.dropLast().last ?? first
        let comes = isDown ? (before.y <= last.y ? 1.0 : -1.0) : (before.x <= last.x ? 1.0 : -1.0)
        let tip = last
        if hasHead {
            if isDown { last.y -= 7 * comes } else { last.x -= 7 * comes }
            points[points.count - 1] = last
        }
        var path = Drawing.Path([.move(first)])
        var here = first
        for point in points.dropFirst() {
            let (across, down) = isDown ? (point.x - here.x, point.y - here.y) : (point.y - here.y, point.x - here.x)
            if abs(across) < 0.3 || abs(down) < 0.3 {
                path.steps.append(.line(point))
            } else if isDown {
                let middle = (here.y + point.y) / 2
                path.steps.append(.curve(.init(here.x, middle), .init(point.x, middle), point))
            } else {
                let middle = (here.x + point.x) / 2
                path.steps.append(.curve(.init(middle, here.y), .init(middle, point.y), point))
            }
            here = point
        }
        let color = Drawing.Color(0x5b6673)
        drawing.elements.append(.path(path, .init(stroke: color, lineWidth: 1.4)))
        guard hasHead else { return }
        let (dx, dy) = isDown ? (0, comes) : (comes, 0)
        let base = Drawing.Point(tip.x - 8 * dx, tip.y - 8 * dy)
        let head = Drawing.Path([
            .move(tip), .line(.init(base.x + 4 * dy, base.y + 4 * dx)), .line(.init(base.x - 4 * dy, base.y - 4 * dx)),
            .close,
        ])
        drawing.elements.append(.path(head, .init(fill: color)))
    }

    private func box(_ text: BoxText, _ place: Drawing.Rectangle, name: String) -> Drawing.Element {
        let color = boxColor(text.className)
        var parts: [Drawing.Element] = []
        let header = Drawing.Rectangle(place.x, place.y, place.width, BoxMetrics.header)
        let hasBody = place.height > BoxMetrics.header + 1
        parts.append(.rectangle(place, radius: 6, .init(fill: hasBody ? .white : color)))
        if hasBody {
            parts.append(.group([.rectangle(place, radius: 6, .init(fill: color))], clip: header))
        }
        parts.append(.rectangle(place, radius: 6, .init(stroke: color.mixed(.black, 0.2), lineWidth: 1)))
        parts.append(
            .text(
                .init(
                    shortened(text.title, to: place.width - 12, size: 13, isBold: true),
                    at: .init(place.center.x, place.y + 18.5), size: 13, isBold: true, anchor: .middle, color: .white)))
        var y = place.y + BoxMetrics.header + BoxMetrics.row - 3
        let labels = BoxMetrics.labels(text)
        for row in text.rows {
            parts.append(
                .text(.init(row.label, at: .init(place.x + 10, y), size: 11, color: Drawing.Color(0x6b7280))))
            parts.append(
                .text(
                    .init(
                        shortened(row.value, to: place.width - labels - 26, size: 11),
                        at: .init(place.x + 16 + labels, y), size: 11, color: Drawing.Color(0x1f2937))))
            y += BoxMetrics.row
        }
        if let isTrainable = text.isTrainable {
            let color = Drawing.Color(isTrainable ? 0x1f7a45 : 0xb3332f)
            parts.append(.ellipse(.init(place.x + 11, y - 7.5, 7, 7), .init(fill: color)))
            parts.append(
                .text(
                    .init(
                        isTrainable ? "trainable" : "not trainable", at: .init(place.x + 23, y), size: 11, color: color)
                ))
        }
        return .group(parts, title: "\(name) (\(text.className))")
    }
}

/// The measures of a layer's box.
enum BoxMetrics {
    static let header = 28.0
    static let row = 17.0
    static let widest = 420.0

    static func labels(_ text: BoxText) -> Double {
        text.rows.reduce(0) { max($0, textWidth($1.label, size: 11)) }
    }

    static func size(_ text: BoxText) -> (width: Double, height: Double) {
        let values = text.rows.reduce(0) { max($0, textWidth($1.value, size: 11)) }
        var width = textWidth(text.title, size: 13, isBold: true) + 28
        if !text.rows.isEmpty { width = max(width, labels(text) + values + 28) }
        if text.isTrainable != nil { width = max(width, textWidth("not trainable", size: 11) + 36) }
        let rows = text.rows.count + (text.isTrainable == nil ? 0 : 1)
        return (min(widest, max(90, width)), header + (rows == 0 ? 0 : Double(rows) * row + 6))
    }
}
