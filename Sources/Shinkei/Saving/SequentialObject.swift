import ShinkeiCore
import ShinkeiFormats

/// `Sequential` as files hold it: a list of layers, the first of which may be an `InputLayer`.
enum SequentialObject {
    static func read(_ config: JSON) throws(ModelFileError) -> Sequential {
        // Keras 1 wrote the bare list.
        guard let objects = config.array ?? config["layers"]?.array else {
            throw ModelFileError("Sequential: \"layers\" is missing")
        }
        var layers: [Layer] = []
        for object in objects.dropFirst(hasStrings(objects) ? 1 : 0) { layers.append(try LayerObject.read(object)) }
        if hasStrings(objects) { layers.insert(try stringInput(objects[0], layers.first), at: 0) }
        if let first = objects.first, !(layers[0] is InputLayer), let shape = inputShape(first, config) {
            layers.insert(InputLayer(batchShape: shape), at: 0)
        }
        var names = Set<String>()
        for layer in layers where !names.insert(layer.name).inserted {
            throw ModelFileError("Sequential: there are two layers called \"\(layer.name)\"")
        }
        for layer in layers.dropFirst() where layer is InputLayer {
            throw ModelFileError("Sequential: the InputLayer \"\(layer.name)\" does not stand first")
        }
        let model = Sequential([], name: config["name"]?.string)
        for layer in layers { model.append(layer) }
        if let shapes = model.inputShapes {
            do throws(LayerError) { try model.buildModel(shapes) } catch { throw ModelFileError(error.description) }
        }
        return model
    }

    /// In Keras 2 the first layer, or what the model was built with, says the input's shape.
    private static func inputShape(_ first: JSON, _ config: JSON) -> SymbolicShape? {
        let candidates = [
            first["config"]?["batch_input_shape"], first["config"]?["batch_shape"], config["build_input_shape"],
        ]
        for case .some(let json) in candidates where !json.isNull {
            if let shape = try? SymbolicShape(config: json), shape.rank > 0 { return shape }
        }
        return nil
    }

    /// Whether the model begins with strings.
    private static func hasStrings(_ objects: [JSON]) -> Bool {
        objects.first?["class_name"]?.string == "InputLayer" && objects[0]["config"]?["dtype"]?.string == "string"
    }

    /// What stands for an input of strings: the numbers that the layer behind it makes of them.
    private static func stringInput(_ object: JSON, _ next: Layer?) throws(ModelFileError) -> InputLayer {
        guard let next = next as? any StringLayer else {
            throw ModelFileError("Sequential: strings come in, but the first layer is none that takes strings")
        }
        do {
            let config = object["config"] ?? .null
            let shape = try SymbolicShape(config: config["batch_shape"] ?? config["batch_input_shape"] ?? .null)
            guard shape.rank > 0 else { throw ConfigError("\"batch_shape\" has no batch axis") }
            return try next.stringInput(shape.sizes, name: config["name"]?.string)
        } catch { throw ModelFileError("Sequential: the input of strings: \(error)") }
    }

    static func parts(_ model: Sequential) throws(ModelFileError) -> [JSON] {
        var objects: [JSON] = []
        if let input = model.inputLayer { objects.append(try LayerObject.write(input)) }
        for layer in model.layers { objects.append(try LayerObject.write(layer)) }
        return objects
    }

    static func write(_ layers: [JSON], _ model: Sequential) -> JSON.Object {
        var config: JSON.Object = [
            "name": .string(model.name), "trainable": .bool(model.isTrainable),
            "dtype": LayerObject.policyObject(model.policy), "layers": .array(layers),
        ]
        if let shape = model.inputShapes?.first { config["build_input_shape"] = shape.config }
        return config
    }
}
