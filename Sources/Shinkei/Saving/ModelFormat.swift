/// The formats that models are written in, which the ending of a path chooses.
public enum ModelFormat: Hashable, Sendable, CaseIterable {
    /// Keras 3's archive: `.keras`.
    case keras
    /// The older whole model in one HDF5 file: `.h5`, `.hdf5`.
    case h5
    /// Keras 3's weights alone: `.weights.h5`.
    case weightsH5
    /// Weights alone, by name: `.safetensors`.
    case safetensors
    /// Weights alone, by name, as NumPy has them: `.npz`.
    case npz

    /// The format for a path; `nil` if the ending is none of the above.
    public init?(path: String) {
        func ends(_ ending: String) -> Bool { path.hasSuffix(ending) }
        if ends(".weights.h5") {
            self = .weightsH5
        } else if ends(".h5") || ends(".hdf5") {
            self = .h5
        } else if ends(".keras") {
            self = .keras
        } else if ends(".safetensors") {
            self = .safetensors
        } else if ends(".npz") {
            self = .npz
        } else {
            return nil
        }
    }

    /// Whether it holds weights and no architecture.
    public var isWeightsOnly: Bool { self != .keras && self != .h5 }
}

extension Model {
    /// Writes the model as the ending says: whole to `.keras` and `.h5`, the weights alone to `.weights.h5`,
    /// `.safetensors` and `.npz`.
    ///
    /// - Throws: As `save(_:)` and `saveWeights(_:)` do.
    public func write(to path: String) throws {
        if ModelFormat(path: path)?.isWeightsOnly == true { try saveWeights(path) } else { try save(path) }
    }
}
