import ShinkeiCore
import ShinkeiFormats

/// What a file holds, told without building anything from it.
public enum FileInspection {
    /// A line for every part: the layers and weights of a model file, the arrays of others.
    ///
    /// - Throws: `FormatError` or `ModelFileError`, one line that names file and place.
    public static func lines(_ path: String) throws -> [String] {
        let file = try FileBytes(path)
        return try parts(path, file).map { printable($0, limit: .max) }
    }

    private static func parts(_ path: String, _ file: FileBytes) throws -> [String] {
        let start = try file.read(0..<min(file.count, 8))
        if ZipReader.isZip(start) { return try archive(file) }
        if NpyHeader.isNpy(start) { return ["npy: \(try NpyHeader(file).summary)"] }
        if HDF5File.isHDF5(start) { return try hdf5(HDF5File(file), path) }
        if path.hasSuffix(".safetensors") {
            let tensors = try Safetensors(path)
            return ["safetensors: \(tensors.entries.count) tensors"]
                + tensors.metadata.sorted { $0.key < $1.key }.map { "  \($0.key): \(short($0.value))" }
                + tensors.entries.map { "  \($0.name): \($0.storedType) \($0.shape)" }
        }
        return try hdf5(HDF5File(file), path)
    }

    private static func archive(_ file: FileBytes) throws -> [String] {
        let zip = try ZipReader(file)
        guard KerasArchive.isModel(zip) else {
            return ["zip: \(zip.names.count) members"]
                + zip.names.map { "  \($0): \(zip.member($0)?.size ?? 0) bytes" }
        }
        let archive = try KerasArchive(file)
        let model = try archive.architecture()
        var lines = ["keras: \(title(model))"] + layers(model, indent: 1)
        if let settings = model["compile_config"], !settings.isNull { lines += compiled(settings) }
        if let names = try archive.classNames(), !names.isEmpty {
            lines.append("classes: \(short(names.joined(separator: ", ")))")
        }
        lines.append("weights:")
        try list(try archive.weightFile().root, &lines)
        return lines
    }

    private static func hdf5(_ file: HDF5File, _ name: String) throws -> [String] {
        var lines = ["hdf5"]
        if let model = try LegacyH5.json(file, "model_config", name: name) {
            lines = ["keras h5: \(title(model))"] + layers(model, indent: 1)
            if let settings = try LegacyH5.json(file, "training_config", name: name) { lines += compiled(settings) }
        }
        try list(file.root, &lines)
        return lines
    }

    private static func list(_ group: HDF5Group, _ lines: inout [String]) throws {
        let folder = group.path == "/" ? "" : group.path
        for name in group.memberNames {
            switch try group.member(name) {
            case .group(let inner): try list(inner, &lines)
            case .dataset(let dataset): lines.append("  \(dataset.path): \(dataset.type) \(Shape(dataset.shape))")
            case .other(let what): lines.append("  \(folder)/\(name): \(what)")
            case nil: lines.append("  \(folder)/\(name): leads nowhere")
            }
        }
    }

    /// A model's class and name.
    private static func title(_ model: JSON) -> String {
        "\(model["class_name"]?.string ?? "?") \"\(model["config"]?["name"]?.string ?? "?")\""
    }

    private static func layers(_ model: JSON, indent: Int) -> [String] {
        let list = model["config"]?["layers"]?.array ?? model["config"]?.array ?? []
        return list.flatMap { layer -> [String] in
            let name = layer["config"]?["name"]?.string ?? layer["name"]?.string ?? "?"
            let line = String(repeating: "  ", count: indent) + "\(name) (\(layer["class_name"]?.string ?? "?"))"
            return [line] + layers(layer, indent: indent + 1)
        }
    }

    private static func compiled(_ settings: JSON) -> [String] {
        func shown(_ json: JSON?) -> String {
            json?.string ?? json?["class_name"]?.string ?? json.map { short($0.text()) } ?? "none"
        }
        return [
            "compiled: optimizer \(shown(settings["optimizer"] ?? settings["optimizer_config"])), "
                + "loss \(shown(settings["loss"])), metrics \(shown(settings["metrics"]))"
        ]
    }

    private static func short(_ text: String) -> String { text.count <= 80 ? text : String(text.prefix(79)) + "…" }
}
