public import ShinkeiCore

/// The best of one rate at thresholds where another rate is at least as asked for.
public class RateAtRate: ThresholdCurve {
    /// What has to be reached, in `0 ... 1`.
    let value: Double
    let thresholdCount: Int
    let classID: Int?

    fileprivate init(_ value: Double, _ thresholdCount: Int, _ classID: Int?, name: String) {
        self.value = value
        self.thresholdCount = thresholdCount
        self.classID = classID
        super.init(.even(thresholdCount), name: name)
        makeState([thresholds.values.count])
    }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        add(thresholds.counts(yTrue, yPred, sampleWeight: sampleWeight, classID: classID))
    }
    fileprivate func rates(_ point: Point) -> (asked: Double, given: Double) { (point.specificity, point.recall) }
    public override func result() -> Double {
        curves()[0].reduce(0) { best, point in
            let (asked, given) = rates(point)
            return asked >= value ? Swift.max(best, given) : best
        }
    }
}

/// The best recall at thresholds where the share of right noes is at least as asked for.
///
/// Keras: `keras.metrics.SensitivityAtSpecificity`.
public final class SensitivityAtSpecificity: RateAtRate, ConfiguredMetric {
    struct Config: Configuration {
        var specificity = 0.5
        var thresholdCount = 200
        var classID: Int?
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .required("specificity", \.specificity), .optional("num_thresholds", \.thresholdCount),
            .optional("class_id", \.classID),
        ]
        func check() throws(ConfigError) {
            try checkRate("specificity", specificity, thresholdCount)
        }
    }
    var config: Config { Config(specificity: value, thresholdCount: thresholdCount, classID: classID) }
    /// - Parameters:
    ///   - classID: Only this column counts.
    ///   - name: The key in the history.
    public convenience init(
        specificity: Double, thresholdCount: Int = 200, classID: Int? = nil,
        name: String? = nil
    ) {
        self.init(Config(specificity: specificity, thresholdCount: thresholdCount, classID: classID), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("SensitivityAtSpecificity")
        super.init(config.specificity, config.thresholdCount, config.classID, name: name ?? Self.defaultName)
    }
}

/// The best share of right noes at thresholds where recall is at least as asked for.
///
/// Keras: `keras.metrics.SpecificityAtSensitivity`.
public final class SpecificityAtSensitivity: RateAtRate, ConfiguredMetric {
    struct Config: Configuration {
        var sensitivity = 0.5
        var thresholdCount = 200
        var classID: Int?
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .required("sensitivity", \.sensitivity), .optional("num_thresholds", \.thresholdCount),
            .optional("class_id", \.classID),
        ]
        func check() throws(ConfigError) {
            try checkRate("sensitivity", sensitivity, thresholdCount)
        }
    }
    var config: Config { Config(sensitivity: value, thresholdCount: thresholdCount, classID: classID) }
    /// - Parameters:
    ///   - classID: Only this column counts.
    ///   - name: The key in the history.
    public convenience init(
        sensitivity: Double, thresholdCount: Int = 200, classID: Int? = nil,
        name: String? = nil
    ) {
        self.init(Config(sensitivity: sensitivity, thresholdCount: thresholdCount, classID: classID), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("SpecificityAtSensitivity")
        super.init(config.sensitivity, config.thresholdCount, config.classID, name: name ?? Self.defaultName)
    }
    fileprivate override func rates(_ point: Point) -> (asked: Double, given: Double) {
        (point.recall, point.specificity)
    }
}

/// The best precision at thresholds where recall is at least as asked for.
///
/// Keras: `keras.metrics.PrecisionAtRecall`.
public final class PrecisionAtRecall: RateAtRate, ConfiguredMetric {
    struct Config: Configuration {
        var recall = 0.5
        var thresholdCount = 200
        var classID: Int?
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .required("recall", \.recall), .optional("num_thresholds", \.thresholdCount),
            .optional("class_id", \.classID),
        ]
        func check() throws(ConfigError) {
            try checkRate("recall", recall, thresholdCount)
        }
    }
    var config: Config { Config(recall: value, thresholdCount: thresholdCount, classID: classID) }
    /// - Parameters:
    ///   - classID: Only this column counts.
    ///   - name: The key in the history.
    public convenience init(
        recall: Double, thresholdCount: Int = 200, classID: Int? = nil,
        name: String? = nil
    ) {
        self.init(Config(recall: recall, thresholdCount: thresholdCount, classID: classID), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("PrecisionAtRecall")
        super.init(config.recall, config.thresholdCount, config.classID, name: name ?? Self.defaultName)
    }
    fileprivate override func rates(_ point: Point) -> (asked: Double, given: Double) {
        (point.recall, point.precision)
    }
}

/// The best recall at thresholds where precision is at least as asked for.
///
/// Keras: `keras.metrics.RecallAtPrecision`.
public final class RecallAtPrecision: RateAtRate, ConfiguredMetric {
    struct Config: Configuration {
        var precision = 0.5
        var thresholdCount = 200
        var classID: Int?
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .required("precision", \.precision), .optional("num_thresholds", \.thresholdCount),
            .optional("class_id", \.classID),
        ]
        func check() throws(ConfigError) {
            try checkRate("precision", precision, thresholdCount)
        }
    }
    var config: Config { Config(precision: value, thresholdCount: thresholdCount, classID: classID) }
    /// - Parameters:
    ///   - classID: Only this column counts.
    ///   - name: The key in the history.
    public convenience init(
        precision: Double, thresholdCount: Int = 200, classID: Int? = nil,
        name: String? = nil
    ) {
        self.init(Config(precision: precision, thresholdCount: thresholdCount, classID: classID), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("RecallAtPrecision")
        super.init(config.precision, config.thresholdCount, config.classID, name: name ?? Self.defaultName)
    }
    fileprivate override func rates(_ point: Point) -> (asked: Double, given: Double) {
        (point.precision, point.recall)
    }
}

private func checkRate(_ key: String, _ value: Double, _ thresholdCount: Int) throws(ConfigError) {
    guard value >= 0, value <= 1 else { throw ConfigError("\(key): must lie in 0 ... 1; got \(value)") }
    guard thresholdCount > 0 else {
        throw ConfigError("num_thresholds: must be at least 1; got \(thresholdCount)")
    }
}
