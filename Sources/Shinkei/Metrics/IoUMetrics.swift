public import ShinkeiCore

/// Counts of true and predicted classes, and the intersection over union of chosen ones:
/// `right / (right + wrongly given + missed)`, the mean over the classes that occur.
public class IntersectionOverUnion: Metric {
    /// What the metrics of this family are made from.
    struct Settings {
        var classCount: Int
        var targetClasses: [Int]
        var ignoredClass: Int?
        var targetIsSparse = true
        var predictionIsSparse = true
        var axis = -1
        /// Keras counts in whole numbers unless told otherwise; weights then lose their fractions.
        var dtype = "int64"
    }
    private let settings: Settings
    private let matrix: Weight

    fileprivate init(settings: Settings, called name: String) {
        self.settings = settings
        matrix = countWeight("total_confusion_matrix", [settings.classCount, settings.classCount])
        super.init(name: name)
    }

    public override var weights: [Weight] { [matrix] }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        add(yTrue, yPred, sampleWeight)
    }
    fileprivate func add(_ yTrue: Tensor, _ yPred: Tensor, _ sampleWeight: Tensor?) {
        let target = settings.targetIsSparse ? yTrue.number : yTrue.number.argmax(axis: settings.axis)
        let prediction = settings.predictionIsSparse ? yPred : yPred.argmax(axis: settings.axis)
        let (y, p) = (
            target.truncated().cast(to: .int32).flattened(), prediction.truncated().cast(to: .int32).flattened()
        )
        let count = Tensor.constant(integer: Int64(settings.classCount), dtype: .int32)
        var counts = (y .>= 0) & (y .< count) & (p .>= 0) & (p .< count)
        if let ignored = settings.ignoredClass {
            counts = counts & (y .!= Tensor.constant(integer: Int64(ignored), dtype: .int32))
        }
        var weight = counts.cast(to: .float32)
        if let sampleWeight {
            let given = withWeights(target, sampleWeight.cast(to: .float32)).weights.broadcast(to: target.shape.sizes)
                .flattened()
            weight = weight * (settings.dtype.hasPrefix("int") ? given.truncated() : given)
        }
        let zero = Tensor.constant(integer: 0, dtype: .int32)
        let rows = Tensor.where(counts, y, zero).oneHot(settings.classCount) * weight.expanded(1)
        matrix.add(rows.transposed().matmul(Tensor.where(counts, p, zero).oneHot(settings.classCount)))
    }
    public override func result() -> Double {
        let n = settings.classCount
        let counts = matrix.numbers
        let present = settings.targetClasses.compactMap { i -> Double? in
            let row = (0..<n).reduce(0) { $0 + counts[i * n + $1] }
            let column = (0..<n).reduce(0) { $0 + counts[$1 * n + i] }
            let union = row + column - counts[i * n + i]
            return union > 1e-9 ? counts[i * n + i] / (union + probabilityEpsilon) : nil
        }
        return present.reduce(0, +) / (Double(present.count) + probabilityEpsilon)
    }
}

/// The intersection over union of chosen classes; targets and predictions are class numbers.
///
/// Keras: `keras.metrics.IoU`.
public final class IoU: IntersectionOverUnion, ConfiguredMetric {
    struct Config: Configuration {
        var classCount: Int = 1
        var targetClassIDs: [Int] = []
        var ignoreClass: Int? = nil
        var sparseYTrue: Bool = true
        var sparseYPred: Bool = true
        var axis: Int = -1
        var dtype = "int64"
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .required("num_classes", \.classCount),
            .required("target_class_ids", \.targetClassIDs),
            .optional("ignore_class", \.ignoreClass),
            .optional("sparse_y_true", \.sparseYTrue),
            .optional("sparse_y_pred", \.sparseYPred),
            .optional("axis", \.axis), .optional("dtype", \.dtype),
        ]
        func check() throws(ConfigError) { try checkClasses(classCount, targetClassIDs) }
    }
    let config: Config
    /// - Parameter name: The key in the history.
    public convenience init(
        classCount: Int,
        targetClassIDs: [Int],
        ignoreClass: Int? = nil,
        sparseYTrue: Bool = true,
        sparseYPred: Bool = true,
        axis: Int = -1,
        name: String? = nil
    ) {
        self.init(
            Config(
                classCount: classCount, targetClassIDs: targetClassIDs, ignoreClass: ignoreClass,
                sparseYTrue: sparseYTrue, sparseYPred: sparseYPred, axis: axis), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("IoU")
        self.config = config
        super.init(
            settings: Settings(
                classCount: config.classCount, targetClasses: config.targetClassIDs, ignoredClass: config.ignoreClass,
                targetIsSparse: config.sparseYTrue, predictionIsSparse: config.sparseYPred, axis: config.axis,
                dtype: config.dtype),
            called: name ?? Self.defaultName)
    }
}

/// The intersection over union of yes and no; predictions from the threshold on are a yes.
///
/// Keras: `keras.metrics.BinaryIoU`.
public final class BinaryIoU: IntersectionOverUnion, ConfiguredMetric {
    struct Config: Configuration {
        var targetClassIDs: [Int] = [0, 1]
        var threshold: Double = 0.5
        var dtype = "int64"
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .optional("target_class_ids", \.targetClassIDs),
            .optional("threshold", \.threshold), .optional("dtype", \.dtype),
        ]
        func check() throws(ConfigError) { try checkClasses(2, targetClassIDs) }
    }
    let config: Config
    /// - Parameter name: The key in the history.
    public convenience init(
        targetClassIDs: [Int] = [0, 1],
        threshold: Double = 0.5,
        name: String? = nil
    ) {
        self.init(Config(targetClassIDs: targetClassIDs, threshold: threshold), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("BinaryIoU")
        self.config = config
        super.init(
            settings: Settings(
                classCount: 2, targetClasses: config.targetClassIDs, dtype: config.dtype),
            called: name ?? Self.defaultName)
    }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let isYes = yPred .>= Tensor.constant(config.threshold, dtype: yPred.dtype)
        add(yTrue, isYes.cast(to: .int32), sampleWeight)
    }
}

