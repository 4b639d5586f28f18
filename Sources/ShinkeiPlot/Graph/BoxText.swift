import Shinkei

/// What stands in a layer's box.
struct BoxText {
    struct Row {
        var label: String
        var value: String
    }
    /// The name, if names are shown, and the class.
    var title: String
    var className: String
    var rows: [Row] = []
    var isTrainable: Bool?

    init(_ box: ModelDiagram.Box, _ options: ModelPlotOptions) {
        className = box.className
        title = options.showLayerNames ? "\(box.name) (\(box.className))" : box.className
        if options.showLayerActivations, let activation = box.activation {
            rows.append(Row(label: "activation", value: activation))
        }
        if options.showShapes {
            if box.className != "InputLayer" { rows.append(Row(label: "input", value: Self.list(box.inputShapes))) }
            rows.append(Row(label: "output", value: Self.list(box.outputShapes)))
        }
        if options.showDtype { rows.append(Row(label: "dtype", value: Self.list(box.dtypes))) }
        if options.showTrainable { isTrainable = box.isTrainable }
    }

    /// At most four; of more, how many.
    private static func list(_ values: [String]) -> String {
        if values.isEmpty { return "?" }
        if values.count == 1 { return values[0] }
        let shown = values.count > 4 ? Array(values.prefix(3)) + ["… \(values.count) in all"] : values
        return "[" + shown.joined(separator: ", ") + "]"
    }
}
