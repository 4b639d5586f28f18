import ShinkeiCore
import ShinkeiFormats

/// Keras 3's `model.weights.h5`: weights by class and order, and the optimizer's state.
enum WeightsH5 {
    /// Fills the weights of a built model.
    ///
    /// - Throws: `ModelFileError` naming the layer whose weights are missing or of another shape; `FormatError`.
    static func read(_ file: HDF5File, into model: Model, name: String) throws {
        for place in WeightPlaces(of: model).places {
            let weights = place.layer.savedWeights
            guard !weights.isEmpty else { continue }
            let path = place.path.isEmpty ? "vars" : "\(place.path)/vars"
            guard let group = try file.root.group(path) ?? file.root.group(older(place.path)),
                !group.memberNames.isEmpty
            else {
                throw ModelFileError("\(name): no weights for layer \"\(place.layer.name)\"; there is no \(path)")
            }
            let count = group.memberNames.count
            guard count == weights.count else {
                throw ModelFileError(
                    "\(name): layer \"\(place.layer.name)\" has \(weights.count) weights, \(path) has \(count)")
            }
            for (i, weight) in weights.enumerated() {
                guard let dataset = try group.dataset(String(i)) else {
                    throw ModelFileError("\(name): layer \"\(place.layer.name)\": there is no \(path)/\(i)")
                }
                try fill(weight, dataset, "\(name): layer \"\(place.layer.name)\"")
            }
        }
    }

    /// Where Keras 2 put the layers inside `MultiHeadAttention`: under the names of private properties.
    private static func older(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.dropLast().joined(separator: "/") + "/_" + (parts.last ?? "") + "/vars"
    }

    /// Gives a weight a dataset's elements.
    static func fill(_ weight: Weight, _ dataset: HDF5Dataset, _ place: String) throws {
        guard dataset.dtype != nil else {
            throw ModelFileError(
                "\(place): \(weight.name) is \(weight.dtype), \(dataset.path) is of type \(dataset.type)")
        }
        guard dataset.shape == weight.shape.sizes else {
            throw ModelFileError(
                "\(place): \(weight.name) needs shape \(weight.shape), \(dataset.path) has \(Shape(dataset.shape))")
        }
        let array = try dataset.read()
        guard
            array.dtype == weight.dtype || array.dtype.isFloating && weight.dtype.isFloating
                || !array.dtype.isFloating && !weight.dtype.isFloating
        else { throw ModelFileError("\(place): \(weight.name) is \(weight.dtype), \(dataset.path) is \(dataset.type)") }
        weight.value = Tensor(array).cast(to: weight.dtype).evaluate()
    }

    /// The optimizer's state, if the file has one for these weights: then training goes on where it stopped.
    static func readOptimizer(_ file: HDF5File, into optimizer: Optimizer, _ trained: [Weight], name: String) throws {
        guard let group = try file.root.group("optimizer/vars"), !group.memberNames.isEmpty else { return }
        optimizer.build(trained)
        var all = optimizer.savedWeights
        let count = group.memberNames.count
        // Compiled and never trained: no slots yet.
        if count == optimizer.unbuiltWeights.count { all = optimizer.unbuiltWeights }
        guard count == all.count else {
            throw ModelFileError(
                "\(name): the optimizer \(optimizer.name) has \(all.count) variables, the file \(count)")
        }
        for (i, weight) in all.enumerated() {
            guard let dataset = try group.dataset(String(i)) else {
                throw ModelFileError("\(name): there is no optimizer/vars/\(i)")
            }
            try fill(weight, dataset, "\(name): optimizer \(optimizer.name)")
        }
    }
}
