import ShinkeiCore
import ShinkeiFormats

/// What `compile` was given, as files hold it: strings as the user wrote them, or objects.
enum CompileObject {
    struct Settings {
        var optimizer: Optimizer
        var outputs: [TrainingSetup.Output]
    }

    /// - Parameter names: The names of the model's outputs.
    /// - Throws: `ModelFileError` naming what is not known or not supported yet.
    static func read(_ json: JSON, outputs names: [String]) throws(ModelFileError) -> Settings {
        guard json.object != nil else { throw ModelFileError("compile settings: expected an object") }
        // Keras 1 and 2 call it optimizer_config.
        let optimizer = try optimizer(json["optimizer"] ?? json["optimizer_config"] ?? .null)
        let losses = try each(json["loss"] ?? .null, names, "loss", isList: false)
        let lossWeights = try each(json["loss_weights"] ?? .null, names, "loss_weights", isList: false)
        let metrics = try each(json["metrics"] ?? .null, names, "metrics", isList: true)
        let weighted = try each(json["weighted_metrics"] ?? .null, names, "weighted_metrics", isList: true)
        var outputs: [TrainingSetup.Output] = []
        for (i, name) in names.enumerated() {
            var output = TrainingSetup.Output(name: names.count == 1 ? nil : name)
            if !losses[i].isNull {
                output.loss = try loss(losses[i])
                output.lossName = losses[i].string
            }
            if !lossWeights[i].isNull {
                guard let weight = lossWeights[i].double else { throw ModelFileError("loss_weights: expected numbers") }
                output.lossWeight = weight
            }
            output.metrics = try self.metrics(metrics[i])
            output.weightedMetrics = try self.metrics(weighted[i])
            outputs.append(output)
        }
        return Settings(optimizer: optimizer, outputs: outputs)
    }

    /// What is said for each output: by name, in a list, or once for all.
    ///
    /// - Parameter isList: Whether what is said for one output may be a list.
    private static func each(
        _ json: JSON, _ names: [String], _ key: String, isList: Bool
    ) throws(ModelFileError) -> [JSON] {
        if json.isNull { return names.map { _ in .null } }
        if let members = json.object, json["class_name"] == nil {
            for (name, _) in members where !names.contains(name) {
                throw ModelFileError("compile settings: \(key): the model has no output \"\(name)\"")
            }
            return names.map { members[$0] ?? .null }
        }
        guard let list = json.array else { return names.map { _ in json } }
        if names.count == 1 && (isList || list.count == 1) { return [isList ? json : list[0]] }
        if isList && list.isEmpty { return names.map { _ in .null } }
        guard list.count == names.count else {
            throw ModelFileError("compile settings: \(key): \(list.count) entries for \(names.count) outputs")
        }
        return list
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
        let made: Optimizer?
        do throws(ConfigError) {
            made = try OptimizerRegistry.make(className: className, json["config"] ?? .object([:]))
        } catch {
            throw ModelFileError("optimizer \(className): \(error.description)")
        }
        guard let made else {
            throw unknown(className, "optimizer", KerasClasses.optimizers, "there is no optimizer \"\(className)\"")
        }
        return made
    }

    static func loss(_ json: JSON) throws(ModelFileError) -> any Loss {
        if let name = json.string ?? functionName(json) ?? wrappedFunction(json, "LossFunctionWrapper") {
            do { return try name.makeLoss() } catch {
                throw unknown(name, "loss", KerasClasses.losses, "\(error)")
            }
        }
        guard let className = json["class_name"]?.string else {
            throw ModelFileError("loss: expected a name or an object")
        }
        do throws(ConfigError) {
            if let loss = try LossRegistry.make(className: className, json["config"] ?? .object([:])) { return loss }
        } catch {
            throw ModelFileError("loss \(className): \(error.description)")
        }
        throw unknown(className, "loss", KerasClasses.losses, "there is no loss \"\(className)\"")
    }

    static func metrics(_ json: JSON) throws(ModelFileError) -> [Metric] {
        if json.isNull { return [] }
        if let list = json.array {
            var all: [Metric] = []
            for entry in list { all += try metrics(entry) }
            return all
        }
        let key = json["config"]?["name"]?.string
        if let name = json.string ?? functionName(json) {
            do throws(UnknownNameError) { return [try Metric.named(name)] } catch {
                throw unknown(name, "metric", KerasClasses.metrics, error.description)
            }
        }
        if let name = wrappedFunction(json, "MeanMetricWrapper") {
            do throws(UnknownNameError) { return [try Metric.named(name, key: key)] } catch {
                throw unknown(name, "metric", KerasClasses.metrics, error.description)
            }
        }
        guard let className = json["class_name"]?.string else {
            throw ModelFileError("metrics: expected names or objects")
        }
        do throws(ConfigError) {
            if let metric = try MetricRegistry.make(className: className, json["config"] ?? .object([:])) {
                return [metric]
            }
        } catch {
            throw ModelFileError("metric \(className): \(error.description)")
        }
        throw unknown(className, "metric", KerasClasses.metrics, "there is no metric \"\(className)\"")
    }

    /// A function as Keras 3 writes it.
    private static func functionName(_ json: JSON) -> String? {
        json["class_name"]?.string == "function" ? json["config"]?.string : nil
    }

    /// The function in a class that only wraps one.
    private static func wrappedFunction(_ json: JSON, _ wrapper: String) -> String? {
        guard json["class_name"]?.string == wrapper, let inner = json["config"]?["fn"] else { return nil }
        return inner.string ?? functionName(inner)
    }

    private static func unknown(_ name: String, _ kind: String, _ known: Set<String>, _ text: String) -> ModelFileError
    {
        let isKnown = known.contains(name) || known.contains { snakeCase($0) == name.lowercased() }
        return ModelFileError(isKnown ? "\(kind) \"\(name)\" is known, not supported yet" : text)
    }

    // MARK: - Writing

    /// - Parameter isLegacy: As the attribute of an `.h5` file has it, where the optimizer's key is another.
    static func write(_ setup: TrainingSetup, isLegacy: Bool = false) throws(ModelFileError) -> JSON {
        guard let optimizer = OptimizerRegistry.object(setup.optimizer) else {
            throw ModelFileError("optimizer \(setup.optimizer.name): has no configuration to save")
        }
        let outputs = setup.outputs
        func all(_ value: (TrainingSetup.Output) -> JSON) -> JSON {
            if outputs.count == 1 { return value(outputs[0]) }
            if outputs.allSatisfy({ value($0).isNull }) { return .null }
            return .object(JSON.Object(outputs.map { ($0.name ?? "", value($0)) }))
        }
        let hasWeights = outputs.contains { $0.lossWeight != nil }
        return [
            isLegacy ? "optimizer_config" : "optimizer": optimizer,
            "loss": all { output in output.lossName.map { .string($0) } ?? output.loss.map(object) ?? .null },
            "loss_weights": hasWeights ? all { $0.loss == nil ? .null : .number($0.lossWeight ?? 1) } : .null,
            "metrics": all { list($0.metrics) }, "weighted_metrics": all { list($0.weightedMetrics) },
            "run_eagerly": false, "steps_per_execution": 1, "jit_compile": false,
        ]
    }

    private static func object(_ loss: any Loss) -> JSON {
        (loss as? any ConfiguredLoss)?.object ?? .string(loss.name)
    }

    private static func list(_ metrics: [Metric]) -> JSON {
        if metrics.isEmpty { return .null }
        return .array(
            metrics.map { metric in
                metric.spelling.map { .string($0) } ?? MetricRegistry.object(metric) ?? .string(metric.name)
            })
    }
}
