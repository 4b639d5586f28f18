public import ShinkeiCore

/// Images that are changed a little each time they are seen, so that a network learns what stays the same.
///
/// ```swift
/// let train = ImageDataGenerator(rotationRange: 20, horizontalFlip: true, rescale: 1.0 / 255)
/// let flow = try train.flowFromDirectory("train", targetSize: (150, 150), batchSize: 32)
/// for batch in flow.epoch(0) { … }
/// ```
///
/// What is done to an image, in this order: rotation, shift, shear and zoom in one step; channel shift; flips; brightness;
/// `preprocessingFunction`; `rescale`; the image's own mean and deviation; the data set's.
///
/// Keras: `tf.keras.preprocessing.image.ImageDataGenerator`. Same defaults, and the same numbers for the same parameters (`applyTransform`);
/// the parameters drawn are others, for NumPy's generator is another. Channels are last.
public struct ImageDataGenerator: Sendable {
    /// Images get the mean 0 over the data set, each channel by itself; see `fit`.
    public var featurewiseCenter = false
    /// Each image gets the mean 0.
    public var samplewiseCenter = false
    /// Images get the deviation 1 over the data set, each channel by itself; see `fit`.
    public var featurewiseStdNormalization = false
    /// Each image gets the deviation 1.
    public var samplewiseStdNormalization = false
    /// The correlations between the numbers of an image are taken out, as they are over the data set; see `fit`.
    public var zcaWhitening = false
    /// Added to the singular values that whitening divides by.
    public var zcaEpsilon = 1e-6
    /// Rotation, to both sides, in degrees.
    public var rotationRange = 0.0
    /// Shift to the left and right.
    public var widthShiftRange = ShiftRange.none
    /// Shift up and down.
    public var heightShiftRange = ShiftRange.none
    /// The factors of brightness.
    public var brightnessRange: ClosedRange<Double>?
    /// The shear's angle, to both sides, in degrees.
    public var shearRange = 0.0
    /// Zoom: `0.2` stands for `0.8 ... 1.2`.
    public var zoomRange: ZoomRange = 0.0
    /// How much is added to or taken from the channels at most.
    public var channelShiftRange = 0.0
    /// What stands where a transform looks outside of the image.
    public var fillMode = FillMode.nearest
    /// The number that `fillMode` `.constant` means.
    public var cval = 0.0
    /// Half of the images are exchanged left for right.
    public var horizontalFlip = false
    /// Half of the images are turned upside down.
    public var verticalFlip = false
    /// The factor all numbers get after the transform, such as 1/255; none if `nil` or 0.
    public var rescale: Double?
    /// Runs on each image after the transform and before `rescale`, and must keep its size.
    public var preprocessingFunction: (@Sendable (Image) -> Image)?
    /// The part of the images that is kept for validation, the first of each class; see `subset`.
    public var validationSplit = 0.0
    /// 1: straight lines between pixels, 0: the nearest pixel.
    public var interpolationOrder = 1

    /// The data set's mean, one number for each channel; `fit` finds it.
    public var mean: [Float]?
    /// The data set's deviation, one number for each channel; `fit` finds it.
    public var standardDeviation: [Float]?

    /// The matrix of the whitening, `[n, n]` for images of `n` numbers; `fit` finds it.
    public var whitening: [Float]?

