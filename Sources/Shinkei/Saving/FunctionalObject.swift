import ShinkeiCore
import ShinkeiFormats

/// A graph of layers as files hold it: the layers, and for each its calls with what they were given.
enum FunctionalObject {
    /// Which tensor a call was given: output `index` of call `call` of a layer.
    private struct Reference: Hashable {
        var layer: String
        var call: Int
        var index: Int

        /// Keras 2 and the lists of inputs and outputs have `[layer, call, index]`, sometimes with more behind.
        init?(_ json: JSON) {
            guard let parts = json.array, parts.count >= 3, let layer = parts[0].string, let call = parts[1].int,
                let index = parts[2].int, call >= 0, index >= 0
            else { return nil }
            (self.layer, self.call, self.index) = (layer, call, index)
        }
    }

    private struct PendingCall {
        var layer: Layer
        var number: Int
        var inputs: [Reference]
        var options: CallOptions
    }

    static func read(_ config: JSON) throws(ModelFileError) -> Model {
        let name = config["name"]?.string
        let shownName = name ?? "?"
        guard let objects = config["layers"]?.array else {
            throw ModelFileError("Functional \"\(shownName)\": \"layers\" is missing")
        }
        var layers: [Layer] = []
        var byName: [String: Layer] = [:]
        var pending: [PendingCall] = []
        for object in objects {
            let layer = try LayerObject.read(object)
            // Calls go by the name beside the configuration, which is the layer's.
            let name = object["name"]?.string ?? layer.name
            guard byName.updateValue(layer, forKey: name) == nil else {
                throw ModelFileError("Functional \"\(shownName)\": there are two layers called \"\(name)\"")
            }
            layers.append(layer)
            for (number, node) in (object["inbound_nodes"]?.array ?? []).enumerated() {
                do throws(ConfigError) {
                    let call = try call(of: layer, number, node)
                    try (layer as? Operation)?.take(call.options)
                    pending.append(call)
                } catch {
                    throw ModelFileError("layer \"\(name)\" (\(layer.className)): inbound_nodes: \(error.description)")
                }
            }
        }
        let tensors = try connect(pending, byName, shownName)
        func ends(_ key: String) throws(ModelFileError) -> [SymbolicTensor] {
            var found: [SymbolicTensor] = []
            for reference in try references(config[key], key, shownName) {
                guard let layer = byName[reference.layer] else {
                    throw ModelFileError(
                        "Functional \"\(shownName)\": \(key): there is no layer \"\(reference.layer)\"")
                }
                if let input = layer as? InputLayer {
                    found.append(input.symbolic)
                } else if let tensor = tensors[reference] {
                    found.append(tensor)
                } else {
                    throw ModelFileError(
                        "Functional \"\(shownName)\": \(key): \"\(reference.layer)\" has no call \(reference.call)")
                }
            }
            return found
        }
        let (inputs, outputs) = (try ends("input_layers"), try ends("output_layers"))
        do throws(GraphError) {
            return Model(try LayerGraph(inputs: inputs, outputs: outputs, order: layers), name: name)
        } catch {
            throw ModelFileError("Functional \"\(shownName)\": \(error.description)")
        }
    }

    /// One `[layer, 0, 0]`, a list of them, or an object of them by name.
    private static func references(_ json: JSON?, _ key: String, _ name: String) throws(ModelFileError) -> [Reference] {
        if let json, let one = Reference(json) { return [one] }
        let list = json?.array ?? json?.object?.map(\.value) ?? []
        let found = list.compactMap(Reference.init)
        guard !list.isEmpty, found.count == list.count else {
            throw ModelFileError("Functional \"\(name)\": \"\(key)\" is not a list of [layer, call, output]")
        }
        return found
    }

