import ShinkeiCore
import ShinkeiFormats

/// Every metric that a name can choose. Sorted; a test looks through the sources for one that is
/// missing here.
enum MetricRegistry {
    static let types: [any ConfiguredMetric.Type] = [
        AUC.self, Accuracy.self, BinaryAccuracy.self, BinaryIoU.self, CategoricalAccuracy.self,
        ConcordanceCorrelation.self, CosineSimilarityMetric.self, F1Score.self, FBetaScore.self, FalseNegatives.self,
        FalsePositives.self, IoU.self, MeanIoU.self, OneHotIoU.self, OneHotMeanIoU.self, PearsonCorrelation.self,
        Precision.self, PrecisionAtRecall.self, R2Score.self, Recall.self, RecallAtPrecision.self,
        RootMeanSquaredError.self, SensitivityAtSpecificity.self, SparseCategoricalAccuracy.self,
        SparseTopKCategoricalAccuracy.self, SpecificityAtSensitivity.self, TopKCategoricalAccuracy.self,
        TrueNegatives.self, TruePositives.self,
    ]

    /// The metrics that are the mean of a loss, by the names of Keras's classes.
    static let lossTypes: [(className: String, loss: any ConfiguredLoss.Type)] = [
        ("BinaryCrossentropy", BinaryCrossentropy.self), ("CategoricalCrossentropy", CategoricalCrossentropy.self),
        ("CategoricalHinge", CategoricalHinge.self), ("Hinge", Hinge.self), ("KLDivergence", KLDivergence.self),
        ("LogCoshError", LogCosh.self), ("MeanAbsoluteError", MeanAbsoluteError.self),
        ("MeanAbsolutePercentageError", MeanAbsolutePercentageError.self), ("MeanSquaredError", MeanSquaredError.self),
        ("MeanSquaredLogarithmicError", MeanSquaredLogarithmicError.self), ("Poisson", Poisson.self),
        ("SparseCategoricalCrossentropy", SparseCategoricalCrossentropy.self), ("SquaredHinge", SquaredHinge.self),
    ]

    /// What is not a class's name in small letters.
    private static let aliases: [(String, @Sendable (String) -> Metric)] = [
        ("acc", { ResolvedAccuracy(name: $0) }), ("accuracy", { ResolvedAccuracy(name: $0) }),
        ("bce", { LossMetric(BinaryCrossentropy(), name: $0) }), ("kld", { LossMetric(KLDivergence(), name: $0) }),
        ("log_cosh", { LossMetric(LogCosh(), name: $0) }),
        ("mae", { LossMetric(MeanAbsoluteError(), name: $0) }),
        ("mape", { LossMetric(MeanAbsolutePercentageError(), name: $0) }),
        ("mse", { LossMetric(MeanSquaredError(), name: $0) }),
        ("msle", { LossMetric(MeanSquaredLogarithmicError(), name: $0) }),
    ]

    static let table: NameTable<@Sendable (_ name: String) -> Metric> = {
        var entries = aliases
        for (className, loss) in lossTypes {
            let loss = loss.defaults as any Loss
            entries.append((snakeCase(className), { LossMetric(loss, name: $0) }))
        }
        for type in types where type.className != "Accuracy" && type.make(name: "") != nil {
            entries.append((snakeCase(type.className), { type.make(name: $0)! }))
        }
        return NameTable(kind: "metric", entries: entries.sorted { $0.0 < $1.0 })
    }()

    /// The metric a file describes.
    static func make(className: String, _ config: JSON) throws(ConfigError) -> Metric? {
        for type in types where type.className == className { return try type.make(config) }
        for entry in lossTypes where entry.className == className {
            return LossMetric(try entry.loss.make(config), name: config["name"]?.string ?? snakeCase(className))
        }
        return nil
    }

    /// The object that files hold; `nil` if the metric is not known here.
    static func object(_ metric: Metric) -> JSON? {
        if let metric = metric as? any ConfiguredMetric { return metric.object }
        guard let metric = metric as? LossMetric, let loss = metric.loss as? any ConfiguredLoss else { return nil }
        let className = type(of: loss).className
        guard let entry = lossTypes.first(where: { "\($0.loss)" == className }) else { return nil }
        // Keras's metrics know fewer arguments than its losses of the same name: only those that matter are written.
        let members = zip(loss.members, type(of: loss).defaults.members).filter {
            $0.0.0 != "name" && $0.0.0 != "reduction" && $0.0.1 != $0.1.1
        }
        return metricObject(entry.className, name: metric.name, members.map(\.0))
    }
}

extension Metric {
    /// The metric with this name, which becomes its key in the history.
    ///
    /// - Throws: `UnknownNameError`, which lists the nearest names.
    ///
    /// - Parameter key: The key in the history, if it is another.
    public static func named(_ name: String, key: String? = nil) throws(UnknownNameError) -> Metric {
        let metric = try MetricRegistry.table.lookup(name)(key ?? name)
        if key == nil || key == name { metric.spelling = name }
        return metric
    }

    /// The share of right answers; see `ResolvedAccuracy`.
    public static var accuracy: Metric { ResolvedAccuracy() }
    /// See `AUC`.
    public static var auc: Metric { AUC() }
    /// See `BinaryAccuracy`.
    public static var binaryAccuracy: Metric { BinaryAccuracy() }
    /// See `CategoricalAccuracy`.
    public static var categoricalAccuracy: Metric { CategoricalAccuracy() }
    /// See `Precision`.
    public static var precision: Metric { Precision() }
    /// See `Recall`.
    public static var recall: Metric { Recall() }
    /// See `RootMeanSquaredError`.
    public static var rootMeanSquaredError: Metric { RootMeanSquaredError() }
    /// See `SparseCategoricalAccuracy`.
    public static var sparseCategoricalAccuracy: Metric { SparseCategoricalAccuracy() }
    /// See `MeanSquaredError`.
    public static var meanSquaredError: Metric { LossMetric(MeanSquaredError()) }
    /// See `MeanAbsoluteError`.
    public static var meanAbsoluteError: Metric { LossMetric(MeanAbsoluteError()) }
    /// `meanSquaredError` by its short name.
    public static var mse: Metric { LossMetric(MeanSquaredError(), name: "mse") }
    /// `meanAbsoluteError` by its short name.
    public static var mae: Metric { LossMetric(MeanAbsoluteError(), name: "mae") }
}
