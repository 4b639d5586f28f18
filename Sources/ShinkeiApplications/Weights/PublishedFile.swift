import FoundationEssentials
import ShinkeiData
import ShinkeiFormats

/// Why published weights or names are not at hand. One line that says what to do.
public struct PretrainedWeightsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was expected and what to do.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A file that the authors of Keras publish.
struct PublishedFile: Hashable, Sendable {
    /// Its name, here and there.
    var name: String
    /// Bytes.
    var size: Int
    /// As published, lower-case hexadecimal; `nil` where none is. It tells a damaged file, not a forged one.
    var md5: String?
    /// Where it is published.
    var address: String

    static let imageNetClasses = PublishedFile(
        name: "imagenet_class_index.json", size: 35_363, md5: "c2c37ea517e94d9795004a39431a14cb",
        address: "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json")

    /// The path of the file: in the folder of `SHINKEI_DATA`, there in `models`, in the cache, or where Keras keeps its own
    /// downloads.
    ///
    /// - Throws: ``PretrainedWeightsError`` with the file's name, size and checksum if it is nowhere.
    func find(_ locations: DataLocations = DataLocations()) throws(PretrainedWeightsError) -> String {
        var folders: [String] = []
        if let data = locations.data { folders += [data, data + "/models"] }
        let cache = locations.cache.map { $0 + "/models" }
        if let cache { folders.append(cache) }
        if let home = locations.home { folders.append(home + "/.keras/models") }
        if let path = folders.map({ "\($0)/\(name)" }).first(where: fileExists) { return path }
        let checksum = md5.map { ", MD5 \($0)" } ?? ""
        throw PretrainedWeightsError(
            "\(name) (\(size) bytes\(checksum)) is not on this machine; get it from \(address) and put it into "
                + (locations.data ?? cache ?? "the folder that SHINKEI_DATA names"))
    }
}
