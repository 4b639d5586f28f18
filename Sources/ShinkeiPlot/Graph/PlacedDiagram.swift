import Shinkei

/// A model's boxes with their places; models inside are placed first, then taken as one box each.
final class PlacedDiagram {
    struct Item {
        var name: String
        var place: Drawing.Rectangle
        /// What stands in the box, or the diagram inside of the frame.
        var text: BoxText?
        var inner: PlacedDiagram?
    }
    struct Route {
        var points: [Drawing.Point]
        /// Whether it ends at a box; else at the frame around all.
        var hasHead: Bool
    }

    let name: String
    private(set) var items: [Item] = []
    private(set) var routes: [Route] = []
    private(set) var size: (width: Double, height: Double) = (0, 0)
    /// Where this diagram stands in its frame, of an inner one.
    private(set) var offset = Drawing.Point(0, 0)
    /// The size with the frame.
    private(set) var frame: (width: Double, height: Double) = (0, 0)
    /// Across the frame, from its edge: where the model's inputs come in and its outputs go out.
    private(set) var inputPorts: [Double] = []
    private(set) var outputPorts: [Double] = []

    init(_ diagram: ModelDiagram, _ options: ModelPlotOptions, isInner: Bool) {
        name = diagram.name
        let isDown = options.direction == .topToBottom
        items = diagram.boxes.map { box in
            if options.expandNested, let inner = box.inner, !inner.boxes.isEmpty {
                let placed = PlacedDiagram(inner, options, isInner: true)
                let place = Drawing.Rectangle(0, 0, placed.frame.width, placed.frame.height)
                return Item(name: box.name, place: place, inner: placed)
            }
            let text = BoxText(box, options)
            let size = BoxMetrics.size(text)
            return Item(name: box.name, place: .init(0, 0, size.width, size.height), text: text)
        }
        var nodes = items.map { item in
            isDown
                ? LayeredLayout.Node(breadth: item.place.width, depth: item.place.height)
                : LayeredLayout.Node(breadth: item.place.height, depth: item.place.width)
        }
        var edges: [LayeredLayout.Edge] = []
        var drawn = Set<[Int]>()
        for edge in diagram.edges {
            var new = LayeredLayout.Edge(from: edge.from, to: edge.to)
            var key = [edge.from, -1, edge.to, -1]
            if let inner = items[edge.from].inner, edge.output < inner.outputPorts.count {
                new.fromPort = inner.outputPorts[edge.output] - nodes[edge.from].breadth / 2
                key[1] = edge.output
            }
            if let inner = items[edge.to].inner, edge.input < inner.inputPorts.count {
                new.toPort = inner.inputPorts[edge.input] - nodes[edge.to].breadth / 2
                key[3] = edge.input
            }
            // What feeds a layer twice has one arrow, as in Keras.
            if drawn.insert(key).inserted { edges.append(new) }
        }
        var hasHead = [Bool](repeating: true, count: edges.count)
        // An edge into a frame goes on inside of it, where it has its head.
        for (i, edge) in edges.enumerated() where items[edge.to].inner != nil { hasHead[i] = edge.toPort == nil }
        if isInner {
            for (ends, isFirst) in [(diagram.inputs, true), (diagram.outputs, false)] {
                for (i, end) in ends.enumerated() {
                    let port = nodes.count
                    nodes.append(.init(breadth: 2, depth: 0, isFirst: isFirst, isLast: !isFirst))
                    var edge = isFirst ? LayeredLayout.Edge(from: port, to: end) : .init(from: end, to: port)
                    if let inner = items[end].inner {
                        let ports = isFirst ? inner.inputPorts : inner.outputPorts
                        let place = ports.isEmpty ? nil : ports[min(diagram.boxes.count == 1 ? i : 0, ports.count - 1)]
                        let distance = place.map { $0 - nodes[end].breadth / 2 }
                        if isFirst { edge.toPort = distance } else { edge.fromPort = distance }
                    }
                    edges.append(edge)
                    hasHead.append(isFirst && items[end].inner == nil)
                }
            }
        }

        let layout = LayeredLayout(nodes, edges)
        func turned(_ across: Double, _ down: Double) -> Drawing.Point {
            isDown ? .init(across, down) : .init(down, across)
        }
        for i in items.indices {
            let corner = turned(layout.across[i] - nodes[i].breadth / 2, layout.down[i])
            items[i].place.x = corner.x
            items[i].place.y = corner.y
        }
        routes = layout.routes.indices.map { i in
            Route(points: layout.routes[i].map { turned($0.x, $0.y) }, hasHead: hasHead[i])
        }
        size = isDown ? (layout.breadth, layout.depth) : (layout.depth, layout.breadth)
        guard isInner else { return }

        // The label stands above; the first and last ranks are the ports, which lie on the frame.
        let margin = 16.0
        let label = 26.0
        let least = min(BoxMetrics.widest, textWidth(name, size: 12, isBold: true) + 28)
        if isDown {
            frame = (max(size.width + 2 * margin, least), size.height + label)
            offset = .init((frame.width - size.width) / 2, label)
        } else {
            frame = (max(size.width, least), size.height + margin + label)
            offset = .init(0, label)
        }
        let ports = (items.count..<nodes.count).map { layout.across[$0] + (isDown ? offset.x : offset.y) }
        inputPorts = Array(ports.prefix(diagram.inputs.count))
        outputPorts = Array(ports.dropFirst(diagram.inputs.count))
        for i in routes.indices {
            // Lengthened to the frame itself.
            let edge = edges[i]
            if edge.from >= items.count {
                let start = routes[i].points[0]
                routes[i].points[0] = isDown ? .init(start.x, -offset.y) : .init(-offset.x, start.y)
            }
            if edge.to >= items.count, let end = routes[i].points.last {
                routes[i].points[routes[i].points.count - 1] =
                    isDown ? .init(end.x, frame.height - offset.y) : .init(frame.width - offset.x, end.y)
            }
        }
    }
}
