import ShinkeiCore
import ShinkeiFormats

extension Model {
    /// Writes the model: architecture, weights, compile settings and the optimizer's state. Keras opens it.
    ///
    /// The file appears complete or not at all. Equal models give equal files.
    ///
    /// - Parameter path: Its ending chooses the format: `.keras`, or `.h5` for the older one of one HDF5 file.
    /// - Throws: `ModelFileError` if it has another ending, or a layer has no configuration to save; `FormatError` if the
    ///   file cannot be written.
    ///
    /// Keras: `keras.Model.save`.
    public func save(_ path: String) throws {
        let format = ModelFormat(path: path)
        guard let format, !format.isWeightsOnly else {
            throw ModelFileError(
                "\(path): a whole model is written to .keras or .h5"
                    + (format == nil ? "" : "; with this ending saveWeights writes the weights alone"))
        }
        try checkIsBuilt(path)
        do {
            if format == .h5 {
                try HDF5Writer(try legacyTree()).write(to: path)
            } else {
                try saveArchive(path)
            }
        } catch let error as ModelFileError {
            throw error.inside(path)
        }
    }

    /// Writes the weights alone. Keras opens `.weights.h5`.
    ///
    /// - Parameter path: Its ending chooses the format: `.weights.h5`, or arrays by name (`layers/dense/kernel`) in
    ///   `.safetensors` or `.npz`.
    /// - Throws: `ModelFileError` if it has another ending; `FormatError` if the file cannot be written.
    ///
    /// Keras: `keras.Model.save_weights`.
    public func saveWeights(_ path: String) throws {
        let format = ModelFormat(path: path)
        if format?.isWeightsOnly == true { try checkIsBuilt(path) }
        switch format {
        case .weightsH5: try HDF5Writer(weightTree(withOptimizer: false)).write(to: path)
        case .safetensors: try Safetensors.write(arraysByPath(), metadata: ["format": "shinkei"], to: path)
        case .npz: try Npz.write(arraysByPath(), to: path)
        case .keras, .h5, nil:
            throw ModelFileError("\(path): weights alone are written to .weights.h5, .safetensors or .npz")
        }
    }

    private func checkIsBuilt(_ path: String) throws(ModelFileError) {
        if !isBuilt { throw ModelFileError("\(path): the model has no weights yet: its input's shape is not known") }
    }

    /// The weights under their places in Keras's weight files: `layers/dense/kernel`.
    private func arraysByPath() -> [(name: String, array: HostArray)] {
        WeightPlaces(of: self).places.flatMap { place in
            place.layer.savedWeights.map { (place.name(of: $0), HostArray($0.value)) }
        }
    }

    private func loadArrays(_ path: String, _ names: [String], _ read: (String) throws -> HostArray) throws {
        let known = Set(names)
        for place in WeightPlaces(of: self).places {
            for weight in place.layer.savedWeights {
                let name = place.name(of: weight)
                guard known.contains(name) else {
                    throw ModelFileError("\(path): layer \"\(place.layer.name)\": there is no \(name)")
                }
                let array = try read(name)
                guard array.shape == weight.shape else {
                    throw ModelFileError(
                        "\(path): layer \"\(place.layer.name)\": \(weight.name) needs shape \(weight.shape), \(name) has \(array.shape)"
                    )
                }
                weight.value = Tensor(array).cast(to: weight.dtype).evaluate()
            }
        }
    }

    /// Fills the weights from a file of weights, or a whole model's: `.weights.h5`, `.keras`, the older `.h5`.
    ///
    /// - Throws: `ModelFileError` naming the layer whose weights are missing or of another shape; `FormatError`.
    ///
    /// Keras: `keras.Model.load_weights`.
    public func loadWeights(_ path: String) throws {
        try checkIsBuilt(path)
        if path.hasSuffix(".safetensors") {
            let file = try Safetensors(path)
            return try loadArrays(path, file.names) { try file.read($0) }
        }
        if path.hasSuffix(".npz") {
            let file = try Npz(path)
            return try loadArrays(path, file.names) { try file.read($0) }
        }
        let file = try ModelFile.weights(path)
        if try file.root.attribute("layer_names") != nil || file.root.member("model_weights") != nil {
            try LegacyH5.read(file, into: self, name: path)
        } else {
            try WeightsH5.read(file, into: self, name: path)
        }
    }

