import ShinkeiCore
import ShinkeiFormats

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
    static let types: [any ConfiguredLoss.Type] = [
        BinaryCrossentropy.self, BinaryFocalCrossentropy.self, CTC.self, CategoricalCrossentropy.self,
        CategoricalFocalCrossentropy.self, CategoricalGeneralizedCrossEntropy.self, CategoricalHinge.self, Circle.self,
        CosineSimilarity.self, Dice.self, Hinge.self, Huber.self, KLDivergence.self, LogCosh.self,
        MeanAbsoluteError.self, MeanAbsolutePercentageError.self, MeanSquaredError.self,
        MeanSquaredLogarithmicError.self, Poisson.self, SparseCategoricalCrossentropy.self, SquaredHinge.self,
        Tversky.self,
    ]

    /// What is not a class's name in small letters.
    private static let aliases: [(String, any Loss)] = [
        ("bce", BinaryCrossentropy()), ("ce", ResolvedCrossentropy()), ("crossentropy", ResolvedCrossentropy()),
        ("kld", KLDivergence()), ("kullback_leibler_divergence", KLDivergence()), ("mae", MeanAbsoluteError()),
        ("mape", MeanAbsolutePercentageError()), ("mse", MeanSquaredError()), ("msle", MeanSquaredLogarithmicError()),
    ]

    static let table = NameTable<any Loss>(
        kind: "loss",
        entries: (aliases + types.map { (snakeCase($0.className), $0.defaults) }).sorted { $0.0 < $1.0 })

    /// The loss a file describes.
    static func make(className: String, _ config: JSON) throws(ConfigError) -> (any Loss)? {
        for type in types where type.className == className { return try type.make(config) }
        return nil
    }
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
extension LossConvertible where Self == BinaryFocalCrossentropy {
    /// See `BinaryFocalCrossentropy`.
    public static var binaryFocalCrossentropy: BinaryFocalCrossentropy { BinaryFocalCrossentropy() }
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
extension LossConvertible where Self == CategoricalFocalCrossentropy {
    /// See `CategoricalFocalCrossentropy`.
    public static var categoricalFocalCrossentropy: CategoricalFocalCrossentropy { CategoricalFocalCrossentropy() }
}
extension LossConvertible where Self == CategoricalHinge {
    /// See `CategoricalHinge`.
    public static var categoricalHinge: CategoricalHinge { CategoricalHinge() }
}
extension LossConvertible where Self == CosineSimilarity {
    /// See `CosineSimilarity`.
    public static var cosineSimilarity: CosineSimilarity { CosineSimilarity() }
}
extension LossConvertible where Self == Hinge {
    /// See `Hinge`.
    public static var hinge: Hinge { Hinge() }
}
extension LossConvertible where Self == Huber {
    /// See `Huber`.
    public static var huber: Huber { Huber() }
}
extension LossConvertible where Self == KLDivergence {
    /// See `KLDivergence`.
    public static var klDivergence: KLDivergence { KLDivergence() }
}
extension LossConvertible where Self == LogCosh {
    /// See `LogCosh`.
    public static var logCosh: LogCosh { LogCosh() }
}
extension LossConvertible where Self == MeanAbsoluteError {
    /// See `MeanAbsoluteError`.
    public static var meanAbsoluteError: MeanAbsoluteError { MeanAbsoluteError() }
    /// `meanAbsoluteError` by its short name.
    public static var mae: MeanAbsoluteError { MeanAbsoluteError() }
}
extension LossConvertible where Self == MeanAbsolutePercentageError {
    /// See `MeanAbsolutePercentageError`.
    public static var meanAbsolutePercentageError: MeanAbsolutePercentageError { MeanAbsolutePercentageError() }
}
extension LossConvertible where Self == MeanSquaredError {
    /// See `MeanSquaredError`.
    public static var meanSquaredError: MeanSquaredError { MeanSquaredError() }
    /// `meanSquaredError` by its short name.
    public static var mse: MeanSquaredError { MeanSquaredError() }
}
extension LossConvertible where Self == MeanSquaredLogarithmicError {
    /// See `MeanSquaredLogarithmicError`.
    public static var meanSquaredLogarithmicError: MeanSquaredLogarithmicError { MeanSquaredLogarithmicError() }
}
extension LossConvertible where Self == Poisson {
    /// See `Poisson`.
    public static var poisson: Poisson { Poisson() }
}
extension LossConvertible where Self == SparseCategoricalCrossentropy {
    /// See `SparseCategoricalCrossentropy`.
    public static var sparseCategoricalCrossentropy: SparseCategoricalCrossentropy {
        SparseCategoricalCrossentropy()
    }
    /// See `SparseCategoricalCrossentropy`.
    public static func sparseCategoricalCrossentropy(fromLogits: Bool, ignoreClass: Int? = nil)
        -> SparseCategoricalCrossentropy
    {
        SparseCategoricalCrossentropy(fromLogits: fromLogits, ignoreClass: ignoreClass)
    }
}
extension LossConvertible where Self == SquaredHinge {
    /// See `SquaredHinge`.
    public static var squaredHinge: SquaredHinge { SquaredHinge() }
}
