import ShinkeiCore

/// The calls between some symbolic inputs and outputs, in an order in which they can run.
package struct LayerGraph {
    let inputs: [SymbolicTensor]
    let outputs: [SymbolicTensor]
    /// What is handed in when the graph runs.
    let feeds: [Feed]
    /// In an order in which each finds its inputs made.
    let calls: [LayerCall]
    /// Those that run on what is handed in.
    let running: [LayerCall]
    /// Each layer once, in Keras's order: by their distance from the outputs, then as they were met on the way back.
    let layers: [Layer]

    /// The graph between some inputs and outputs that a program gives.
    ///
    /// - Precondition: The outputs need no other inputs, and the layers have different names.
    package static func connecting(_ inputs: [any SymbolicInput], _ outputs: [any SymbolicInput]) -> LayerGraph {
        do {
            return try LayerGraph(inputs: inputs.map(\.symbolic), outputs: outputs.map(\.symbolic))
        } catch {
            trap("Model: \(error.description)")
        }
    }

    /// - Parameter order: The order of the layers, if a file gives it.
    /// - Throws: `GraphError` if an output does not lead back to the inputs, or two layers share a name.
    init(
        inputs: [SymbolicTensor], outputs: [SymbolicTensor], order: [Layer]? = nil
    ) throws(GraphError) {
        self.inputs = inputs
        self.outputs = outputs
        var walk = Walk(inputs)
        for output in outputs { walk.visit(output.call) }
        if let missing = walk.missing {
            throw GraphError("the outputs need the input \"\(missing.name)\", which is not among the model's inputs")
        }
        let depths = walk.depths
        calls = walk.finished.enumerated().sorted { a, b in
            let (first, second) = (depths[a.offset], depths[b.offset])
            return first != second ? first > second : a.offset < b.offset
        }.map(\.element)
        if let output = outputs.first(where: \.holdsStrings) {
            throw GraphError("the output \"\(output.call.layer.name)\" is an input of strings")
        }
        feeds = Feed.list(inputs, calls)
        let given = Set(feeds.map { ObjectIdentifier($0.call) } + inputs.map { ObjectIdentifier($0.call) })
        running = calls.filter { !given.contains(ObjectIdentifier($0)) }

        if let order, order.count == walk.layers.count,
            Set(order.map(ObjectIdentifier.init)) == Set(walk.layers.map(ObjectIdentifier.init))
        {
            layers = order
            return
        }
        var depthOf: [ObjectIdentifier: Int] = [:]
        for (call, depth) in zip(walk.finished, depths) {
            depthOf[ObjectIdentifier(call.layer), default: 0] = max(depthOf[ObjectIdentifier(call.layer)] ?? 0, depth)
        }
        layers = walk.layers.enumerated().sorted { a, b in
            let (first, second) = (depthOf[ObjectIdentifier(a.element)]!, depthOf[ObjectIdentifier(b.element)]!)
            return first != second ? first > second : a.offset < b.offset
        }.map(\.element)
        var names = Set<String>()
        for layer in layers where !names.insert(layer.name).inserted {
            throw GraphError("there are two layers called \"\(layer.name)\"; names are unique in a model")
        }
    }

    /// The outputs for these inputs.
    func callAsFunction(_ values: [Tensor], _ context: CallContext) -> [Tensor] {
        var known: [ObjectIdentifier: [Tensor]] = [:]
        for (feed, value) in zip(feeds, values) { known[ObjectIdentifier(feed.call)] = [value] }
        for call in running {
            let (arguments, masks, options) = call.options.splitMasks(
                call.inputs.map { known[ObjectIdentifier($0.call)]![$0.index] })
            for (argument, mask) in zip(arguments, masks) { context.setMask(mask, of: argument) }
            known[ObjectIdentifier(call)] = call.layer(arguments, context.inner(options))
        }
        return outputs.map { known[ObjectIdentifier($0.call)]![$0.index] }
    }

    /// The outputs' shapes for inputs of these; builds what is not built.
    func shapes(_ shapes: [SymbolicShape], parent: Layer) throws(LayerError) -> [SymbolicShape] {
        var known: [ObjectIdentifier: [SymbolicShape]] = [:]
        for (feed, shape) in zip(feeds, shapes) { known[ObjectIdentifier(feed.call)] = [shape] }
        for call in running {
            let (arguments, _, options) = call.options.splitMasks(
                call.inputs.map { known[ObjectIdentifier($0.call)]![$0.index] })
            known[ObjectIdentifier(call)] = try call.layer.prepare(arguments, parent: parent, options: options)
        }
        return outputs.map { known[ObjectIdentifier($0.call)]![$0.index] }
    }
}

/// Inputs and outputs that make no model.
struct GraphError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// From the outputs back to the inputs, depth first, without recursion: a model of thousands of layers is no problem.
private struct Walk {
    /// Every call after those it needs.
    var finished: [LayerCall] = []
    /// In the order in which they are first met.
    var layers: [Layer] = []
    /// An `Input` that the outputs need and the model does not have.
    var missing: Layer?
    private let ends: Set<ObjectIdentifier>
    private var seen: Set<ObjectIdentifier> = []
    private var met: Set<ObjectIdentifier> = []

    init(_ inputs: [SymbolicTensor]) { ends = Set(inputs.map { ObjectIdentifier($0.call) }) }

    mutating func visit(_ root: LayerCall) {
        var stack: [(call: LayerCall, next: Int)] = []
        func open(_ call: LayerCall) {
            guard seen.insert(ObjectIdentifier(call)).inserted else { return }
            if met.insert(ObjectIdentifier(call.layer)).inserted { layers.append(call.layer) }
            if call.inputs.isEmpty && !ends.contains(ObjectIdentifier(call)) { missing = missing ?? call.layer }
            stack.append((call, 0))
        }
        open(root)
        while let (call, next) = stack.last {
            if next < call.inputs.count && !ends.contains(ObjectIdentifier(call)) {
                stack[stack.count - 1].next += 1
                open(call.inputs[next].call)
            } else {
                stack.removeLast()
                finished.append(call)
            }
        }
    }

    /// For each finished call the longest way to an output; a layer's calls are at least as deep as one met before.
    var depths: [Int] {
        var place: [ObjectIdentifier: Int] = [:]
        for (i, call) in finished.enumerated() { place[ObjectIdentifier(call)] = i }
        var depths = [Int](repeating: 0, count: finished.count)
        var ofLayer: [ObjectIdentifier: Int] = [:]
        for (i, call) in finished.enumerated().reversed() {
            depths[i] = max(depths[i], ofLayer[ObjectIdentifier(call.layer)] ?? 0)
            ofLayer[ObjectIdentifier(call.layer)] = depths[i]
            guard !ends.contains(ObjectIdentifier(call)) else { continue }
            for input in call.inputs {
                let before = place[ObjectIdentifier(input.call)]!
                depths[before] = max(depths[before], depths[i] + 1)
            }
        }
        return depths
    }
}
