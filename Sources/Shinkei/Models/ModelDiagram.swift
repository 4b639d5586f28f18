import ShinkeiCore

/// What a picture of a model shows: its layers as boxes, what feeds what, and models inside, as plain values.
package struct ModelDiagram: Sendable {
    /// A layer, drawn once however often it is called.
    package struct Box: Sendable {
        package var name: String
        package var className: String
        /// As Keras prints them; empty where they are not known.
        package var inputShapes: [String]
        package var outputShapes: [String]
        /// The types of the outputs; empty where they are not known.
        package var dtypes: [String]
        /// The activation's name, for layers that have one.
        package var activation: String?
        /// For layers that have weights.
        package var isTrainable: Bool?
        /// Of all weights.
        package var parameterCount: Int
        /// The layers inside, of a model.
        package var inner: ModelDiagram?
    }

    /// An output of one box that is an input of another.
    package struct Edge: Hashable, Sendable {
        package var from: Int
        /// Which of the outputs of `from`.
        package var output: Int
        package var to: Int
        /// Which of the inputs of `to`.
        package var input: Int
    }

    package var name: String
    package var boxes: [Box] = []
    package var edges: [Edge] = []
    /// The boxes that stand for the model's inputs, or take them.
    package var inputs: [Int] = []
    /// The boxes that give the model's outputs.
    package var outputs: [Int] = []

    /// Layers in Keras's order. A model that is no graph of layers is one box, as its calls are known to it alone.
    ///
    /// - Throws: `LayerError` if layers do not fit.
    package init(_ model: Model) throws(LayerError) {
        name = model.name
        if let row = model as? Sequential {
            var types = row.inputTypes
            for layer in row.layers {
                let outputs = types.map { layer.outputTypes($0) }
                boxes.append(
                    try Box(
                        layer, inputs: layer.builtInputShapes, outputs: layer.builtOutputShapes, dtypes: outputs ?? []))
                types = outputs
            }
            edges = boxes.indices.dropFirst().map { Edge(from: $0 - 1, output: 0, to: $0, input: 0) }
            if !boxes.isEmpty { (inputs, outputs) = ([0], [boxes.count - 1]) }
        } else if let graph = try model.layerGraph() {
            try read(graph)
        } else {
            boxes = [try Box(model, inputs: model.builtInputShapes, outputs: model.builtOutputShapes, dtypes: [])]
            (inputs, outputs) = ([0], [0])
        }
    }

    private mutating func read(_ graph: LayerGraph) throws(LayerError) {
        var place: [ObjectIdentifier: Int] = [:]
        for (i, layer) in graph.layers.enumerated() { place[ObjectIdentifier(layer)] = i }
        var firstCall: [ObjectIdentifier: LayerCall] = [:]
        for call in graph.calls where firstCall[ObjectIdentifier(call.layer)] == nil {
            firstCall[ObjectIdentifier(call.layer)] = call
        }
        for layer in graph.layers {
            let call = firstCall[ObjectIdentifier(layer)]
            let inputs = call?.inputs.map(\.shape) ?? layer.builtInputShapes
            let types = call.map { layer.outputTypes($0.inputs.map(\.dtype)) } ?? []
            boxes.append(try Box(layer, inputs: inputs, outputs: call?.outputShapes, dtypes: types))
        }
        var met = Set<Edge>()
        for call in graph.calls {
            for (i, tensor) in call.inputs.enumerated() {
                guard let from = place[ObjectIdentifier(tensor.call.layer)],
                    let to = place[ObjectIdentifier(call.layer)]
                else { continue }
                let edge = Edge(from: from, output: tensor.index, to: to, input: i)
                if met.insert(edge).inserted { edges.append(edge) }
            }
        }
        inputs = graph.inputs.compactMap { place[ObjectIdentifier($0.call.layer)] }
        outputs = graph.outputs.compactMap { place[ObjectIdentifier($0.call.layer)] }
    }
}

extension ModelDiagram.Box {
    fileprivate init(
        _ layer: Layer, inputs: [SymbolicShape]?, outputs: [SymbolicShape]?, dtypes: [DType]
    ) throws(LayerError) {
        name = layer.name
        className = layer.className
        inputShapes = layer is InputLayer ? [] : (inputs ?? []).map(\.kerasText)
        outputShapes = (outputs ?? []).map(\.kerasText)
        self.dtypes = dtypes.map(\.name)
        let members = (layer as? any ConfiguredLayer)?.configMembers ?? []
        activation = members.first { $0.0 == "activation" }.flatMap { member in
            member.1.string ?? member.1["class_name"]?.string ?? (member.1.isNull ? "linear" : nil)
        }
        parameterCount = layer.parameterCount
        isTrainable = layer.weights.isEmpty ? nil : layer.isTrainable
        inner = nil
        if let model = layer as? Model {
            let diagram = try ModelDiagram(model)
            let isGraph = model is Sequential ? !diagram.boxes.isEmpty : try model.layerGraph() != nil
            if isGraph { inner = diagram }
        }
    }
}
