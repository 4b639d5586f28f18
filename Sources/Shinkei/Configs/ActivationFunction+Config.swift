import ShinkeiFormats

extension ActivationFunction: ConfigValue {
    /// A name; Keras's object around a function or around one of the layers `ReLU`, `LeakyReLU`, `ELU`, `Softmax`,
    /// `Activation`; or our own around a function with arguments. `null` is `linear`.
    public init(config: JSON) throws(ConfigError) {
        if config.isNull {
            self = .linear
        } else if let name = config.string ?? config["config"]?.string {
            do throws(UnknownNameError) { try self.init(named: name) } catch { throw ConfigError(error.description) }
        } else {
            guard config["class_name"]?.string != nil else { throw expected("an activation's name", config) }
            try self.init(object: config)
        }
    }

    private init(object json: JSON) throws(ConfigError) {
        let arguments = json["config"] ?? [:]
        func layer<Value: LayerConfig>(_: Value.Type) throws(ConfigError) -> Value {
            try Value(arguments, besides: LayerObject.commonKeys)
        }
        let name = json["class_name"]?.string ?? ""
        switch name {
        case "Activation": self = try layer(Activation.Config.self).activation
        case "ELU": self = try layer(ELU.Config.self).function
        case "LeakyReLU": self = try layer(LeakyReLU.Config.self).function
        case "ReLU": self = try layer(ReLU.Config.self).function
        case "Softmax": self = try layer(Softmax.Config.self).function
        default:
            var object = try ClassObject(json, "an activation")
            try self.init(name, &object)
            try object.finish()
        }
    }

    private init(_ name: String, _ object: inout ClassObject) throws(ConfigError) {
        switch name {
        case "celu": self = .celu(alpha: try object.take("alpha", 1.0))
        case "gelu": self = .gelu(approximate: try object.take("approximate", false))
        case "glu": self = .glu(axis: try object.take("axis", -1))
        case "hard_shrink": self = .hardShrink(threshold: try object.take("threshold", 0.5))
        case "log_softmax": self = .logSoftmax(axis: try object.take("axis", -1))
        case "soft_shrink": self = .softShrink(threshold: try object.take("threshold", 0.5))
        case "sparsemax": self = .sparsemax(axis: try object.take("axis", -1))
        case "squareplus": self = .squareplus(b: try object.take("b", 4.0))
        case "threshold":
            self = .threshold(try object.take("threshold", 0.0), value: try object.take("default_value", 0.0))
        default:
            throw ConfigError(
                "the activation \"\(name)\" is not supported: it is no function of Keras and no layer without weights")
        }
    }

    public var config: JSON {
        if ActivationFunction.all.contains(self) { return .string(name) }
        func layer(_ className: String, _ config: some LayerConfig) -> JSON {
            ClassObject.json("layers", className, JSON.Object(config.members))
        }
        // Keras has no object for a function with arguments; ours is one that it refuses instead of leaving them out.
        func function(_ arguments: JSON.Object) -> JSON {
            [
                "module": "shinkei", "class_name": .string(name), "config": .object(arguments),
                "registered_name": .string("shinkei>\(name)"),
            ]
        }
        switch kind {
        case .elu(let alpha): return layer("ELU", ELU.Config(alpha: alpha))
        case .leakyRelu(let slope): return layer("LeakyReLU", LeakyReLU.Config(negativeSlope: slope))
        case .relu(let slope, let limit, let threshold):
            return layer("ReLU", ReLU.Config(maxValue: limit, negativeSlope: slope, threshold: threshold))
        case .softmax(let axes): return layer("Softmax", Softmax.Config(axes: axes))
        case .celu(let alpha): return function(["alpha": .number(alpha)])
        case .gelu(let isApproximate): return function(["approximate": .bool(isApproximate)])
        case .glu(let axis), .logSoftmax(let axis), .sparsemax(let axis): return function(["axis": .int(axis)])
        case .hardShrink(let limit), .softShrink(let limit): return function(["threshold": .number(limit)])
        case .squareplus(let b): return function(["b": .number(b)])
        case .threshold(let limit, let value):
            return function(["threshold": .number(limit), "default_value": .number(value)])
        default: return .string(name)
        }
    }
}
