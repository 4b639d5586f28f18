import ShinkeiCore

/// Every metric that a name can choose. Sorted; a test looks through the sources for one that is
/// missing here.
enum MetricRegistry {
    static let table = NameTable<@Sendable (_ name: String) -> Metric>(
        kind: "metric",
        entries: [
            ("acc", { ResolvedAccuracy(name: $0) }),
            ("accuracy", { ResolvedAccuracy(name: $0) }),
            ("binary_accuracy", { BinaryAccuracy(name: $0) }),
            ("binary_crossentropy", { LossMetric(BinaryCrossentropy(), name: $0) }),
            ("categorical_accuracy", { CategoricalAccuracy(name: $0) }),
            ("categorical_crossentropy", { LossMetric(CategoricalCrossentropy(), name: $0) }),
            ("mae", { LossMetric(MeanAbsoluteError(), name: $0) }),
            ("mean_absolute_error", { LossMetric(MeanAbsoluteError(), name: $0) }),
            ("mean_squared_error", { LossMetric(MeanSquaredError(), name: $0) }),
            ("mse", { LossMetric(MeanSquaredError(), name: $0) }),
            ("sparse_categorical_accuracy", { SparseCategoricalAccuracy(name: $0) }),
            (
                "sparse_categorical_crossentropy",
                { LossMetric(SparseCategoricalCrossentropy(), name: $0) }
            ),
        ])
}

extension Metric {
    /// The metric with this name, which becomes its key in the history.
    ///
    /// - Throws: `UnknownNameError`, which lists the nearest names.
    ///
    /// - Parameter key: The key in the history, if it is another.
    public static func named(_ name: String, key: String? = nil) throws(UnknownNameError) -> Metric {
        try MetricRegistry.table.lookup(name)(key ?? name)
    }

    /// The share of right answers; see `ResolvedAccuracy`.
    public static var accuracy: Metric { ResolvedAccuracy() }
    /// See `BinaryAccuracy`.
    public static var binaryAccuracy: Metric { BinaryAccuracy() }
    /// See `CategoricalAccuracy`.
    public static var categoricalAccuracy: Metric { CategoricalAccuracy() }
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
