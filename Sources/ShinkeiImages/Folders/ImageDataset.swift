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
///   - subset: Which part this is; needed with `validationSplit`. For both at once see `imageDatasetsFromDirectory`.
///   - cropToAspectRatio: Cuts the middle out first instead of distorting.
///   - padToAspectRatio: Puts black beside the image instead of distorting.
///   - followLinks: Whether links to folders are followed; never into a folder that the way led through.
///   - badFiles: What becomes of files that cannot be read. Their contents are seen when their batch is made.
///   - verbose: Whether the lines are printed.
/// - Throws: `FormatError` if the folder cannot be read, or has no images: it then lists what was found.
public func imageDatasetFromDirectory(
    _ directory: String, labels: LabelSource = .inferred, labelMode: LabelMode? = .int, classNames: [String]? = nil,
    colorMode: ColorMode = .rgb, batchSize: Int = 32, imageSize: (height: Int, width: Int) = (256, 256),
    shuffle: Bool = true,
    seed: Int? = nil, validationSplit: Double? = nil, subset: Subset? = nil, interpolation: ResizeMethod = .bilinear,
    cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false, followLinks: Bool = false,
    badFiles: BadFiles = .thrown, limits: ImageLimits = ImageLimits(), verbose: Bool = true
) throws(FormatError) -> ImageBatches {
    guard (validationSplit == nil) == (subset == nil) else {
        trap("imageDatasetFromDirectory: validationSplit and subset go together")
    }
    let folder = try ImageDatasetFolder(
        directory, labels: labels, labelMode: labelMode, classNames: classNames, colorMode: colorMode,
        batchSize: batchSize, imageSize: imageSize, shuffle: shuffle, seed: seed, interpolation: interpolation,
        form: ImageForm(cropped: cropToAspectRatio, padded: padToAspectRatio), followLinks: followLinks,
        badFiles: badFiles, limits: limits, verbose: verbose)
    guard let validationSplit, let subset else { return folder.batches(folder.files) }
    return folder.part(subset, validationSplit)
}

/// The two parts of a folder's images, for training and for validation. See `imageDatasetFromDirectory`.
///
/// Keras: `keras.utils.image_dataset_from_directory` with `subset="both"`.
///
/// - Parameter validationSplit: The part of the files kept for validation, from the end of the shuffled list.
/// - Throws: As `imageDatasetFromDirectory`.
public func imageDatasetsFromDirectory(
    _ directory: String, validationSplit: Double, labels: LabelSource = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, colorMode: ColorMode = .rgb, batchSize: Int = 32,
    imageSize: (height: Int, width: Int) = (256, 256), shuffle: Bool = true, seed: Int? = nil,
    interpolation: ResizeMethod = .bilinear, cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false,
    followLinks: Bool = false, badFiles: BadFiles = .thrown, limits: ImageLimits = ImageLimits(), verbose: Bool = true
) throws(FormatError) -> (training: ImageBatches, validation: ImageBatches) {
    let folder = try ImageDatasetFolder(
        directory, labels: labels, labelMode: labelMode, classNames: classNames, colorMode: colorMode,
        batchSize: batchSize, imageSize: imageSize, shuffle: shuffle, seed: seed, interpolation: interpolation,
        form: ImageForm(cropped: cropToAspectRatio, padded: padToAspectRatio), followLinks: followLinks,
        badFiles: badFiles, limits: limits, verbose: verbose)
    return (folder.part(.training, validationSplit), folder.part(.validation, validationSplit))
}

/// How images of another form are brought to a size.
private enum ImageForm: Sendable {
    case distorted, cropped, padded

    init(cropped: Bool, padded: Bool) {
        if cropped && padded {
            trap("imageDatasetFromDirectory: only one of cropToAspectRatio and padToAspectRatio can be true")
        }
        self = cropped ? .cropped : padded ? .padded : .distorted
    }

    func resized(_ image: Image, _ height: Int, _ width: Int, _ method: ResizeMethod) -> Image {
        switch self {
        case .distorted: image.resized(height: height, width: width, method: method)
        case .cropped:
            image.croppedToForm(height: height, width: width).resized(height: height, width: width, method: method)
        case .padded: image.paddedTo(height: height, width: width, method: method)
        }
    }
}

