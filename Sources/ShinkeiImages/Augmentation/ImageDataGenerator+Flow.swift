public import ShinkeiCore
public import ShinkeiFormats

/// Which part of the images. Keras: `subset`.
public enum Subset: String, Sendable {
    /// What validation does not take.
    case training
    /// What `validationSplit` keeps for validation.
    case validation
}

extension ImageDataGenerator {
    /// Endless batches of the images of an array. Keras: `flow`.
    ///
    /// - Parameters:
    ///   - x: `[images, height, width, channels]`.
    ///   - y: Labels, one row for each image.
    ///   - sampleWeight: What each image counts for in the loss, `[images]`; it comes with the batches.
    ///   - seed: Of the order and the transforms; the program's seed if `nil`.
    ///   - saveToDir: A folder in which each image is put as it is handed out, to be looked at; stretched to 0 … 255, and named
    ///     by `savePrefix`, the image's number and the epoch's.
    ///   - subset: The first `validationSplit` of the images, or the others; all if `nil`.
    /// - Precondition: `x` has four axes, `y` and `sampleWeight` as many rows.
    public func flow(
        _ x: Tensor, _ y: Tensor? = nil, batchSize: Int = 32, shuffle: Bool = true, sampleWeight: Tensor? = nil,
        seed: Int? = nil, saveToDir: String? = nil, savePrefix: String = "", saveFormat: ImageEncoding = .png(),
        subset: Subset? = nil
    ) -> ImageBatches {
        guard x.rank == 4 else { trap("flow: needs [images, height, width, channels]; got \(x.shape)") }
        guard y == nil || y?.shape.sizes.first == x.shape[0] else {
            trap("flow: \(x.shape[0]) images, and labels of the shape \(y?.shape ?? [])")
        }
        guard sampleWeight == nil || sampleWeight?.shape.sizes.first == x.shape[0] else {
            trap("flow: \(x.shape[0]) images, and weights of the shape \(sampleWeight?.shape ?? [])")
        }
        guard batchSize > 0 else { trap("flow: batchSize must be positive; got \(batchSize)") }
        let source = ArraySource(x)
        let (generator, seed) = (self, seed ?? GlobalRandom.seed)
        let taken = part(subset, x.shape[0])
        let rows = y.map { $0.sliced(axis: 0, taken).evaluate() }
        var batches = ImageBatches(
            count: taken.count, batchSize: batchSize, imageShape: Array(x.shape.sizes.dropFirst()), filePaths: [],
            classNames: [], classes: [], seed: seed, isShuffled: shuffle, badFiles: .thrown,
            labels: rows.map(Labels.rows) ?? .none, epochs: .all,
            saving: ImageSaving(saveToDir, savePrefix, saveFormat)
        ) { (item, epoch, target) throws(FormatError) in
            var random = ItemRandom(seed: seed, epoch: epoch, item: item)
            generator.process(source.image(taken.lowerBound + item), &random, to: target)
        }
        batches.sampleWeight = sampleWeight.map { $0.sliced(axis: 0, taken).evaluate() }
        return batches
    }

