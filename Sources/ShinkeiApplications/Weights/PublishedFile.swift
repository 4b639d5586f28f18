import ShinkeiData

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
    /// How it may be fetched, in `curl`'s words.
    var schemes = "=https"

    static let imageNetClasses = PublishedFile(
        name: "imagenet_class_index.json", size: 35_363, md5: "c2c37ea517e94d9795004a39431a14cb",
        address: "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json")

    /// The path of the file: in the folder of `SHINKEI_DATA`, there in `models`, in the cache, or where Keras keeps its own
    /// downloads; else it is downloaded into the cache.
    ///
    /// - Parameter owner: Whose file it is, for progress and errors.
    /// - Throws: ``PretrainedWeightsError`` with the file's name, size and checksum if it is nowhere and does not come.
    func find(
        for owner: String, _ locations: DataLocations = DataLocations()
    ) throws(PretrainedWeightsError) -> String {
        var folders: [String] = []
        if let data = locations.data { folders += [data, data + "/models"] }
        let cache = locations.cache.map { $0 + "/models" }
        if let cache { folders.append(cache) }
        if let home = locations.home { folders.append(home + "/.keras/models") }
        if let path = folders.map({ "\($0)/\(name)" }).first(where: fileExists) { return path }

        let checksum = md5.map { ", MD5 \($0)" } ?? ""
        let what = "\(owner): \(name) (\(size) bytes\(checksum)) is not on this machine; "
        guard let cache else {
            throw PretrainedWeightsError(
                what + "put it into \(locations.data ?? "the folder that SHINKEI_DATA names"); it is at \(address)")
        }
        let file = DataFile(
            dataSet: owner, folder: "models", name: name, limit: size, checksum: md5.map { .md5($0) } ?? .size(size),
            addresses: [address], schemes: schemes)
        let reasons = file.download(into: cache)
        guard reasons.isEmpty else {
            throw PretrainedWeightsError(
                what + "put it into \(locations.data ?? cache); no download: " + reasons.joined(separator: "; "))
        }
        return "\(cache)/\(name)"
    }
}
