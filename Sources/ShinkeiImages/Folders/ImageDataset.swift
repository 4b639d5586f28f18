import ShinkeiCore
public import ShinkeiFormats

/// What the labels of a folder's images are. Keras: `label_mode`.
public enum LabelMode: String, Sendable, CaseIterable {
    /// `[batch]`, `int32`: the number of the class.
    case int
    /// `[batch, classes]`, `float32`: 1 at the class.
    case categorical
    /// `[batch, 1]`, `float32`: 0 or 1; for two classes.
    case binary
}

/// Where labels come from.
public enum LabelSource: Sendable {
    /// From the names of the folders.
    case inferred
    /// One for each file, in the files' order, sorted by path.
    case given([Int])
    /// There are none.
    case none
}

/// Batches of the images in a folder that has a folder for each class; one pass at each iteration, every one in another order.
///
/// Prints `Found 1500 files belonging to 10 classes.`, and how many of them are used if they are split.
/// Pixels are floats from 0 to 255, resized as by `tf.image.resize`. Those of JPEG files are Pillow's; TensorFlow's decoder uses a coarser
/// transform, and differs by up to 6. GIF and WebP files are not taken.
///
/// Keras: `keras.utils.image_dataset_from_directory`. Same defaults; the order that a seed gives is another, for NumPy's generator is another.
///
/// - Parameters:
///   - directory: The folder of the classes' folders; of the files themselves if there are no labels.
///   - labels: Where the labels come from.
///   - labelMode: What they are; none if `nil`.
///   - classNames: The classes, in this order; all folders, sorted, if `nil`.
///   - imageSize: Height and width of every image.
///   - seed: Of the order, and of the split; the program's seed if `nil`.
///   - validationSplit: The part of the files kept for validation, from the end of the shuffled list.
///   - subset: Which part this is; needed with `validationSplit`.
///   - cropToAspectRatio: Cuts the middle out first instead of distorting.
///   - badFiles: What becomes of files that cannot be read. Their contents are seen when their batch is made.
///   - verbose: Whether the lines are printed.
/// - Throws: `FormatError` if the folder cannot be read, or has no images: it then lists what was found.
public func imageDatasetFromDirectory(
    _ directory: String, labels: LabelSource = .inferred, labelMode: LabelMode? = .int, classNames: [String]? = nil,
    colorMode: ColorMode = .rgb, batchSize: Int = 32, imageSize: (height: Int, width: Int) = (256, 256),
    shuffle: Bool = true,
    seed: Int? = nil, validationSplit: Double? = nil, subset: Subset? = nil, interpolation: ResizeMethod = .bilinear,
    cropToAspectRatio: Bool = false, badFiles: BadFiles = .thrown, limits: ImageLimits = ImageLimits(),
    verbose: Bool = true
) throws(FormatError) -> ImageBatches {
    guard batchSize > 0, imageSize.height > 0, imageSize.width > 0 else {
        trap("imageDatasetFromDirectory: batchSize \(batchSize), imageSize \(imageSize)")
    }
    guard (validationSplit == nil) == (subset == nil) else {
        trap("imageDatasetFromDirectory: validationSplit and subset go together")
    }
    guard validationSplit.map({ $0 > 0 && $0 < 1 }) ?? true else {
        trap(
            "imageDatasetFromDirectory: validationSplit must be a fraction between 0 and 1; got \(validationSplit ?? 0)"
        )
    }
    let seed = seed ?? GlobalRandom.seed
    var files = try LabelledFiles(directory, labels, classNames, verbose: verbose)
    if labelMode == .binary && files.hasLabels && files.classNames.count != 2 {
        throw FormatError(
            .unsupported, file: directory, format: "images",
            reason: "labelMode binary needs two classes; there are \(files.classNames.count)")
    }
    // Once for good, so that the two parts of a split have no file in common.
    if shuffle { files.reorder(shuffledOrder(files.paths.count, seed: seed, epoch: -1)) }
    if let validationSplit, let subset {
        let kept = Int(validationSplit * Double(files.paths.count))
        let first = files.paths.count - kept
        files.keep(subset == .training ? 0..<first : first..<files.paths.count)
        if verbose { print("Using \(files.paths.count) files for \(subset.rawValue).") }
    }

    let known: Labels =
        switch files.hasLabels ? labelMode : nil {
        case nil: .none
        case .int: .numbers(files.classes, .int32, isColumn: false)
        case .binary: .numbers(files.classes, .float32, isColumn: true)
        case .categorical: .oneHot(files.classes, classes: files.classNames.count)
        }
    let (height, width) = imageSize
    let paths = files.paths
    return ImageBatches(
        count: paths.count, batchSize: batchSize, imageShape: [height, width, colorMode.channels], filePaths: paths,
        classNames: files.classNames, classes: files.classes, seed: seed, isShuffled: shuffle, badFiles: badFiles,
        labels: known, epochs: .next(ImageBatches.EpochCounter())
    ) { (item, _, target) throws(FormatError) in
        var image = try Image(contentsOf: paths[item], as: colorMode, limits: limits)
        if cropToAspectRatio { image = image.croppedToForm(height: height, width: width) }
        image = image.resized(height: height, width: width, method: interpolation)
        _ = target.update(fromContentsOf: image.floats)
    }
}

/// Files and their classes.
private struct LabelledFiles {
    var paths: [String]
    var classes: [Int]
    let classNames: [String]
    let hasLabels: Bool

    init(_ directory: String, _ labels: LabelSource, _ names: [String]?, verbose: Bool) throws(FormatError) {
        switch labels {
        case .inferred:
            let folder = try ImageFolder(directory, classes: names)
            (paths, classes, classNames, hasLabels) = (folder.paths, folder.classes, folder.classNames, true)
            if verbose { print("Found \(paths.count) files belonging to \(classNames.count) classes.") }
        case .given(let given):
            paths = ImageFolder.images(in: directory)
            (classes, hasLabels) = (given, true)
            guard given.count == paths.count, given.allSatisfy({ $0 >= 0 }) else {
                throw FormatError(
                    .unsupported, file: directory, format: "images",
                    reason: "\(given.count) labels, which count from 0, for \(paths.count) files")
            }
            let count = (given.max() ?? -1) + 1
            classNames = names ?? (0..<count).map(String.init)
            if verbose { print("Found \(paths.count) files belonging to \(classNames.count) classes.") }
        case .none:
            paths = ImageFolder.images(in: directory)
            (classes, classNames, hasLabels) = ([], [], false)
            if verbose { print("Found \(paths.count) files.") }
        }
        guard !paths.isEmpty else { throw ImageFolder.nothingFound(directory, classNames) }
    }

    mutating func reorder(_ order: [Int]) {
        paths = order.map { paths[$0] }
        if hasLabels { classes = order.map { classes[$0] } }
    }

    mutating func keep(_ range: Range<Int>) {
        paths = Array(paths[range])
        if hasLabels { classes = Array(classes[range]) }
    }
}
