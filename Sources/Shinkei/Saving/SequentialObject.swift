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
        for object in objects { layers.append(try LayerObject.read(object)) }
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
        do throws(LayerError) {
            if let shape = try model.startShape() { try model.buildModel(shape) }
        } catch { throw ModelFileError(error.description) }
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
        if let shape = model.inputLayer?.batchShape { config["build_input_shape"] = shape.config }
        return config
    }
}
