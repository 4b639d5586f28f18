import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiData

@Suite struct MNISTTests {
    static let nowhere = DataLocations([:])

    static func load(
        _ directory: String? = nil, _ variables: [String: String] = [:], mirrors: [String] = []
    ) throws -> ImageDataSet {
        try MNIST.load(
            from: directory, locations: DataLocations(variables),
            files: TinyMNIST.files(mirrors: mirrors))
    }

    static func check(_ mnist: ImageDataSet) {
        for part in [mnist.train, mnist.test] {
            #expect(part.count == 2)
            #expect(part.images.shape == [2, 28, 28])
            #expect(part.images.dtype == .uint8)
            #expect(part.images.hostBytes() == Array(TinyMNIST.images.dropFirst(16)))
            #expect(part.labels.shape == [2])
            #expect(part.labels.dtype == .int32)
            #expect(part.labels.hostBytes() == [3, 0, 0, 0, 9, 0, 0, 0])
            #expect(part.classNames == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
        }
    }

    static func error(
        _ kind: DataSetError.Kind, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () throws -> ImageDataSet
    ) -> String {
        do {
            _ = try body()
            Issue.record("no error", sourceLocation: sourceLocation)
        } catch let error as DataSetError {
            #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
            #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
            #expect(error.description.hasPrefix("MNIST: "), sourceLocation: sourceLocation)
            return error.description
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
        }
        return ""
    }

    // MARK: - Where the files are