    /// Deviations without means are taken with them; whitening takes the data set's means out and leaves its deviations.
    ///
    /// - Precondition: `validationSplit` is in `0 ..< 1`, `interpolationOrder` 0 or 1.
    public init(
        featurewiseCenter: Bool = false, samplewiseCenter: Bool = false, featurewiseStdNormalization: Bool = false,
        samplewiseStdNormalization: Bool = false, zcaWhitening: Bool = false, zcaEpsilon: Double = 1e-6,
        rotationRange: Double = 0, widthShiftRange: ShiftRange = .none,
        heightShiftRange: ShiftRange = .none, brightnessRange: ClosedRange<Double>? = nil, shearRange: Double = 0,
        zoomRange: ZoomRange = 0.0, channelShiftRange: Double = 0, fillMode: FillMode = .nearest, cval: Double = 0,
        horizontalFlip: Bool = false, verticalFlip: Bool = false, rescale: Double? = nil,
        preprocessingFunction: (@Sendable (Image) -> Image)? = nil, validationSplit: Double = 0,
        interpolationOrder: Int = 1
    ) {
        guard validationSplit >= 0, validationSplit < 1 else {
            trap("ImageDataGenerator: validationSplit must be a fraction in 0 ..< 1; got \(validationSplit)")
        }
        guard interpolationOrder == 0 || interpolationOrder == 1 else {
            trap("ImageDataGenerator: interpolationOrder must be 0 or 1; got \(interpolationOrder)")
        }
        self.featurewiseCenter = featurewiseCenter || featurewiseStdNormalization || zcaWhitening
        self.samplewiseCenter = samplewiseCenter || samplewiseStdNormalization
        self.featurewiseStdNormalization = featurewiseStdNormalization && !zcaWhitening
        self.samplewiseStdNormalization = samplewiseStdNormalization
        self.zcaWhitening = zcaWhitening
        self.zcaEpsilon = zcaEpsilon
        self.rotationRange = rotationRange
        self.widthShiftRange = widthShiftRange
        self.heightShiftRange = heightShiftRange
        self.brightnessRange = brightnessRange
        self.shearRange = shearRange
        self.zoomRange = zoomRange
        self.channelShiftRange = channelShiftRange
        self.fillMode = fillMode
        self.cval = cval
        self.horizontalFlip = horizontalFlip
        self.verticalFlip = verticalFlip
        self.rescale = rescale
        self.preprocessingFunction = preprocessingFunction
        self.validationSplit = validationSplit
        self.interpolationOrder = interpolationOrder
    }

    // MARK: Statistics

    /// Finds the mean and deviation of each channel, which `featurewiseCenter` and `featurewiseStdNormalization` need, and the matrix
    /// of `zcaWhitening`, which takes a time that grows with the cube of the images' size: small images only.
    ///
    /// - Parameters:
    ///   - x: `[images, height, width, channels]`.
    ///   - augment: Whether the images are transformed first.
    ///   - rounds: How often each is, then.
    /// - Precondition: `x` has four axes.
    public mutating func fit(_ x: Tensor, augment: Bool = false, rounds: Int = 1, seed: Int? = nil) {
        guard x.rank == 4 else { trap("fit: needs [images, height, width, channels]; got \(x.shape)") }
        let seed = seed ?? GlobalRandom.seed
        let channels = x.shape[3]
        let source = ArraySource(x)
        var (sum, squares) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
        // Two passes over the same images: a sum of squares alone loses what a large mean leaves.
        func eachImage(_ body: (Image) -> Void) {
            for round in 0..<(augment ? rounds : 1) {
                for item in 0..<x.shape[0] {
                    var image = source.image(item)
                    if let rescale, rescale != 0 { image = image.mapped { $0 * Float(rescale) } }
                    if augment {
                        var random = ItemRandom(seed: seed, epoch: round, item: item)
                        image = applyTransform(image, randomParameters(image, &random))
                    }
                    body(image)
                }
            }
        }
        eachImage { for (i, value) in $0.floats.enumerated() { sum[i % channels] += Double(value) } }
        let count = Double(x.shape[0] * x.shape[1] * x.shape[2] * (augment ? rounds : 1))
        let means = sum.map { $0 / count }
        eachImage {
            for (i, value) in $0.floats.enumerated() {
                let distance = Double(value) - means[i % channels]
                squares[i % channels] += distance * distance
            }
        }
        mean = means.map(Float.init)
        standardDeviation = squares.map { Float(($0 / count).squareRoot()) }
        guard zcaWhitening else { return }
        var rows: [[Double]] = []
        eachImage { image in rows.append(image.floats.enumerated().map { Double($1) - means[$0 % channels] }) }
        whitening = Whitening.matrix(rows, columns: x.shape[1] * x.shape[2] * channels, epsilon: zcaEpsilon)
    }
}
