import ShinkeiCore
import ShinkeiFormats

/// A layer as files hold it: `{"module", "class_name", "config", "registered_name", "build_config"}`.
enum LayerObject {
    /// Keys that every layer's configuration may have.
    static let commonKeys: Set<String> = [
        "name", "trainable", "dtype", "activity_regularizer", "batch_input_shape", "batch_shape", "autocast",
    ]

    /// What stands around the configuration.
    struct Envelope {
        var className: String
        var registeredName: String?
        var module: String?
        var config: JSON
        /// The layer's name, if it is known before the layer is made.
        var name: String?

        init(_ json: JSON) throws(ConfigError) {
            guard json.object != nil else { throw expected("a layer's object", json) }
            guard let className = json["class_name"]?.string else { throw ConfigError("\"class_name\" is missing") }
            guard let config = json["config"] else { throw ConfigError("\"config\" is missing") }
            self.className = className
            self.config = config
            registeredName = json["registered_name"]?.string
            module = json["module"]?.string
            name = config["name"]?.string ?? json["name"]?.string
        }
    }

    /// The layer, not yet built.
    ///
    /// - Throws: `ModelFileError` that names the layer.
    static func read(_ json: JSON) throws(ModelFileError) -> Layer {
        let envelope: Envelope
        do throws(ConfigError) { envelope = try Envelope(json) } catch { throw ModelFileError(error.description) }
        func inLayer(_ error: ConfigError) -> ModelFileError {
            ModelFileError("layer \"\(envelope.name ?? "?")\" (\(envelope.className)): \(error.description)")
        }
        let layer: Layer
        if let module = envelope.module, module.hasPrefix("keras.src.ops.") {
            do throws(ConfigError) {
                return try Operation(envelope.className, module: module, envelope.config, name: envelope.name)
            } catch { throw inLayer(error) }
        }
        switch envelope.className {
        case "Sequential": layer = try SequentialObject.read(envelope.config)
        case "Functional", "Model": layer = try FunctionalObject.read(envelope.config)
        default:
            guard let type = LayerRegistry.layer(className: envelope.className, registeredName: envelope.registeredName)
            else { throw unknown(envelope) }
            do throws(ConfigError) {
                layer = try type.make(envelope.config, name: envelope.name)
            } catch { throw inLayer(error) }
        }
        do throws(ConfigError) { try readCommon(envelope.config, into: layer) } catch { throw inLayer(error) }
        return layer
    }

    private static func readCommon(_ config: JSON, into layer: Layer) throws(ConfigError) {
        if let trainable = config["trainable"], !trainable.isNull {
            do throws(ConfigError) { layer.isMarkedTrainable = try Bool(config: trainable) } catch {
                throw error.at("trainable")
            }
        }
        if let dtype = config["dtype"], !(layer is Model), !(layer is InputLayer) {
            do throws(ConfigError) { layer.policy = try policy(dtype) } catch { throw error.at("dtype") }
        }
        if let regularizer = config["activity_regularizer"], !regularizer.isNull {
            do throws(ConfigError) { layer.activityRegularizer = try Regularizer(config: regularizer) } catch {
                throw error.at("activity_regularizer")
            }
        }
    }

    /// A name, or Keras 3's policy object.
    private static func policy(_ json: JSON) throws(ConfigError) -> DTypePolicy {
        if json.isNull { return DTypePolicy(.float32) }
        guard let name = json.string ?? json["config"]?["name"]?.string else {
            throw expected("a type or a policy", json)
        }
        guard let policy = DTypePolicy(name: name) else {
            throw ConfigError("the policy \"\(name)\" is not supported yet")
        }
        return policy
    }

    private static func unknown(_ envelope: Envelope) -> ModelFileError {
        let name = envelope.name.map { " \"\($0)\"" } ?? ""
        if envelope.className == "Lambda" {
            return ModelFileError(
                "layer\(name) (Lambda): holds Python code, which is never run; register a layer of this name in Swift")
        }
        if let registered = envelope.registeredName, registered.contains(">") {
            return ModelFileError("layer\(name): the custom class \"\(registered)\" is not registered")
        }
        if KerasClasses.layers.contains(envelope.className) {
            return ModelFileError("layer\(name): \(envelope.className) is known, not supported yet")
        }
        return ModelFileError("layer\(name): there is no layer class \"\(envelope.className)\"")
    }

    /// The object of a layer.
    static func write(_ layer: Layer) throws(ModelFileError) -> JSON {
        var config: JSON.Object = [:]
        var module = "keras.layers"
        var registered: JSON = .null
        if let model = layer as? Model {
            module = model is Sequential ? "keras" : "keras.src.models.functional"
            if let sequential = model as? Sequential {
                config = SequentialObject.write(try SequentialObject.parts(sequential), sequential)
            } else {
                config = try FunctionalObject.write(model)
            }
        } else if let operation = layer as? Operation {
            config = operation.attributes
            config["name"] = .string(layer.name)
            module = operation.module
            registered = .string(operation.className)
        } else if let layer = layer as? any ConfiguredLayer {
            // A configuration cannot say that a layer inside of it is one that cannot be saved.
            if layer.savesSublayers { for inner in layer.sublayers { _ = try write(inner) } }
            if let name = LayerRegistry.registeredName(of: layer) {
                registered = .string(name)
                module = "builtins"
            }
            if !(layer is InputLayer) {
                config["name"] = .string(layer.name)
                if layer.takesCommonKeys { config["trainable"] = .bool(layer.isTrainable) }
                if layer.takesTypeKey {
                    config["dtype"] = layer.takesCommonKeys ? policyObject(layer.policy) : .string(layer.dtype.name)
                }
            }
            if let regularizer = layer.activityRegularizer, !(layer is ActivityRegularization) {
                config["activity_regularizer"] = regularizer.config
            }
            for (key, value) in layer.configMembers { config[key] = value }
            if layer is InputLayer { config["name"] = .string(layer.name) }
        } else {
            throw ModelFileError(
                "layer \"\(layer.name)\": \(layer.className) has no configuration to save; make it a ConfiguredLayer")
        }
        var object: JSON.Object = [
            "module": .string(module), "class_name": .string(layer.className), "config": .object(config),
            "registered_name": registered,
        ]
        // A layer whose inputs are arguments of their own is built by Keras from its calls.
        if let shapes = layer.builtInputShapes, !(layer is InputLayer), !(layer is Operation),
            shapes.count == 1 || layer.takesInputsAsList
        {
            object["build_config"] = [
                "input_shape": shapes.count == 1 ? shapes[0].config : .array(shapes.map(\.config))
            ]
        }
        return .object(object)
    }

    static func policyObject(_ policy: DTypePolicy) -> JSON {
        [
            "module": "keras", "class_name": "DTypePolicy", "config": ["name": .string(policy.name)],
            "registered_name": .null,
        ]
    }
}