    private func saveArchive(_ path: String) throws {
        guard var object = try LayerObject.write(self).object else { return }
        if let training { object["compile_config"] = try CompileObject.write(training) }
        var metadata: JSON.Object = ["keras_version": .string(KerasClasses.version), "writer": "shinkei"]
        if let classNames { metadata["class_names"] = .array(classNames.map { .string($0) }) }
        let weights = try HDF5Writer(weightTree(withOptimizer: true))
        let archive = try ZipWriter(path)
        try archive.add("metadata.json", JSON.object(metadata).encoded())
        try archive.add("config.json", JSON.object(object).encoded())
        try archive.add("model.weights.h5", size: weights.count) { sink throws(FormatError) in
            try weights.write { bytes throws(FormatError) in try sink.write(bytes) }
        }
        for (name, bytes) in VocabularyFiles.written(of: self) { try archive.add(name, bytes, compressed: true) }
        try archive.finish()
    }

    private func weightTree(withOptimizer: Bool) -> HDF5Tree {
        var tree = HDF5Tree()
        for place in WeightPlaces(of: self).places {
            var group = HDF5Tree()
            group["name"] = .string(place.layer.name)
            for (i, weight) in place.layer.savedWeights.enumerated() {
                group.members[String(i)] = .dataset(.init(weight))
            }
            tree.add(.group(group), at: place.path.isEmpty ? "vars" : "\(place.path)/vars")
            if let layer = place.layer as? any VocabularyLayer, !layer.idfWeights.isEmpty {
                let weights = Weight("idf_weights", Tensor(layer.idfWeights, shape: [layer.idfWeights.count]))
                for folder in [""] + layer.innerFolders {
                    var group = HDF5Tree()
                    group["name"] = .string(layer.name)
                    group.members["idf_weights"] = .dataset(.init(weights))
                    tree.add(.group(group), at: "\(place.path)\(folder)/vars")
                }
            }
        }
        if withOptimizer, let optimizer {
            var group = HDF5Tree()
            group["name"] = .string(optimizer.name)
            for (i, weight) in optimizer.savedWeights.enumerated() {
                group.members[String(i)] = .dataset(.init(weight))
            }
            tree.add(.group(group), at: "optimizer/vars")
        }
        return tree
    }

    private func legacyTree() throws -> HDF5Tree {
        if let layer = VocabularyFiles.learner(in: self) {
            throw ModelFileError(
                "layer \"\(layer.name)\": this format has no place for a learnt vocabulary; save as .keras")
        }
        var tree = HDF5Tree()
        tree["backend"] = .string("tensorflow")
        tree["keras_version"] = .string(KerasClasses.version)
        tree["model_config"] = .string(try LayerObject.write(self).text())
        if let training { tree["training_config"] = .string(try CompileObject.write(training, isLegacy: true).text()) }
        if let classNames { tree.setNames("class_names", classNames) }
        var all = HDF5Tree()
        all["backend"] = tree["backend"]
        all["keras_version"] = tree["keras_version"]
        all.setNames("layer_names", layers.map(\.name))
        for layer in layers {
            let weights = layer.legacyWeights
            all.add(.group(.named("weight_names", weights, weights.map(\.path))), at: layer.name)
        }
        all.add(.group(.named("weight_names", [], [])), at: "top_level_model_weights")
        tree.add(.group(all), at: "model_weights")
        if let optimizer {
            let weights = optimizer.savedWeights
            let names = weights.map { $0.path.contains("/") ? $0.path : "\(optimizer.name)/\($0.name)" }
            tree.add(.group(.named("weight_names", weights, names)), at: "optimizer_weights")
        }
        return tree
    }
}

extension HDF5Tree {
    /// A group of weights whose names, in order, stand in an attribute.
    fileprivate static func named(_ attribute: String, _ weights: [Weight], _ names: [String]) -> HDF5Tree {
        var group = HDF5Tree()
        group.setNames(attribute, names)
        for (weight, name) in zip(weights, names) { group.add(.dataset(.init(weight)), at: name) }
        return group
    }

    /// An attribute holds 64 KB; longer lists are cut into `name0`, `name1`, … as Keras does.
    fileprivate mutating func setNames(_ attribute: String, _ names: [String]) {
        let limit = 64_000
        let width = max(names.map(\.utf8.count).max() ?? 0, 1)
        if names.count * width <= limit {
            self[attribute] = .strings(names)
            return
        }
        let size = max(1, limit / width)
        for (i, start) in stride(from: 0, to: names.count, by: size).enumerated() {
            self["\(attribute)\(i)"] = .strings(Array(names[start..<min(start + size, names.count)]))
        }
    }
}

extension HDF5Tree.Dataset {
    /// A weight's elements, read when they are written.
    fileprivate init(_ weight: Weight) {
        self.init(shape: weight.shape.sizes, type: StoredType(weight.dtype)) { () throws(FormatError) in
            weight.value.hostBytes()
        }
    }
}
