import ShinkeiCore
import ShinkeiFormats

/// What `compile` was given, as files hold it: strings as the user wrote them, or objects.
enum CompileObject {
    struct Settings {
        var optimizer: Optimizer
        var loss: any Loss
        var metrics: [Metric]
    }

    /// - Throws: `ModelFileError` naming what is not known or not supported yet.
    static func read(_ json: JSON) throws(ModelFileError) -> Settings {
        guard json.object != nil else { throw ModelFileError("compile settings: expected an object") }
        // Keras 1 and 2 call it optimizer_config.
        let optimizer = try optimizer(json["optimizer"] ?? json["optimizer_config"] ?? .null)
        let loss = try loss(json["loss"] ?? .null)
        let metrics = try metrics(json["metrics"] ?? .null)
        for key in ["loss_weights", "weighted_metrics"] {
            if let value = json[key], !value.isNull, value.array?.isEmpty != true {
                throw ModelFileError("compile settings: \(key): known, not supported yet")
            }
        }
        return Settings(optimizer: optimizer, loss: loss, metrics: metrics)
    }

    static func optimizer(_ json: JSON) throws(ModelFileError) -> Optimizer {
        if let name = json.string {
            do { return try name.makeOptimizer() } catch {
                throw unknown(name, "optimizer", KerasClasses.optimizers, "\(error)")
            }
        }
        guard let className = json["class_name"]?.string else {
            throw ModelFileError("optimizer: expected a name or an object")
        }
        guard let type = OptimizerRegistry.types.first(where: { $0.className == className }) else {
            throw unknown(className, "optimizer", KerasClasses.optimizers, "there is no optimizer \"\(className)\"")
        }
        do throws(ConfigError) { return try type.make(json["config"] ?? .object([:])) } catch {
            throw ModelFileError("optimizer \(className): \(error.description)")
        }
    }

    static func loss(_ json: JSON) throws(ModelFileError) -> any Loss {
        if let name = json.string ?? functionName(json) {
            do { return try name.makeLoss() } catch {
                throw unknown(name, "loss", KerasClasses.losses, "\(error)")
            }
        }
        if json.array?.count == 1 { return try loss(json[0]!) }
        guard let className = json["class_name"]?.string else {
            throw ModelFileError(
                json.array != nil || json.object != nil
                    ? "loss: losses of several outputs are known, not supported yet"
                    : "loss: expected a name or an object")
        }
        let config = json["config"] ?? .object([:])
        func flag(_ key: String) -> Bool { config[key]?.bool ?? false }
        let smoothing = config["label_smoothing"]?.double ?? 0
        if let reduction = config["reduction"]?.string, !["sum_over_batch_size", "auto", "mean"].contains(reduction) {
            throw ModelFileError("loss \(className): the reduction \"\(reduction)\" is known, not supported yet")
        }
        switch className {
        case "BinaryCrossentropy": return BinaryCrossentropy(fromLogits: flag("from_logits"), labelSmoothing: smoothing)
        case "CategoricalCrossentropy":
            return CategoricalCrossentropy(fromLogits: flag("from_logits"), labelSmoothing: smoothing)
        case "SparseCategoricalCrossentropy":
            if let ignored = config["ignore_class"], !ignored.isNull {
                throw ModelFileError("loss \(className): ignore_class is known, not supported yet")
            }
            return SparseCategoricalCrossentropy(fromLogits: flag("from_logits"))
        default:
            do { return try className.makeLoss() } catch {
                throw unknown(className, "loss", KerasClasses.losses, "\(error)")
            }
        }
    }

    static func metrics(_ json: JSON) throws(ModelFileError) -> [Metric] {
        if json.isNull { return [] }
        if let list = json.array {
            var all: [Metric] = []
            for entry in list { all += try metrics(entry) }
            return all
        }
        if let name = json.string ?? functionName(json) {
            do throws(UnknownNameError) { return [try Metric.named(name)] } catch {
                throw unknown(name, "metric", KerasClasses.metrics, error.description)
            }
        }
        guard let className = json["class_name"]?.string else {
            throw ModelFileError("metrics: expected names or objects")
        }
        let name = json["config"]?["name"]?.string
        if className == "MeanMetricWrapper", let inner = json["config"]?["fn"],
            let function = inner.string ?? functionName(inner)
        {
            do throws(UnknownNameError) { return [try Metric.named(function, key: name)] } catch {
                throw unknown(function, "metric", KerasClasses.metrics, error.description)
            }
        }
        do throws(UnknownNameError) { return [try Metric.named(className, key: name ?? snakeCase(className))] } catch {
            throw unknown(className, "metric", KerasClasses.metrics, error.description)
        }
    }

    /// A function as Keras 3 writes it.
    private static func functionName(_ json: JSON) -> String? {
        json["class_name"]?.string == "function" ? json["config"]?.string : nil
    }

    private static func unknown(_ name: String, _ kind: String, _ known: Set<String>, _ text: String) -> ModelFileError
    {
        let isKnown = known.contains(name) || known.contains { snakeCase($0) == name.lowercased() }
        return ModelFileError(isKnown ? "\(kind) \"\(name)\" is known, not supported yet" : text)
    }

    // MARK: - Writing

    /// - Parameter isLegacy: As the attribute of an `.h5` file has it, where the optimizer's key is another.
    static func write(_ setup: TrainingSetup, isLegacy: Bool = false) throws(ModelFileError) -> JSON {
        guard let optimizer = setup.optimizer as? any ConfiguredOptimizer else {
            throw ModelFileError("optimizer \(setup.optimizer.name): has no configuration to save")
        }
        return [
            isLegacy ? "optimizer_config" : "optimizer": [
                "module": "keras.optimizers", "class_name": .string(type(of: optimizer).className),
                "config": .object(JSON.Object(optimizer.configMembers)), "registered_name": .null,
            ],
            "loss": lossObject(setup.loss), "loss_weights": .null,
            "metrics": setup.metrics.isEmpty ? .null : .array(setup.metrics.map { .string($0.name) }),
            "weighted_metrics": .null, "run_eagerly": false, "steps_per_execution": 1, "jit_compile": false,
        ]
    }

    private static func lossObject(_ loss: any Loss) -> JSON {
        var config: JSON.Object = ["name": .string(loss.name), "reduction": "sum_over_batch_size"]
        switch loss {
        case let loss as BinaryCrossentropy where loss != BinaryCrossentropy():
            config["from_logits"] = .bool(loss.fromLogits)
            config["label_smoothing"] = .number(loss.labelSmoothing)
        case let loss as CategoricalCrossentropy where loss != CategoricalCrossentropy():
            config["from_logits"] = .bool(loss.fromLogits)
            config["label_smoothing"] = .number(loss.labelSmoothing)
        case let loss as SparseCategoricalCrossentropy where loss != SparseCategoricalCrossentropy():
            config["from_logits"] = .bool(loss.fromLogits)
        default: return .string(loss.name)
        }
        return [
            "module": "keras.losses", "class_name": .string(String(describing: type(of: loss))),
            "config": .object(config),
            "registered_name": .null,
        ]
    }
}
