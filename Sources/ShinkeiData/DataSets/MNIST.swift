import ShinkeiCore
import ShinkeiFormats

/// MNIST: handwritten digits, 60,000 for training and 10,000 for testing, 28 × 28 pixels.
///
/// Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
/// Keras: `keras.datasets.mnist`.
public enum MNIST {
    /// Loads MNIST.
    ///
    /// The four IDX files, plain or gzip, named `train-images-idx3-ubyte` or
    /// `train-images.idx3-ubyte` and so on, are looked for in this order:
    ///
    /// 1. in `directory`, and nowhere else, if it is given;
    /// 2. in the folder that the environment variable `SHINKEI_DATA` names, or in its `mnist`;
    /// 3. in the cache: the `mnist` folder in `SHINKEI_CACHE`, else in `$XDG_CACHE_HOME/shinkei`,
    ///    else in `~/.cache/shinkei` (macOS: `~/Library/Caches/shinkei`);
    /// 4. on the net: they are downloaded with `curl`, compared with their SHA-256 checksums and
    ///    kept in the cache.
    ///
    /// Files in the first two places may hold any number of 28 × 28 images with labels from 0 to
    /// 9, so other data sets in MNIST's form load as well. Their checksums are not compared.
    ///
    /// - Parameters:
    ///   - directory: The folder with the files, or with a folder `mnist` that holds them.
    ///   - download: Whether to take the last step, if it comes to that.
    /// - Returns: The images as uint8 `[count, 28, 28]`, the labels as int32 `[count]`.
    /// - Throws: `DataSetError`: `notFound` if `directory` lacks a file, or if there are no files
    ///   and none may be downloaded; `notDownloaded` if there are no files and no download works;
    ///   `invalid` if a file is damaged or of another form.
    public static func load(
        from directory: String? = nil, download: Bool = true
    ) throws(DataSetError) -> ImageDataSet {
        try load(
            from: directory, download: download, locations: DataLocations(), files: MNISTFiles())
    }

    static func load(
        from directory: String?, download: Bool = true, locations: DataLocations, files: MNISTFiles
    ) throws(DataSetError) -> ImageDataSet {
        let paths = try files.find(in: directory, download: download, locations)
        return ImageDataSet(
            train: try part(images: paths[0], labels: paths[1]),
            test: try part(images: paths[2], labels: paths[3]))
    }

    static func part(
        images imagePath: String, labels labelPath: String, dataSet: String = "MNIST"
    ) throws(DataSetError) -> LabelledImages {
        let images = try read(imagePath, dataSet)
        let labels = try read(labelPath, dataSet)
        guard images.dtype == .uint8, images.shape.rank == 3,
            Array(images.shape.sizes.dropFirst()) == [28, 28]
        else {
            throw DataSetError(
                .invalid, dataSet: dataSet,
                reason: "\(imagePath): expected uint8 [count, 28, 28], got "
                    + "\(images.dtype.name) \(images.shape)")
        }
        guard labels.dtype == .uint8, labels.shape == [images.shape.sizes[0]] else {
            throw DataSetError(
                .invalid, dataSet: dataSet,
                reason: "\(labelPath): expected uint8 [\(images.shape.sizes[0])], one for each "
                    + "image, got \(labels.dtype.name) \(labels.shape)")
        }
        if let index = labels.bytes.firstIndex(where: { $0 > 9 }) {
            throw DataSetError(
                .invalid, dataSet: dataSet,
                reason: "\(labelPath): label \(labels.bytes[index]) at \(index); expected 0 to 9")
        }
        var wide = [UInt8](repeating: 0, count: 4 * labels.bytes.count)
        for (i, label) in labels.bytes.enumerated() { wide[4 * i] = label }
        return LabelledImages(
            images: Tensor(images),
            labels: Tensor(shape: labels.shape.sizes, dtype: .int32, bytes: wide),
            classNames: (0...9).map(String.init))
    }

    private static func read(_ path: String, _ dataSet: String) throws(DataSetError) -> HostArray {
        do throws(FormatError) {
            return try IDX.read(path, limit: 1 << 30)
        } catch {
            throw DataSetError(.invalid, dataSet: dataSet, reason: error.description)
        }
    }
}