/// The intersection over union of chosen classes; targets one-hot, predictions a number for each class.
///
/// Keras: `keras.metrics.OneHotIoU`.
public final class OneHotIoU: IntersectionOverUnion, ConfiguredMetric {
    struct Config: Configuration {
        var classCount: Int = 1
        var targetClassIDs: [Int] = []
        var ignoreClass: Int? = nil
        var sparseYPred: Bool = false
        var axis: Int = -1
        var dtype = "int64"
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .required("num_classes", \.classCount),
            .required("target_class_ids", \.targetClassIDs),
            .optional("ignore_class", \.ignoreClass),
            .optional("sparse_y_pred", \.sparseYPred),
            .optional("axis", \.axis), .optional("dtype", \.dtype),
        ]
        func check() throws(ConfigError) { try checkClasses(classCount, targetClassIDs) }
    }
    let config: Config
    /// - Parameter name: The key in the history.
    public convenience init(
        classCount: Int,
        targetClassIDs: [Int],
        ignoreClass: Int? = nil,
        sparseYPred: Bool = false,
        axis: Int = -1,
        name: String? = nil
    ) {
        self.init(
            Config(
                classCount: classCount, targetClassIDs: targetClassIDs, ignoreClass: ignoreClass,
                sparseYPred: sparseYPred, axis: axis), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("OneHotIoU")
        self.config = config
        super.init(
            settings: Settings(
                classCount: config.classCount, targetClasses: config.targetClassIDs, ignoredClass: config.ignoreClass,
                targetIsSparse: false, predictionIsSparse: config.sparseYPred, axis: config.axis, dtype: config.dtype),
            called: name ?? Self.defaultName)
    }
}

/// The mean intersection over union of all classes; targets and predictions are class numbers.
///
/// Keras: `keras.metrics.MeanIoU`.
public final class MeanIoU: IntersectionOverUnion, ConfiguredMetric {
    struct Config: Configuration {
        var classCount: Int = 1
        var ignoreClass: Int? = nil
        var sparseYTrue: Bool = true
        var sparseYPred: Bool = true
        var axis: Int = -1
        var dtype = "int64"
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .required("num_classes", \.classCount),
            .optional("ignore_class", \.ignoreClass),
            .optional("sparse_y_true", \.sparseYTrue),
            .optional("sparse_y_pred", \.sparseYPred),
            .optional("axis", \.axis), .optional("dtype", \.dtype),
        ]
        func check() throws(ConfigError) { try checkClasses(classCount, []) }
    }
    let config: Config
    /// - Parameter name: The key in the history.
    public convenience init(
        classCount: Int,
        ignoreClass: Int? = nil,
        sparseYTrue: Bool = true,
        sparseYPred: Bool = true,
        axis: Int = -1,
        name: String? = nil
    ) {
        self.init(
            Config(
                classCount: classCount, ignoreClass: ignoreClass, sparseYTrue: sparseYTrue, sparseYPred: sparseYPred,
                axis: axis), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("MeanIoU")
        self.config = config
        super.init(
            settings: Settings(
                classCount: config.classCount, targetClasses: Array(0..<config.classCount),
                ignoredClass: config.ignoreClass,
                targetIsSparse: config.sparseYTrue, predictionIsSparse: config.sparseYPred, axis: config.axis,
                dtype: config.dtype),
            called: name ?? Self.defaultName)
    }
}

/// The mean intersection over union of all classes; targets one-hot, predictions a number for each class.
///
/// Keras: `keras.metrics.OneHotMeanIoU`.
public final class OneHotMeanIoU: IntersectionOverUnion, ConfiguredMetric {
    struct Config: Configuration {
        var classCount: Int = 1
        var ignoreClass: Int? = nil
        var sparseYPred: Bool = false
        var axis: Int = -1
        var dtype = "int64"
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .required("num_classes", \.classCount),
            .optional("ignore_class", \.ignoreClass),
            .optional("sparse_y_pred", \.sparseYPred),
            .optional("axis", \.axis), .optional("dtype", \.dtype),
        ]
        func check() throws(ConfigError) { try checkClasses(classCount, []) }
    }
    let config: Config
    /// - Parameter name: The key in the history.
    public convenience init(
        classCount: Int,
        ignoreClass: Int? = nil,
        sparseYPred: Bool = false,
        axis: Int = -1,
        name: String? = nil
    ) {
        self.init(
            Config(classCount: classCount, ignoreClass: ignoreClass, sparseYPred: sparseYPred, axis: axis), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("OneHotMeanIoU")
        self.config = config
        super.init(
            settings: Settings(
                classCount: config.classCount, targetClasses: Array(0..<config.classCount),
                ignoredClass: config.ignoreClass,
                targetIsSparse: false, predictionIsSparse: config.sparseYPred, axis: config.axis, dtype: config.dtype),
            called: name ?? Self.defaultName)
    }
}

private func checkClasses(_ count: Int, _ chosen: [Int]) throws(ConfigError) {
    guard count > 0 else { throw ConfigError("num_classes: must be at least 1; got \(count)") }
    for number in chosen where number < 0 || number >= count {
        throw ConfigError("target_class_ids: must lie in 0 ..< \(count); got \(number)")
    }
}
