import ShinkeiCore
import ShinkeiFormats

/// A model file, opened: what kind it is, what it says about the architecture and training, and where its weights are.
///
/// The kind is told by content, not by name.
struct ModelFile {
    enum Kind { case keras, h5 }
    let path: String
    let kind: Kind
    /// The architecture: an object with `class_name` and `config`.
    let architecture: JSON
    /// What `compile` was given; `nil` if the model was not compiled.
    let compileSettings: JSON?
    /// What the classes are called, if the file says.
    let classNames: [String]?
    private let weights: HDF5File
    /// What a `.keras` file is.
    private let archive: KerasArchive?

    /// - Throws: `FormatError` or `ModelFileError`, one line that names file and place.
    init(_ path: String) throws {
        self.path = path
        let file = try FileBytes(path)
        let start = try file.read(0..<min(file.count, 8))
        if ZipReader.isZip(start) {
            kind = .keras
            let archive = try KerasArchive(file)
            self.archive = archive
            architecture = try archive.architecture()
            // A model that was not compiled has null there, or an empty object.
            compileSettings = architecture["compile_config"].flatMap { $0.object?.isEmpty ?? $0.isNull ? nil : $0 }
            classNames = try archive.classNames()
            weights = try archive.weightFile()
        } else {
            guard try Self.isHDF5(file) else {
                throw FormatError(
                    .notThisFormat, file: path,
                    reason: file.count == 0 ? "the file is empty" : "neither a .keras archive nor an HDF5 file")
            }
            kind = .h5
            archive = nil
            weights = try HDF5File(file)
            guard let config = try LegacyH5.json(weights, "model_config", name: path) else {
                throw ModelFileError(
                    "\(path): no Keras model: there is no attribute model_config (a file of weights alone?)")
            }
            architecture = config
            compileSettings = try LegacyH5.json(weights, "training_config", name: path)
            classNames = try LegacyH5.strings(weights.root, "class_names")
        }
    }

    /// HDF5 allows a user block of 512 bytes and its doublings in front.
    private static func isHDF5(_ file: FileBytes) throws(FormatError) -> Bool {
        var offset = 0
        while offset + 8 <= file.count {
            if HDF5File.isHDF5(try file.read(offset..<offset + 8)) { return true }
            offset = offset == 0 ? 512 : offset * 2
        }
        return false
    }

    /// The HDF5 file with the weights: the one at `path`, or the one in the archive there.
    static func weights(_ path: String) throws -> HDF5File {
        let file = try FileBytes(path)
        guard ZipReader.isZip(try file.read(0..<min(file.count, 2))) else { return try HDF5File(file) }
        return try KerasArchive(file).weightFile()
    }

    /// The model with its weights, and, if it was compiled, ready to be trained on.
    ///
    /// - Parameter compile: Whether the training settings are wanted; what is not supported there is then an error.
    func model(compile: Bool) throws -> Model {
        do {
            return try Session.loading { try make(compile: compile) }
        } catch let error as ModelFileError {
            throw error.description.hasPrefix(path) ? error : error.inside(path)
        }
    }

    private func make(compile: Bool) throws -> Model {
        guard let model = try LayerObject.read(architecture) as? Model else {
            throw ModelFileError("holds a layer, not a model")
        }
        guard model.isBuilt || model.inputShapes != nil else {
            throw ModelFileError("the input's shape is not known: the model was saved before it was built")
        }
        if !model.isBuilt, let shapes = model.inputShapes { try model.buildModel(shapes) }
        switch kind {
        case .keras: try WeightsH5.read(weights, into: model, name: path)
        case .h5: try LegacyH5.read(weights, into: model, name: path)
        }
        model.classNames = classNames
        try VocabularyFiles.read(archive, weights, into: model)
        if compile, let settings = compileSettings {
            let settings = try CompileObject.read(settings, outputs: try model.outputNames() ?? ["output"])
            try model.compile(settings.optimizer, settings.outputs)
            let trained = model.trainableWeights
            switch kind {
            case .keras: try WeightsH5.readOptimizer(weights, into: settings.optimizer, trained, name: path)
            case .h5: try LegacyH5.readOptimizer(weights, into: settings.optimizer, trained, name: path)
            }
        }
        return model
    }
}

extension Model {
    /// The model in a file that Keras wrote, or `save`: `.keras`, or the older `.h5`.
    ///
    /// Weights, optimizer state and compile settings come along, so that training goes on where it stopped. No file
    /// can run code.
    ///
    /// - Parameter compile: Whether to compile as the file says.
    /// - Throws: One line that names the file and the place: `FormatError` if it is damaged or no such file,
    ///   `ModelFileError` if it asks for what is wrong or not supported yet.
    ///
    /// Keras: `keras.models.load_model`.
    public static func load(_ path: String, compile: Bool = true) throws -> Model {
        try ModelFile(path).model(compile: compile)
    }
}