    /// Reads a call: Keras 3's `{"args", "kwargs"}` or Keras 2's list of `[layer, call, output, kwargs]`.
    private static func call(of layer: Layer, _ number: Int, _ node: JSON) throws(ConfigError) -> PendingCall {
        var call = PendingCall(layer: layer, number: number, inputs: [], options: CallOptions())
        if let args = node["args"] {
            guard let args = args.array else { throw expected("a list of arguments", args) }
            for (i, argument) in args.enumerated() {
                let tensors = tensors(in: argument)
                if tensors.isEmpty { call.options.values["arg\(i)"] = argument }
                call.inputs += tensors
            }
            call.options.positional = call.inputs.count
            add(node["kwargs"], to: &call)
            return call
        }
        guard let parts = node.array else { throw expected("a call", node) }
        // One tensor alone is not wrapped in a list.
        for part in Reference(node) == nil ? parts : [node] {
            guard let reference = Reference(part) else { throw expected("[layer, call, output]", part) }
            call.inputs.append(reference)
            if let more = part[3] {
                call.options.positional = call.inputs.count
                add(more, to: &call)
            }
        }
        return call
    }

    private static func add(_ keywords: JSON?, to call: inout PendingCall) {
        for (key, value) in keywords?.object ?? [:] where !value.isNull {
            var tensors = tensors(in: value)
            if tensors.isEmpty, let one = Reference(value) { tensors = [one] }
            if tensors.isEmpty, let list = value.array, !list.isEmpty {
                let found = list.compactMap(Reference.init)
                if found.count == list.count { tensors = found }
            }
            if tensors.isEmpty {
                call.options.values[key] = value
            } else {
                call.inputs += tensors
                call.options.names += tensors.map { _ in key }
            }
        }
    }

    /// The symbolic tensors of Keras 3 in an argument, in order.
    private static func tensors(in json: JSON) -> [Reference] {
        if json["class_name"]?.string == "__keras_tensor__" {
            return json["config"]?["keras_history"].flatMap { Reference($0) }.map { [$0] } ?? []
        }
        return json.array?.flatMap(tensors(in:)) ?? []
    }

    /// Makes the calls, each as soon as what it is given has been made.
    private static func connect(
        _ pending: [PendingCall], _ layers: [String: Layer], _ model: String
    ) throws(ModelFileError) -> [Reference: SymbolicTensor] {
        struct CallName: Hashable {
            var layer: String
            var call: Int
        }
        var names: [ObjectIdentifier: String] = [:]
        for (name, layer) in layers { names[ObjectIdentifier(layer)] = name }
        var made: [CallName: [SymbolicTensor]] = [:]
        for (name, layer) in layers {
            if let input = layer as? InputLayer { made[CallName(layer: name, call: 0)] = [input.symbolic] }
        }
        var waiting: [CallName: [Int]] = [:]
        var missing = [Int](repeating: 0, count: pending.count)
        var ready: [Int] = []
        for (i, call) in pending.enumerated() where !(call.layer is InputLayer) {
            for input in Set(call.inputs.map { CallName(layer: $0.layer, call: $0.call) }) where made[input] == nil {
                guard layers[input.layer] != nil else {
                    throw ModelFileError(
                        "layer \"\(names[ObjectIdentifier(call.layer)]!)\": is fed by \"\(input.layer)\", which does not exist"
                    )
                }
                waiting[input, default: []].append(i)
                missing[i] += 1
            }
            if missing[i] == 0 { ready.append(i) }
        }
        var next = 0
        while next < ready.count {
            let call = pending[ready[next]]
            next += 1
            let name = CallName(layer: names[ObjectIdentifier(call.layer)]!, call: call.number)
            var inputs: [SymbolicTensor] = []
            for input in call.inputs {
                guard let outputs = made[CallName(layer: input.layer, call: input.call)], input.index < outputs.count
                else {
                    throw ModelFileError("layer \"\(name.layer)\": \"\(input.layer)\" has no output \(input.index)")
                }
                inputs.append(outputs[input.index])
            }
            do throws(LayerError) {
                made[name] = try call.layer.connect(inputs, call.options)
            } catch { throw ModelFileError(error.description) }
            for user in waiting[name] ?? [] {
                missing[user] -= 1
                if missing[user] == 0 { ready.append(user) }
            }
        }
        if let stuck = missing.firstIndex(where: { $0 > 0 }) {
            let call = pending[stuck]
            let reference = call.inputs.first { made[CallName(layer: $0.layer, call: $0.call)] == nil }!
            let isThere = pending.contains {
                names[ObjectIdentifier($0.layer)] == reference.layer && $0.number == reference.call
            }
            let name = names[ObjectIdentifier(call.layer)]!
            throw ModelFileError(
                isThere
                    ? "Functional \"\(model)\": the layers form a cycle through \"\(name)\" and \"\(reference.layer)\""
                    : "layer \"\(name)\": is fed by call \(reference.call) of \"\(reference.layer)\", which does not exist"
            )
        }
        var tensors: [Reference: SymbolicTensor] = [:]
        for (name, outputs) in made {
            for (i, tensor) in outputs.enumerated() {
                var reference = Reference([.string(name.layer), .int(name.call), .int(i)])!
                reference.index = i
                tensors[reference] = tensor
            }
        }
        return tensors
    }

