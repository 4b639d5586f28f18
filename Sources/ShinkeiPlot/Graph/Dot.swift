import Shinkei

/// A model in the language of Graphviz.
func dotText(_ diagram: ModelDiagram, _ options: ModelPlotOptions) -> String {
    var text = "digraph \(quoted(diagram.name)) {\n"
    text += "  rankdir=\(options.direction.rawValue); splines=ortho; compound=true;\n"
    text += "  node [shape=plaintext, fontname=\"Helvetica\", margin=0];\n"
    text += "  edge [penwidth=1.5, color=\"#5b6673\"];\n"
    dotBody(diagram, options, prefix: "n", indent: "  ", &text)
    return text + "}\n"
}

private func dotBody(
    _ diagram: ModelDiagram, _ options: ModelPlotOptions, prefix: String, indent: String, _ text: inout String
) {
    for (i, box) in diagram.boxes.enumerated() {
        if options.expandNested, let inner = box.inner, !inner.boxes.isEmpty {
            text +=
                "\(indent)subgraph cluster_\(prefix)\(i) {\n\(indent)  label=\(quoted(box.name)); labeljust=l; style=dashed;\n"
            dotBody(inner, options, prefix: "\(prefix)\(i)_", indent: indent + "  ", &text)
            text += "\(indent)}\n"
        } else {
            text += "\(indent)\(prefix)\(i) [label=<\(dotLabel(BoxText(box, options)))>];\n"
        }
    }
    var drawn = Set<String>()
    for edge in diagram.edges {
        let from = dotEnd(diagram, edge.from, edge.output, options, prefix, isInput: false)
        let to = dotEnd(diagram, edge.to, edge.input, options, prefix, isInput: true)
        let line = "\(indent)\(from) -> \(to);\n"
        if drawn.insert(line).inserted { text += line }
    }
}

/// The layer itself, or the one inside of it that gives or takes this output or input.
private func dotEnd(
    _ diagram: ModelDiagram, _ box: Int, _ port: Int, _ options: ModelPlotOptions, _ prefix: String, isInput: Bool
) -> String {
    guard options.expandNested, let inner = diagram.boxes[box].inner, !inner.boxes.isEmpty else {
        return "\(prefix)\(box)"
    }
    let ends = isInput ? inner.inputs : inner.outputs
    guard let end = port < ends.count ? ends[port] : ends.first else { return "\(prefix)\(box)_0" }
    return dotEnd(inner, end, 0, options, "\(prefix)\(box)_", isInput: isInput)
}

private func dotLabel(_ box: BoxText) -> String {
    let color = boxColor(box.className).bytes.prefix(3).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    var rows = "<tr><td bgcolor=\"#\(color)\"><font color=\"white\"><b>\(dotEscaped(box.title))</b></font></td></tr>"
    for row in box.rows {
        rows +=
            "<tr><td bgcolor=\"white\" align=\"left\">\(dotEscaped(row.label)): <b>\(dotEscaped(row.value))</b></td></tr>"
    }
    if let isTrainable = box.isTrainable {
        let color = isTrainable ? "forestgreen" : "firebrick"
        rows +=
            "<tr><td bgcolor=\"\(color)\"><font color=\"white\">\(isTrainable ? "trainable" : "not trainable")</font></td></tr>"
    }
    return "<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"6\">\(rows)</table>"
}

private func dotEscaped(_ text: String) -> String { escaped(Drawing.Text(text, at: .init(0, 0)).string) }

private func quoted(_ text: String) -> String {
    var result = ""
    for character in Drawing.Text(text, at: .init(0, 0)).string {
        if character == "\"" || character == "\\" { result += "\\" }
        result.append(character)
    }
    return "\"\(result)\""
}
