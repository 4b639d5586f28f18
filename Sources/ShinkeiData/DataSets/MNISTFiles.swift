import ShinkeiFormats

/// MNIST's four files: where they lie, or where to get them.
struct MNISTFiles {
    /// Training images and labels, test images and labels.
    ///
    /// The checksums were computed from the files whose MD5 sums are the published ones.
    var files = [
        RemoteFile(
            name: "train-images-idx3-ubyte", size: 47_040_016,
            sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        RemoteFile(
            name: "train-labels-idx1-ubyte", size: 60_008,
            sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        RemoteFile(
            name: "t10k-images-idx3-ubyte", size: 7_840_016,
            sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        RemoteFile(
            name: "t10k-labels-idx1-ubyte", size: 10_008,
            sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ]

    static let mirrors = [
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://yann.lecun.com/exdb/mnist/",
    ]

    /// The paths of the four files, downloaded if they are nowhere and may be.
    func find(
        in directory: String?, download isAllowed: Bool, _ locations: DataLocations
    ) throws(DataSetError) -> [String] {
        if let directory {
            if let paths = paths(in: directory) ?? paths(in: directory + "/mnist") { return paths }
            throw DataSetError(
                .notFound, dataSet: "MNIST", reason: "\(directory) needs \(namesText)")
        }
        if let data = locations.data {
            if let paths = paths(in: data) ?? paths(in: data + "/mnist") { return paths }
        }
        if !isAllowed {
            if let paths = locations.cache.flatMap({ paths(in: $0 + "/mnist") }) { return paths }
            throw DataSetError(
                .notFound, dataSet: "MNIST",
                reason: "\(namesText) are neither where SHINKEI_DATA says nor in the cache")
        }
        guard let cache = locations.cache else {
            throw DataSetError(
                .notDownloaded, dataSet: "MNIST",
                reason: "no place for a download, since SHINKEI_CACHE and HOME are not set; set "
                    + "one, or set SHINKEI_DATA to a folder with \(namesText)")
        }
        let folder = cache + "/mnist"
        if let paths = paths(in: folder) { return paths }
        do throws(Failure) {
            try download(into: folder)
        } catch {
            let unused = locations.data.map { " (now \($0), which lacks them)" } ?? ""
            throw DataSetError(
                .notDownloaded, dataSet: "MNIST",
                reason: "no download (\(error.reasons.joined(separator: "; "))); put \(namesText) "
                    + "into \(folder), or set SHINKEI_DATA\(unused) to the folder that holds them")
        }
        guard let paths = paths(in: folder) else {
            throw DataSetError(
                .notFound, dataSet: "MNIST", reason: "the files vanished from \(folder)")
        }
        return paths
    }

    /// The paths of the four files, if a folder holds them all.
    private func paths(in folder: String) -> [String]? {
        let found = files.compactMap { path(of: $0.name, in: folder) }
        return found.count == files.count ? found : nil
    }

    private func path(of name: String, in folder: String) -> String? {
        // train-images-idx3-ubyte is also known as train-images.idx3-ubyte. The plain file first:
        // it loads faster.
        let words = name.split(separator: "-")
        let dotted =
            words.prefix(2).joined(separator: "-") + "." + words.dropFirst(2).joined(separator: "-")
        return [name, dotted, name + ".gz", dotted + ".gz"].map { "\(folder)/\($0)" }
            .first(where: fileExists)
    }

    private typealias Failure = RemoteFile.Failure

    private func download(into folder: String) throws(Failure) {
        if let message = makeFolder(folder) { throw Failure(reasons: ["\(folder): \(message)"]) }
        let line = terminalProgress()
        defer { line?("") }
        for file in files where path(of: file.name, in: folder) == nil {
            let progress = line.map { line in
                { (count: Int) in
                    line("MNIST: downloading \(file.name).gz, \(count / 1000) kB")
                }
            }
            try file.download(into: folder, progress: progress)
        }
    }

    private var namesText: String {
        files.dropLast().map(\.name).joined(separator: ", ") + " and "
            + (files.last?.name ?? "") + " (plain or .gz)"
    }
}

extension RemoteFile {
    /// One of MNIST's files, at all its mirrors.
    fileprivate init(name: String, size: Int, sha256: String) {
        self.init(
            name: name, size: size, sha256: sha256,
            addresses: MNISTFiles.mirrors.map { "\($0)\(name).gz" })
    }
}
