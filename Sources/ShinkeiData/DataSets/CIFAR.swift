import ShinkeiCore
import ShinkeiFormats

/// CIFAR-10: 60,000 colour photographs of 32 × 32 pixels in 10 classes, 10,000 of them for testing.
///
/// Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009. Keras: `keras.datasets.cifar10`.
public enum CIFAR10 {
    public static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
    static let file = DataFile(
        dataSet: "CIFAR-10", folder: "cifar10", name: "cifar-10-binary.tar.gz", otherNames: ["cifar-10-batches-bin"],
        limit: 200 << 20, checksum: .md5("c32a1d4ab5d03f1284b67883e8d87530"),
        addresses: ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"])

    /// Loads the images, uint8 `[count, 32, 32, 3]`, from the binary version: `cifar-10-binary.tar.gz`, or its folder.
    ///
    /// - Throws: `DataSetError`.
    public static func load(from directory: String? = nil, download: Bool = true) throws(DataSetError) -> ImageDataSet {
        let train = (1...5).map { "data_batch_\($0).bin" }
        return try CIFARFiles.load(
            file, in: directory, download: download, train: train, test: ["test_batch.bin"], labels: 1, label: 0,
            classNames: classNames)
    }
}

/// CIFAR-100: as CIFAR-10 with 100 classes in 20 groups.
///
/// Keras: `keras.datasets.cifar100`.
public enum CIFAR100 {
    /// Which labels are wanted.
    public enum Labels: Sendable {
        /// The 100 classes.
        case fine
        /// The 20 groups.
        case coarse
    }
    static let file = DataFile(
        dataSet: "CIFAR-100", folder: "cifar100", name: "cifar-100-binary.tar.gz", otherNames: ["cifar-100-binary"],
        limit: 200 << 20, checksum: .md5("03b5dce01913d631647c71ecec9e9cb8"),
        addresses: ["https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"])

    /// Loads the images, uint8 `[count, 32, 32, 3]`, from the binary version: `cifar-100-binary.tar.gz`, or its folder.
    ///
    /// - Throws: `DataSetError`.
    public static func load(
        from directory: String? = nil, labels: Labels = .fine, download: Bool = true
    ) throws(DataSetError) -> ImageDataSet {
        let count = labels == .fine ? 100 : 20
        return try CIFARFiles.load(
            file, in: directory, download: download, train: ["train.bin"], test: ["test.bin"], labels: 2,
            label: labels == .fine ? 1 : 0, classNames: (0..<count).map(String.init))
    }
}

/// The binary files: for each image its labels, a byte each, then 1024 bytes of red, of green and of blue.
private enum CIFARFiles {
    static func load(
        _ file: DataFile, in directory: String?, download: Bool, train: [String], test: [String], labels: Int,
        label: Int,
        classNames: [String]
    ) throws(DataSetError) -> ImageDataSet {
        let path = try file.find(in: directory, download: download, DataLocations())
        do {
            var files: [String: [UInt8]] = [:]
            if isFolder(path) {
                for name in train + test { files[name] = try FileReader("\(path)/\(name)").readAll() }
            } else {
                try TarArchive.read(path) { name, bytes in
                    let short = name.split(separator: "/").last.map(String.init) ?? name
                    if train.contains(short) || test.contains(short) { files[short] = bytes }
                }
            }
            func part(_ names: [String]) throws -> LabelledImages {
                var (pixels, numbers) = ([UInt8](), [Int]())
                let record = labels + 3072
                for name in names {
                    guard let bytes = files[name], !bytes.isEmpty, bytes.count % record == 0 else {
                        throw DataSetError(
                            .invalid, dataSet: file.dataSet,
                            reason:
                                "\(path): \(name): expected a multiple of \(record) bytes, got \(files[name]?.count ?? 0)"
                        )
                    }
                    for start in stride(from: 0, to: bytes.count, by: record) {
                        let number = Int(bytes[start + label])
                        guard number < classNames.count else {
                            throw DataSetError(
                                .invalid, dataSet: file.dataSet,
                                reason: "\(path): \(name): label \(number) of image \(start / record)")
                        }
                        numbers.append(number)
                        for i in 0..<1024 {
                            for channel in 0..<3 { pixels.append(bytes[start + labels + channel * 1024 + i]) }
                        }
                    }
                }
                return LabelledImages(
                    images: Tensor(shape: [numbers.count, 32, 32, 3], dtype: .uint8, bytes: pixels),
                    labels: Tensor(numbers), classNames: classNames)
            }
            return ImageDataSet(train: try part(train), test: try part(test))
        } catch let error as DataSetError {
            throw error
        } catch {
            throw DataSetError(.invalid, dataSet: file.dataSet, reason: "\(error)")
        }
    }
}