    @Test(arguments: [false, true], [false, true])
    func `Both spellings load, plain and compressed`(gzip: Bool, dotted: Bool) throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder, gzip: gzip) { name in
                let words = name.split(separator: "-")
                return dotted ? "\(words[0])-\(words[1]).\(words[2])-\(words[3])" : name
            }
            Self.check(try Self.load(folder))
        }
    }

    @Test func `A folder called mnist is found`() throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder + "/mnist")
            Self.check(try Self.load(folder))
            Self.check(try Self.load(nil, ["SHINKEI_DATA": folder]))
            Self.check(try Self.load(nil, ["SHINKEI_DATA": folder + "/mnist"]))
        }
    }

    @Test func `A given folder is the only place`() throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder + "/data")
            try TinyMNIST.makeFolders(folder + "/empty")
            let text = Self.error(.notFound) {
                try Self.load(folder + "/empty", ["SHINKEI_DATA": folder + "/data"])
            }
            for name in TinyMNIST.names { #expect(text.contains(name)) }
            try FileManager.default.removeItem(atPath: folder + "/data/t10k-labels-idx1-ubyte")
            _ = Self.error(.notFound) { try Self.load(folder + "/data") }
        }
    }

    @Test func `The cache comes after SHINKEI_DATA`() throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder + "/cache/mnist")
            let variables = [
                "SHINKEI_DATA": folder + "/data", "SHINKEI_CACHE": folder + "/cache",
            ]
            Self.check(try Self.load(nil, variables))
            // A damaged file in SHINKEI_DATA is not passed over in silence.
            try TinyMNIST.write(to: folder + "/data")
            try Data([1]).write(to: URL(filePath: folder + "/data/t10k-labels-idx1-ubyte"))
            let text = Self.error(.invalid) { try Self.load(nil, variables) }
            #expect(text.contains(folder + "/data/t10k-labels-idx1-ubyte: idx: "))
        }
    }

    @Test func `The cache is where the environment says`() {
        let home = ["HOME": "/home/a"]
        #if canImport(Darwin)
            #expect(DataLocations(home).cache == "/home/a/Library/Caches/shinkei")
        #else
            #expect(DataLocations(home).cache == "/home/a/.cache/shinkei")
        #endif
        let standard = home.merging(["XDG_CACHE_HOME": "/x"]) { $1 }
        #expect(DataLocations(standard).cache == "/x/shinkei")
        let own = standard.merging(["SHINKEI_CACHE": "c"]) { $1 }
        #expect(DataLocations(own).cache == "c")
        let relative = home.merging(["XDG_CACHE_HOME": "x", "SHINKEI_CACHE": ""]) { $1 }
        #expect(DataLocations(relative).cache == DataLocations(home).cache)
        #expect(Self.nowhere.cache == nil)
        #expect(Self.error(.notDownloaded) { try Self.load() }.contains("SHINKEI_CACHE"))
    }

    @Test func `Without leave to download, the cache is the last place`() throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder + "/mirror", gzip: true)
            func load() throws -> ImageDataSet {
                try MNIST.load(
                    from: nil, download: false, locations: DataLocations(["SHINKEI_CACHE": folder]),
                    files: TinyMNIST.files(mirrors: [folder + "/mirror"]))
            }
            #expect(Self.error(.notFound, load).contains("nor in the cache"))
            #expect(!fileExists(folder + "/mnist"))
            try TinyMNIST.write(to: folder + "/mnist")
            Self.check(try load())
        }
    }

    // MARK: - Downloads (from this machine, by curl's file scheme)

    @Test func `Missing files are downloaded into the cache, decompressed`() throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder + "/mirror", gzip: true)
            let variables = ["SHINKEI_CACHE": folder + "/a/b"]
            // The first mirror does not exist.
            let mirrors = [folder + "/no", folder + "/mirror"]
            Self.check(try Self.load(nil, variables, mirrors: mirrors))
            let names = try FileManager.default.contentsOfDirectory(
                atPath: folder + "/a/b/mnist")
            #expect(names.sorted() == TinyMNIST.names.sorted())
            // From now on without mirrors.
            Self.check(try Self.load(nil, variables))
        }
    }

    @Test func `A damaged mirror is passed over`() throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder + "/mirror", gzip: true)
            try TinyMNIST.write(to: folder + "/cut", gzip: true)
            try Data(TinyMNIST.imagesGzip.dropLast()).write(
                to: URL(filePath: folder + "/cut/t10k-images-idx3-ubyte.gz"))
            let mirrors = [folder + "/cut", folder + "/mirror"]
            Self.check(try Self.load(nil, ["SHINKEI_CACHE": folder], mirrors: mirrors))
        }
    }

    @Test func `Other content is refused, and nothing stays behind`() throws {
        try TinyMNIST.withFolder { folder in
            // The images where the labels should be: too long. Labels for images: other content.
            try TinyMNIST.write(to: folder + "/wrong", gzip: true)
            try Data(TinyMNIST.labelsGzip).write(
                to: URL(filePath: folder + "/wrong/train-images-idx3-ubyte.gz"))
            var text = Self.error(.notDownloaded) {
                try Self.load(nil, ["SHINKEI_CACHE": folder], mirrors: [folder + "/wrong"])
            }
            #expect(text.contains("10 bytes with a wrong checksum"))
            try Data(TinyMNIST.imagesGzip).write(
                to: URL(filePath: folder + "/wrong/train-images-idx3-ubyte.gz"))
            try Data(TinyMNIST.imagesGzip).write(
                to: URL(filePath: folder + "/wrong/train-labels-idx1-ubyte.gz"))
            text = Self.error(.notDownloaded) {
                try Self.load(nil, ["SHINKEI_CACHE": folder], mirrors: [folder + "/wrong"])
            }
            #expect(text.contains("more than the limit of 10 bytes"))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/mnist")
            #expect(names == ["train-images-idx3-ubyte"])
        }
    }

    @Test func `Without a network, the error says what to do`() throws {
        try TinyMNIST.withFolder { folder in
            let text = Self.error(.notDownloaded) {
                try Self.load(
                    nil, ["SHINKEI_CACHE": folder, "SHINKEI_DATA": folder + "/typo"],
                    mirrors: [folder + "/no", folder + "/neither"])
            }
            #expect(text.contains("file://\(folder)/no/train-images-idx3-ubyte.gz: curl: (37)"))
            #expect(text.contains("neither"))
            for name in TinyMNIST.names { #expect(text.contains(name)) }
            #expect(text.contains("into \(folder)/mnist, or set SHINKEI_DATA (now \(folder)/typo"))
        }
    }

    @Test func `A cache that cannot be made is named`() throws {
        try TinyMNIST.withFolder { folder in
            try Data().write(to: URL(filePath: folder + "/file"))
            let text = Self.error(.notDownloaded) {
                try Self.load(nil, ["SHINKEI_CACHE": folder + "/file/x"], mirrors: [folder])
            }
            #expect(text.contains("Not a directory"))
        }
    }

    // MARK: - What the files hold

    @Test(
        arguments: [
            (
                "t10k-images-idx3-ubyte", TinyMNIST.labels,
                "expected uint8 [count, 28, 28], got uint8 [2]"
            ),
            ("t10k-images-idx3-ubyte", Array(TinyMNIST.images.dropLast()), "needs 1568 bytes"),
            ("t10k-images-idx3-ubyte", Array(TinyMNIST.images.prefix(9)), "ends within"),
            (
                "train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 0],
                "expected uint8 [2], one for each"
            ),
            (
                "train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 3],
                "expected uint8 [2], one for each"
            ),
            ("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 3, 10], "label 10 at 1"),
            ("train-labels-idx1-ubyte", [0, 0, 9, 1, 0, 0, 0, 2, 3, 9], "got int32 [2]"),
            ("train-labels-idx1-ubyte", [], "idx: expected"),
        ] as [(String, [UInt8], String)])
    func `Wrong files are refused`(name: String, bytes: [UInt8], reason: String) throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder)
            try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
            let text = Self.error(.invalid) { try Self.load(folder) }
            #expect(text.contains("\(folder)/\(name)"))
            #expect(text.contains(reason), "\(text)")
        }
    }

    @Test func `Images become rows of numbers and labels become rows of zeros and a one`() throws {
        try TinyMNIST.withFolder { folder in
            try TinyMNIST.write(to: folder)
            let train = try Self.load(folder).train
            let rows = train.flattened
            #expect(rows.shape == [2, 784])
            #expect(rows.dtype == .float32)
            let one: [UInt8] = [0, 0, 0x80, 0x3F]
            let zero: [UInt8] = [0, 0, 0, 0]
            #expect(
                rows.hostBytes()
                    == Array(
                        [zero, one].map { word in
                            (0..<784).flatMap { _ in word }
                        }.joined()))
            #expect(train.oneHot.shape == [2, 10])
            let expected = [3, 9].flatMap { label in (0..<10).flatMap { $0 == label ? one : zero }
            }
            #expect(train.oneHot.hostBytes() == expected)
        }
    }

    // MARK: - The real data

    static let isThere: Bool = {
        guard let folder = DataLocations().data else { return false }
        let name = "/train-images-idx3-ubyte"
        return ["", ".gz"].contains {
            fileExists(folder + "/mnist" + name + $0) || fileExists(folder + name + $0)
        }
    }()

    @Test(.enabled(if: isThere, "SHINKEI_DATA does not name a folder with MNIST"))
    func `MNIST itself loads`() throws {
        let mnist = try MNIST.load()
        #expect(mnist.train.images.shape == [60_000, 28, 28])
        #expect(mnist.test.images.shape == [10_000, 28, 28])
        let parts = [mnist.train, mnist.test]
        for (part, first) in zip(parts, [[5, 0, 4, 1, 9], [7, 2, 1, 0, 4]] as [[UInt8]]) {
            let labels = stride(from: 0, to: 20, by: 4).map { part.labels.hostBytes()[$0] }
            #expect(labels == first)
        }
        // The checksums that a download must have.
        for (i, part) in parts.enumerated() {
            let count = part.count
            let header = [0, 0, 8, 3] + bigEndian(count) + bigEndian(28) + bigEndian(28)
            let images = RemoteFile.sha256(of: header + part.images.hostBytes())
            #expect(images == MNISTFiles().files[2 * i].sha256)
            let wide = part.labels.hostBytes()
            let labels = stride(from: 0, to: wide.count, by: 4).map { wide[$0] }
            let sum = RemoteFile.sha256(of: [0, 0, 8, 1] + bigEndian(count) + labels)
            #expect(sum == MNISTFiles().files[2 * i + 1].sha256)
        }
    }

    private func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) }
    }
}