/// The files of a folder, and how batches are made of them.
private struct ImageDatasetFolder {
    let files: LabelledFiles
    private let labelMode: LabelMode?
    private let colorMode: ColorMode
    private let batchSize: Int
    private let imageSize: (height: Int, width: Int)
    private let isShuffled: Bool
    private let seed: Int
    private let interpolation: ResizeMethod
    private let form: ImageForm
    private let badFiles: BadFiles
    private let limits: ImageLimits
    private let isVerbose: Bool

    init(
        _ directory: String, labels: LabelSource, labelMode: LabelMode?, classNames: [String]?, colorMode: ColorMode,
        batchSize: Int, imageSize: (height: Int, width: Int), shuffle: Bool, seed: Int?, interpolation: ResizeMethod,
        form: ImageForm, followLinks: Bool, badFiles: BadFiles, limits: ImageLimits, verbose: Bool
    ) throws(FormatError) {
        guard batchSize > 0, imageSize.height > 0, imageSize.width > 0 else {
            trap("imageDatasetFromDirectory: batchSize \(batchSize), imageSize \(imageSize)")
        }
        (self.labelMode, self.colorMode, self.batchSize) = (labelMode, colorMode, batchSize)
        (self.imageSize, isShuffled, self.seed) = (imageSize, shuffle, seed ?? GlobalRandom.seed)
        (self.interpolation, self.form) = (interpolation, form)
        (self.badFiles, self.limits, isVerbose) = (badFiles, limits, verbose)
        var files = try LabelledFiles(directory, labels, classNames, followLinks: followLinks, verbose: verbose)
        if labelMode == .binary && files.hasLabels && files.classNames.count != 2 {
            throw FormatError(
                .unsupported, file: directory, format: "images",
                reason: "labelMode binary needs two classes; there are \(files.classNames.count)")
        }
        // Once for good, so that the two parts of a split have no file in common.
        if shuffle { files.reorder(shuffledOrder(files.paths.count, seed: self.seed, epoch: -1)) }
        self.files = files
    }

    /// The batches of a part of the files.
    func part(_ subset: Subset, _ validationSplit: Double) -> ImageBatches {
        guard validationSplit > 0, validationSplit < 1 else {
            trap(
                "imageDatasetFromDirectory: validationSplit must be a fraction between 0 and 1; got \(validationSplit)")
        }
        var part = files
        let kept = Int(validationSplit * Double(files.paths.count))
        let first = files.paths.count - kept
        part.keep(subset == .training ? 0..<first : first..<files.paths.count)
        if isVerbose { print("Using \(part.paths.count) files for \(subset.rawValue).") }
        return batches(part)
    }

    /// The batches of files.
    func batches(_ files: LabelledFiles) -> ImageBatches {
        let known: Labels =
            switch files.hasLabels ? labelMode : nil {
            case nil: .none
            case .int: .numbers(files.classes, .int32, isColumn: false)
            case .binary: .numbers(files.classes, .float32, isColumn: true)
            case .categorical: .oneHot(files.classes, classes: files.classNames.count)
            }
        let (paths, (height, width)) = (files.paths, imageSize)
        let (colorMode, limits, form, interpolation) = (colorMode, limits, form, interpolation)
        return ImageBatches(
            count: paths.count, batchSize: batchSize, imageShape: [height, width, colorMode.channels], filePaths: paths,
            classNames: files.classNames, classes: files.classes, seed: seed, isShuffled: isShuffled,
            badFiles: badFiles, labels: known, epochs: .next(ImageBatches.EpochCounter())
        ) { (item, _, target) throws(FormatError) in
            let image = try Image(contentsOf: paths[item], as: colorMode, limits: limits)
            _ = target.update(fromContentsOf: form.resized(image, height, width, interpolation).floats)
        }
    }
}

/// Files and their classes.
private struct LabelledFiles {
    var paths: [String]
    var classes: [Int]
    let classNames: [String]
    let hasLabels: Bool

    init(
        _ directory: String, _ labels: LabelSource, _ names: [String]?, followLinks: Bool, verbose: Bool
    ) throws(FormatError) {
        switch labels {
        case .inferred:
            let folder = try ImageFolder(directory, classes: names, followsLinks: followLinks)
            (paths, classes, classNames, hasLabels) = (folder.paths, folder.classes, folder.classNames, true)
            if verbose { print("Found \(paths.count) files belonging to \(classNames.count) classes.") }
        case .given(let given):
            paths = ImageFolder.images(in: directory, followsLinks: followLinks)
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
            paths = ImageFolder.images(in: directory, followsLinks: followLinks)
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
