import ShinkeiCore

/// What `compile(loss:)` takes: a loss, `.meanSquaredError`, or a name.
public protocol LossConvertible {
    /// - Throws: `UnknownNameError` if it is a name that nobody knows.
    func makeLoss() throws -> any Loss
}

extension Loss {
    /// The loss meant.
    public func makeLoss() -> any Loss { self }
}

extension String: LossConvertible {
    /// The loss meant.
    public func makeLoss() throws -> any Loss { try LossRegistry.table.lookup(self) }
}

/// Every loss that a name can choose. Sorted; a test looks through the sources for one that is
/// missing here.
enum LossRegistry {
    static let table = NameTable<any Loss>(
        kind: "loss",
        entries: [
            ("binary_crossentropy", BinaryCrossentropy()),
            ("categorical_crossentropy", CategoricalCrossentropy()),
            ("mae", MeanAbsoluteError()),
            ("mean_absolute_error", MeanAbsoluteError()),
            ("mean_squared_error", MeanSquaredError()),
            ("mse", MeanSquaredError()),
            ("sparse_categorical_crossentropy", SparseCategoricalCrossentropy()),
        ])
}

extension LossConvertible where Self == MeanSquaredError {
    /// See `MeanSquaredError`.
    public static var meanSquaredError: MeanSquaredError { MeanSquaredError() }
    /// `meanSquaredError` by its short name.
    public static var mse: MeanSquaredError { MeanSquaredError() }
}
extension LossConvertible where Self == MeanAbsoluteError {
    /// See `MeanAbsoluteError`.
    public static var meanAbsoluteError: MeanAbsoluteError { MeanAbsoluteError() }
    /// `meanAbsoluteError` by its short name.
    public static var mae: MeanAbsoluteError { MeanAbsoluteError() }
}
extension LossConvertible where Self == BinaryCrossentropy {
    /// See `BinaryCrossentropy`.
    public static var binaryCrossentropy: BinaryCrossentropy { BinaryCrossentropy() }
    /// See `BinaryCrossentropy`.
    public static func binaryCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0)
        -> BinaryCrossentropy
    {
        BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing)
    }
}
extension LossConvertible where Self == CategoricalCrossentropy {
    /// See `CategoricalCrossentropy`.
    public static var categoricalCrossentropy: CategoricalCrossentropy { CategoricalCrossentropy() }
    /// See `CategoricalCrossentropy`.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0
    ) -> CategoricalCrossentropy {
        CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing)
    }
}
extension LossConvertible where Self == SparseCategoricalCrossentropy {
    /// See `SparseCategoricalCrossentropy`.
    public static var sparseCategoricalCrossentropy: SparseCategoricalCrossentropy {
        SparseCategoricalCrossentropy()
    }
    /// See `SparseCategoricalCrossentropy`.
    public static func sparseCategoricalCrossentropy(fromLogits: Bool)
        -> SparseCategoricalCrossentropy
    {
        SparseCategoricalCrossentropy(fromLogits: fromLogits)
    }
}
