import ShinkeiCore
import ShinkeiFormats

/// The older whole-model file of Keras 1 to 3: JSON in attributes, weights by layer name.
enum LegacyH5 {
    /// A JSON text in an attribute of the root, if it is there.
    static func json(_ file: HDF5File, _ attribute: String, name: String) throws -> JSON? {
        guard let text = try file.root.attribute(attribute)?.string else { return nil }
        return try JSON(parsing: Array(text.utf8), name: "\(name): \(attribute)")
    }

    /// Fills the weights of a built model from `model_weights`, or from the root of a file of weights alone.
    static func read(_ file: HDF5File, into model: Model, name: String) throws {
        let root = try file.root.group("model_weights") ?? file.root
        guard let names = try strings(root, "layer_names") else {
            throw ModelFileError("\(name): no model weights: there is no attribute layer_names in \(root.path)")
        }
        var groups: [(name: String, group: HDF5Group, weightNames: [String])] = []
        for layer in names {
            guard let group = try root.group(layer) else {
                throw ModelFileError("\(name): there is no group for layer \"\(layer)\"")
            }
            let weightNames = try strings(group, "weight_names") ?? []
            if !weightNames.isEmpty { groups.append((layer, group, weightNames)) }
        }
        let layers = model.layers.filter { !$0.legacyWeights.isEmpty }
        let byName = Dictionary(layers.map { ($0.name, $0) }) { first, _ in first }
        guard groups.count == layers.count else {
            let missing = layers.first { layer in !groups.contains { $0.name == layer.name } }
            throw ModelFileError(
                "\(name): \(layers.count) layers have weights, the file has them for \(groups.count)"
                    + (missing.map { "; none for layer \"\($0.name)\"" } ?? ""))
        }
        // All by name or all by place: names that Keras counted up mean others in another model.
        let isNamed = groups.allSatisfy { byName[$0.name] != nil }
        for (i, entry) in groups.enumerated() {
            let layer = isNamed ? byName[entry.name]! : layers[i]
            let weights = layer.legacyWeights
            guard weights.count == entry.weightNames.count else {
                throw ModelFileError(
                    "\(name): layer \"\(layer.name)\" has \(weights.count) weights, the file \(entry.weightNames.count)"
                )
            }
            for (weight, path) in zip(weights, entry.weightNames) {
                guard let dataset = try entry.group.dataset(path) else {
                    throw ModelFileError("\(name): layer \"\(layer.name)\": there is no \(path)")
                }
                try WeightsH5.fill(weight, dataset, "\(name): layer \"\(layer.name)\"")
            }
        }
    }

    /// The optimizer's state, if there is one that fits.
    static func readOptimizer(_ file: HDF5File, into optimizer: Optimizer, _ trained: [Weight], name: String) throws {
        guard let group = try file.root.group("optimizer_weights"), let names = try strings(group, "weight_names"),
            !names.isEmpty
        else { return }
        optimizer.build(trained)
        var all = optimizer.savedWeights
        if names.count == optimizer.unbuiltWeights.count { all = optimizer.unbuiltWeights }
        // Keras 2 writes the learning rate last, or not at all.
        let weights = names.count == all.count - 1 ? all.filter { $0 !== optimizer.rate } : all
        guard names.count == weights.count || names.count <= 2 else {
            throw ModelFileError(
                "\(name): the optimizer \(optimizer.name) has \(all.count) variables, the file \(names.count)")
        }
        for (weight, path) in zip(weights, names) {
            guard let dataset = try group.dataset(path) else {
                throw ModelFileError("\(name): there is no \(path) in optimizer_weights")
            }
            try WeightsH5.fill(weight, dataset, "\(name): optimizer \(optimizer.name)")
        }
    }

    /// A list of strings; one longer than 64 KB is cut into `name0`, `name1`, ….
    static func strings(_ object: HDF5Group, _ attribute: String) throws -> [String]? {
        if let value = try object.attribute(attribute) { return value.strings ?? [] }
        var all: [String] = []
        var count = 0
        while let part = try object.attribute("\(attribute)\(count)") {
            all += part.strings ?? []
            count += 1
        }
        return count > 0 ? all : nil
    }
}

extension Layer {
    /// All weights in the order of the older files: what is trained, then the rest.
    var legacyWeights: [Weight] { trainableWeights + nonTrainableWeights }
}