    /// Endless batches of the images in a folder that has a folder for each class. Keras: `flow_from_directory`.
    ///
    /// Prints `Found 1500 images belonging to 10 classes.`
    ///
    /// - Parameters:
    ///   - directory: The folder of the classes' folders, whose names, sorted, are the classes.
    ///   - targetSize: Height and width of every image.
    ///   - classes: The classes, in this order; all folders if `nil`.
    ///   - classMode: What the labels are; none if `nil`.
    ///   - seed: Of the order and the transforms; the program's seed if `nil`.
    ///   - saveToDir: A folder in which each image is put as it is handed out, to be looked at; see `flow`.
    ///   - subset: The first `validationSplit` of each class, or the others; all if `nil`.
    ///   - interpolation: How the images are brought to the size; antialiased, but for `nearest`, as by Pillow.
    ///   - keepAspectRatio: Cuts the middle out first instead of distorting.
    ///   - badFiles: What becomes of files that cannot be read. Their contents are seen when their batch is made.
    ///   - verbose: Whether the line is printed.
    /// - Throws: `FormatError` if the folder cannot be read, or has no images: it then lists what was found.
    public func flowFromDirectory(
        _ directory: String, targetSize: (height: Int, width: Int) = (256, 256), colorMode: ColorMode = .rgb,
        classes: [String]? = nil, classMode: ClassMode? = .categorical, batchSize: Int = 32, shuffle: Bool = true,
        seed: Int? = nil, saveToDir: String? = nil, savePrefix: String = "", saveFormat: ImageEncoding = .png(),
        subset: Subset? = nil, interpolation: ResizeMethod = .nearest, keepAspectRatio: Bool = false,
        badFiles: BadFiles = .thrown, limits: ImageLimits = ImageLimits(), verbose: Bool = true
    ) throws(FormatError) -> ImageBatches {
        guard batchSize > 0, targetSize.height > 0, targetSize.width > 0 else {
            trap("flowFromDirectory: batchSize \(batchSize), targetSize \(targetSize)")
        }
        let folder = try ImageFolder(directory, classes: classes) { part(subset, $0) }
        if verbose { print("Found \(folder.paths.count) images belonging to \(folder.classNames.count) classes.") }
        guard !folder.paths.isEmpty else { throw ImageFolder.nothingFound(directory, folder.classNames) }
        if classMode == .binary && folder.classNames.count != 2 {
            throw FormatError(
                .unsupported, file: directory, format: "images",
                reason: "classMode binary needs two classes; there are \(folder.classNames.count)")
        }
        let labels: Labels =
            switch classMode {
            case nil: .none
            case .input: .input
            case .categorical: .oneHot(folder.classes, classes: folder.classNames.count)
            case .binary, .sparse: .numbers(folder.classes, .float32, isColumn: false)
            }
        let (generator, seed, paths) = (self, seed ?? GlobalRandom.seed, folder.paths)
        let (height, width) = targetSize
        return ImageBatches(
            count: paths.count, batchSize: batchSize, imageShape: [height, width, colorMode.channels], filePaths: paths,
            classNames: folder.classNames, classes: folder.classes, seed: seed, isShuffled: shuffle, badFiles: badFiles,
            labels: labels, epochs: .all, saving: ImageSaving(saveToDir, savePrefix, saveFormat)
        ) { (item, epoch, target) throws(FormatError) in
            var image = try Image(contentsOf: paths[item], as: colorMode, limits: limits)
            if keepAspectRatio { image = image.croppedToForm(height: height, width: width) }
            image = image.resized(height: height, width: width, method: interpolation, antialias: true)
            // Pillow's images are bytes in every size.
            if interpolation != .nearest {
                image = Image(height: height, width: width, channels: image.channels, bytes: image.bytes)
            }
            var random = ItemRandom(seed: seed, epoch: epoch, item: item)
            generator.process(image, &random, to: target)
        }
    }

    /// Which of `count` images a subset has.
    private func part(_ subset: Subset?, _ count: Int) -> Range<Int> {
        let kept = Int(Double(count) * validationSplit)
        switch subset {
        case nil: return 0..<count
        case .validation: return 0..<kept
        case .training: return kept..<count
        }
    }
}

/// The images of a tensor `[images, height, width, channels]`.
struct ArraySource: Sendable {
    private let tensor: Tensor

    init(_ x: Tensor) {
        tensor = (x.dtype == .uint8 || x.dtype == .float32 ? x : x.cast(to: .float32)).evaluate()
    }

    func image(_ item: Int) -> Image {
        let sizes = Array(tensor.shape.sizes.dropFirst())
        let count = sizes.reduce(1, *)
        let pixels = tensor.withBytes { bytes -> Image.Pixels in
            let size = tensor.dtype.byteCount
            let part = UnsafeRawBufferPointer(rebasing: bytes[item * count * size..<(item + 1) * count * size])
            return tensor.dtype == .uint8
                ? .bytes(Array(part)) : .floats(Array(part.assumingMemoryBound(to: Float.self)))
        }
        return Image(height: sizes[0], width: sizes[1], channels: sizes[2], pixels: pixels)
    }
}