    // MARK: - Writing

    static func write(_ model: Model) throws(ModelFileError) -> JSON.Object {
        let graph: LayerGraph?
        do throws(LayerError) { graph = try model.layerGraph() } catch { throw ModelFileError(error.description) }
        guard let graph else {
            throw ModelFileError(
                "\(model.className) \"\(model.name)\" is a subclass with a call of its own: only its weights can be saved"
            )
        }
        // Calls of a layer that lie outside of this model do not count.
        var callsOf: [ObjectIdentifier: [LayerCall]] = [:]
        for call in graph.calls { callsOf[ObjectIdentifier(call.layer), default: []].append(call) }
        var numbers: [ObjectIdentifier: Int] = [:]
        for (layer, calls) in callsOf {
            callsOf[layer] = calls.sorted { $0.number < $1.number }
            for (i, call) in callsOf[layer]!.enumerated() { numbers[ObjectIdentifier(call)] = i }
        }
        func history(_ tensor: SymbolicTensor) -> JSON {
            [.string(tensor.call.layer.name), .int(numbers[ObjectIdentifier(tensor.call)] ?? 0), .int(tensor.index)]
        }
        func object(_ tensor: SymbolicTensor) -> JSON {
            [
                "class_name": "__keras_tensor__",
                "config": [
                    "shape": tensor.shape.config, "dtype": .string(tensor.holdsStrings ? "string" : tensor.dtype.name),
                    "keras_history": history(tensor),
                ],
            ]
        }
        var layers: [JSON] = []
        for layer in graph.layers {
            guard var entry = try LayerObject.write(layer).object else { continue }
            entry["name"] = .string(layer.name)
            let calls = layer is InputLayer ? [] : callsOf[ObjectIdentifier(layer)] ?? []
            entry["inbound_nodes"] = .array(calls.map { node($0, layer, object) })
            layers.append(.object(entry))
        }
        func ends(_ tensors: [SymbolicTensor]) -> JSON { .array(tensors.map(history)) }
        return [
            "name": .string(model.name), "trainable": .bool(model.isTrainable), "layers": .array(layers),
            "input_layers": graph.inputs.count == 1 ? history(graph.inputs[0]) : ends(graph.inputs),
            "output_layers": graph.outputs.count == 1 ? history(graph.outputs[0]) : ends(graph.outputs),
        ]
    }

    private static func node(_ call: LayerCall, _ layer: Layer, _ object: (SymbolicTensor) -> JSON) -> JSON {
        let count = call.options.positional ?? call.inputs.count
        var positional = call.inputs.prefix(count).map(object)
        let isList = positional.count > 1 && layer.takesInputsAsList
        if !isList {
            for place in 0..<count + call.options.values.count where place <= positional.count {
                if let value = call.options.values["arg\(place)"] { positional.insert(value, at: place) }
            }
        }
        var keywords: JSON.Object = [:]
        for (key, value) in call.options.values.sorted(by: { $0.key < $1.key }) where !key.hasPrefix("arg") {
            keywords[key] = value
        }
        for name in Set(call.options.names).sorted() {
            let tensors = zip(call.options.names, call.inputs.dropFirst(count)).filter { $0.0 == name }.map {
                object($0.1)
            }
            keywords[name] = tensors.count == 1 ? tensors[0] : .array(tensors)
        }
        return ["args": isList ? [.array(positional)] : .array(positional), "kwargs": .object(keywords)]
    }
}
