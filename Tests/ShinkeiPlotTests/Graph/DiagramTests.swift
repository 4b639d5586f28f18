import Shinkei
import Testing

@testable import ShinkeiPlot

/// Models as boxes and arrows.
@Suite struct DiagramTests {
    private func all(_ direction: ModelPlotOptions.Direction = .topToBottom) -> ModelPlotOptions {
        var options = ModelPlotOptions()
        options.showShapes = true
        options.showDtype = true
        options.showLayerNames = true
        options.showLayerActivations = true
        options.showTrainable = true
        options.expandNested = true
        options.direction = direction
        return options
    }

    /// No two boxes cross, frames hold what is inside of them, and nothing lies outside of the sheet.
    private func check(_ model: Model, _ options: ModelPlotOptions, boxes count: Int? = nil) throws {
        let diagram = DiagramDrawing(try ModelDiagram(model), options)
        let boxes = diagram.boxes.filter { !$0.isFrame }
        if let count { #expect(boxes.count == count) }
        let sheet = Drawing.Rectangle(0, 0, diagram.drawing.width, diagram.drawing.height)
        for (i, a) in diagram.boxes.enumerated() {
            #expect(sheet.contains(a.place))
            for b in diagram.boxes[(i + 1)...] {
                let isInside = a.isFrame && b.depth > a.depth && a.place.contains(b.place)
                #expect(!a.place.crosses(b.place) || isInside, "\(a) \(b)")
            }
        }
        checkArrows(diagram, boxes.map(\.place))
    }

    /// No arrow runs through a box: its points keep out of all but those at which it starts and ends.
    private func checkArrows(_ diagram: DiagramDrawing, _ boxes: [Drawing.Rectangle]) {
        for case .path(let path, let style) in diagram.drawing.elements where style.fill == nil {
            var here = Drawing.Point(0, 0)
            for step in path.steps {
                var points: [Drawing.Point] = []
                switch step {
                case .move(let p): here = p
                case .line(let p):
                    points = (1..<20).map { t in
                        let s = Double(t) / 20
                        return .init(here.x + (p.x - here.x) * s, here.y + (p.y - here.y) * s)
                    }
                    here = p
                case .curve(let a, let b, let p):
                    points = (1..<20).map { t in
                        let s = Double(t) / 20
                        let (c0, c1, c2, c3) = (
                            (1 - s) * (1 - s) * (1 - s), 3 * s * (1 - s) * (1 - s), 3 * s * s * (1 - s), s * s * s
                        )
                        return .init(
                            c0 * here.x + c1 * a.x + c2 * b.x + c3 * p.x, c0 * here.y + c1 * a.y + c2 * b.y + c3 * p.y)
                    }
                    here = p
                case .close: break
                }
                for point in points {
                    for box in boxes.map({ $0.inset(1) }) {
                        let isInside = point.x > box.x && point.x < box.right && point.y > box.y && point.y < box.bottom
                        if isInside { Issue.record("an arrow at \(point) is in \(box)") }
                    }
                }
            }
        }
    }

    @Test(arguments: ModelPlotOptions.Direction.allCases)
    func `200 layers without crossing boxes`(direction: ModelPlotOptions.Direction) throws {
        try withSession {
            // Branches, skips over many ranks, and models inside.
            let model = Picture.deep()
            #expect(model.layers.count >= 200)
            func boxes(_ model: Model) -> Int {
                model.layers.reduce(0) { $0 + (($1 as? Model).map(boxes) ?? 1) }
            }
            var options = all(direction)
            try check(model, options, boxes: boxes(model))
            options = ModelPlotOptions()
            options.direction = direction
            try check(model, options, boxes: model.layers.count)
        }
    }

    /// Chains of layers of any width are straight, and so is an edge on its way past others.
    @Test func `Chains are straight`() {
        let breadths = [90.0, 300, 120, 200, 80, 150, 60, 100]
        let edges = [(0, 1), (1, 2), (2, 3), (3, 5), (4, 5), (5, 6), (0, 7)]
        let layout = LayeredLayout(
            breadths.map { .init(breadth: $0, depth: 40) },
            edges.map { .init(from: $0.0, to: $0.1) } + [.init(from: 7, to: 6)])
        for chain in [[1, 2, 3]] {
            for node in chain { #expect(abs(layout.across[node] - layout.across[chain[0]]) < 1e-6, "\(layout.across)") }
        }
        for route in layout.routes {
            let inner = route.dropFirst(2).dropLast(2)
            for point in inner { #expect(abs(point.x - inner[inner.startIndex].x) < 1e-6, "\(route)") }
        }
    }

    @Test(arguments: ModelPlotOptions.Direction.allCases)
    func `Frames hold the layers of models inside`(direction: ModelPlotOptions.Direction) throws {
        try withSession {
            let i = Input(shape: [6])
            let (left, right) = (Dense(4, name: "left")(i), Dense(4, name: "right")(i))
            let core = Model(inputs: i, outputs: Add(name: "sum")([left, right]), name: "core")
            let middle = Sequential([Input(shape: [6]), core, Dense(6, name: "after")], name: "middle")
            let (a, b) = (Input(shape: [6], name: "a"), Input(shape: [6], name: "b"))
            let x = Concatenate(name: "cat")([middle(a), middle(b), a])
            let model = Model(inputs: [a, b], outputs: [Dense(1, name: "last")(x)])
            try check(model, all(direction), boxes: 2 + 4 + 1 + 2)
            var options = all(direction)
            options.expandNested = false
            try check(model, options, boxes: 5)
        }
    }

    @Test func `A layer that feeds itself through another is drawn`() throws {
        try withSession {
            let i = Input(shape: [4])
            let (a, b) = (Dense(4, name: "a"), Dense(4, name: "b"))
            let once: SymbolicTensor = a(i)
            let again: SymbolicTensor = b(once)
            let twice: SymbolicTensor = a(again)
            try check(Model(inputs: i, outputs: twice), all(), boxes: 3)
        }
    }

    @Test func `Names of any length and kind stay inside of their boxes`() throws {
        try withSession {
            let name = String(repeating: "long_", count: 60) + "<&\"'\u{1}\u{202e}層"
            let model = Sequential([Input(shape: [4]), Dense(3, name: name), Dense(2, name: "x")], name: "<m>")
            try check(model, all(), boxes: 2)
            let svg = try model.drawing(all()).svg()
            #expect(!svg.contains("<m>") && svg.contains("&lt;m&gt;"))
            #expect(!svg.unicodeScalars.contains("\u{1}") && !svg.unicodeScalars.contains("\u{202e}"))
        }
    }

    @Test func `A model without layers has no picture`() {
        #expect(throws: PlotError.self) { try Sequential().drawing() }
    }

    @Test func `An unbuilt model shows question marks`() throws {
        let svg = try Sequential([Dense(3)]).drawing(all()).svg()
        #expect(svg.contains(">?</text>"))
    }

    @Test func `What the options show`() throws {
        try withSession {
            let model = Sequential([Input(shape: [4]), Dense(3, activation: .relu), Dense(2)])
            model.layers[1].isTrainable = false
            let svg = try model.drawing(all()).svg()
            for text in ["dense (Dense)", "(None, 4)", "(None, 3)", "relu", "float32", ">trainable", "not trainable"] {
                #expect(svg.contains(text), "\(text)")
            }
            let plain = try model.drawing().svg()
            for text in ["dense (Dense)</text>", "(None, 4)", "relu", "float32"] {
                #expect(!plain.contains(text), "\(text)")
            }
            let dot = try model.dot(all())
            #expect(dot.contains("n0 -> n1;") && dot.contains("rankdir=TB") && dot.contains("input: <b>(None, 4)</b>"))
        }
    }

    @Test func `Dot leads edges to the layers inside`() throws {
        try withSession {
            let inner = Sequential([Input(shape: [6]), Dense(4), Dense(5)], name: "in\"ner")
            let model = Sequential([Input(shape: [6]), inner, Dense(3)], name: "outer")
            let dot = try model.dot(all())
            #expect(dot.contains("subgraph cluster_n0 {") && dot.contains("label=\"in\\\"ner\""))
            #expect(dot.contains("n0_0 -> n0_1;") && dot.contains("n0_1 -> n1;"))
        }
    }
}
