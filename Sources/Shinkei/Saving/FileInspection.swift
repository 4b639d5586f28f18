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
        if start.starts(with: [0x50, 0x4B]) { return try archive(ZipReader(file)) }
        if start.starts(with: [0x93] + Array("NUMPY".utf8)) {
            let array = try Npy.read(path)
            return ["npy: \(array.dtype) \(array.shape)"]
        }
        if HDF5File.isHDF5(start) { return try hdf5(HDF5File(file), path) }
        if path.hasSuffix(".safetensors") {
            let tensors = try Safetensors(path)
            return ["safetensors: \(tensors.entries.count) tensors"]
                + tensors.metadata.sorted { $0.key < $1.key }.map { "  \($0.key): \(short($0.value))" }
                + tensors.entries.map { "  \($0.name): \($0.storedType) \($0.shape)" }
        }
        return try hdf5(HDF5File(file), path)
    }

    private static func archive(_ archive: ZipReader) throws -> [String] {
        guard let config = archive.member("config.json"), archive.member("model.weights.h5") != nil else {
            return ["zip: \(archive.names.count) members"]
                + archive.names.map { "  \($0): \(archive.member($0)?.size ?? 0) bytes" }
        }
        let json = try JSON(parsing: try config.bytes(limit: 256 << 20), name: "\(archive.source.name): config.json")
        var lines = ["keras: \(json["class_name"]?.string ?? "?") \"\(json["config"]?["name"]?.string ?? "?")\""]
        lines += layers(json, indent: 1)
        if let settings = json["compile_config"], !settings.isNull { lines += compiled(settings) }
        if let metadata = archive.member("metadata.json") {
            let notes = try JSON(
                parsing: try metadata.bytes(limit: 256 << 20), name: "\(archive.source.name): metadata.json")
            let names = (notes["class_names"]?.array ?? []).compactMap(\.string)
            if !names.isEmpty { lines.append("classes: \(short(names.joined(separator: ", ")))") }
        }
        return lines + ["weights:"]
            + (try hdf5(HDF5File(try ModelFile.weights(archive)), archive.source.name).dropFirst())
    }

    private static func hdf5(_ file: HDF5File, _ name: String) throws -> [String] {
        var lines = ["hdf5"]
        if let text = try file.root.attribute("model_config")?.string {
            let json = try JSON(parsing: Array(text.utf8), name: "\(name): model_config")
            lines = ["keras h5: \(json["class_name"]?.string ?? "?") \"\(json["config"]?["name"]?.string ?? "?")\""]
            lines += layers(json, indent: 1)
            if let text = try file.root.attribute("training_config")?.string {
                lines += compiled(try JSON(parsing: Array(text.utf8), name: "\(name): training_config"))
            }
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
