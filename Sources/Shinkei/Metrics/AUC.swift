import Foundation
public import ShinkeiCore

/// The four counts at many thresholds: what curves are made of.
public class ThresholdCurve: Metric {
    private(set) var state: [Weight] = []
    let thresholds: Thresholds

    init(_ thresholds: Thresholds, name: String) {
        self.thresholds = thresholds
        super.init(name: name)
    }

    func makeState(_ shape: [Int]) {
        state = ["true_positives", "false_positives", "true_negatives", "false_negatives"].map {
            countWeight($0, shape)
        }
    }
    func add(_ counts: Thresholds.Counts) {
        state[0].add(counts.truePositives)
        state[1].add(counts.falsePositives)
        state[2].add(counts.trueNegatives)
        state[3].add(counts.falseNegatives)
    }

    public override var weights: [Weight] { state }

    /// Counts at one threshold.
    struct Point {
        var tp, fp, tn, fn: Double
        var recall: Double { ratio(tp, tp + fn) }
        var precision: Double { ratio(tp, tp + fp) }
        var specificity: Double { ratio(tn, tn + fp) }
        var fallOut: Double { ratio(fp, fp + tn) }
    }

    /// One curve, or one for each label.
    func curves() -> [[Point]] {
        guard let first = state.first else { return [] }
        let numbers = state.map(\.numbers)
        let labels = first.shape.rank == 2 ? first.shape[1] : 1
        return (0..<labels).map { label in
            stride(from: label, to: numbers[0].count, by: labels).map {
                Point(tp: numbers[0][$0], fp: numbers[1][$0], tn: numbers[2][$0], fn: numbers[3][$0])
            }
        }
    }
}

/// The area under a curve over thresholds: of recall over fall-out (ROC), or of precision over recall (PR).
///
/// Keras: `keras.metrics.AUC`. Same defaults, same approximation by 200 thresholds.
public final class AUC: ThresholdCurve, ConfiguredMetric {
    /// Which curve.
    public enum Curve: String, ConfigWord, Sendable {
        /// Recall over the share of wrong yeses among the noes.
        case roc = "ROC"
        /// Precision over recall.
        case pr = "PR"
        /// Gain in precision over gain in recall. Source: Flach & Kull 2015.
        case prGain = "PRGAIN"
    }
    /// How the area between two thresholds is taken.
    public enum Summation: String, ConfigWord, Sendable {
        /// By trapezoids; for PR by the interpolation of Davis & Goadrich 2006.
        case interpolation
        /// By the lower of the two.
        case minoring
        /// By the higher of the two.
        case majoring
    }
    struct Config: Configuration {
        var thresholdCount = 200
        var curve = Curve.roc
        var summationMethod = Summation.interpolation
        var thresholds: [Double]?
        var isMultiLabel = false
        var labelCount: Int?
        var labelWeights: [Double]?
        var fromLogits = false
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .optional("num_thresholds", \.thresholdCount), .optional("curve", \.curve),
            .optional("summation_method", \.summationMethod), .optional("multi_label", \.isMultiLabel),
            .optional("num_labels", \.labelCount), .optional("label_weights", \.labelWeights),
            .optional("from_logits", \.fromLogits), .optional("thresholds", \.thresholds),
        ]
        func check() throws(ConfigError) {
            guard thresholdCount > 1 else {
                throw ConfigError("num_thresholds: must be more than 1; got \(thresholdCount)")
            }
        }
    }
    let config: Config

    /// - Parameters:
    ///   - thresholds: Thresholds of one's own instead of `thresholdCount` even ones.
    ///   - isMultiLabel: Whether each column has a curve of its own; the result is the mean of the areas.
    ///   - labelWeights: What the columns count.
    ///   - name: The key in the history.
    public convenience init(
        thresholdCount: Int = 200, curve: Curve = .roc, summationMethod: Summation = .interpolation,
        thresholds: [Double]? = nil, isMultiLabel: Bool = false, labelCount: Int? = nil, labelWeights: [Double]? = nil,
        fromLogits: Bool = false, name: String = "auc"
    ) {
        self.init(
            Config(
                thresholdCount: thresholdCount, curve: curve, summationMethod: summationMethod, thresholds: thresholds,
                isMultiLabel: isMultiLabel, labelCount: labelCount, labelWeights: labelWeights, fromLogits: fromLogits),
            name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("AUC")
        self.config = config
        let count = config.thresholdCount
        let inner =
            config.thresholds?.sorted() ?? (0..<count - 2).map { Double($0 + 1) / Double(count - 1) }
        let isEven = config.thresholds == nil || Thresholds.areEven([0] + inner + [1])
        // Beyond both ends, so that 0 and 1 are inside.
        let all = [-probabilityEpsilon] + inner + [1 + probabilityEpsilon]
        super.init(Thresholds(all, isEven: isEven), name: name ?? Self.defaultName)
        if !config.isMultiLabel { makeState([all.count]) }
    }

    public override func build(target: SymbolicShape, prediction: SymbolicShape) {
        guard state.isEmpty, let labels = prediction.last else { return }
        makeState([thresholds.values.count, labels])
    }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        build(target: SymbolicShape(yTrue.shape), prediction: SymbolicShape(yPred.shape))
        add(
            thresholds.counts(
                yTrue, config.fromLogits ? yPred.sigmoid() : yPred, sampleWeight: sampleWeight,
                isMultiLabel: config.isMultiLabel, labelWeights: config.isMultiLabel ? nil : config.labelWeights))
    }
    public override func result() -> Double {
        let areas = curves().map(area)
        if areas.isEmpty { return 0 }
        guard config.isMultiLabel, let weights = config.labelWeights else { return areas.mean }
        return ratio(zip(areas, weights).reduce(0) { $0 + $1.0 * $1.1 }, weights.reduce(0, +))
    }

    private func area(_ curve: [Point]) -> Double {
        if config.curve == .pr && config.summationMethod == .interpolation {
            return zip(curve, curve.dropFirst()).reduce(0) { $0 + interpolated($1.0, $1.1) }
        }
        let points = curve.map(coordinates)
        return zip(points, points.dropFirst()).reduce(0) { sum, pair in
            let (a, b) = pair
            let height =
                switch config.summationMethod {
                case .interpolation: (a.y + b.y) / 2
                case .minoring: Swift.min(a.y, b.y)
                case .majoring: Swift.max(a.y, b.y)
                }
            return sum + (a.x - b.x) * height
        }
    }

    private func coordinates(_ p: Point) -> (x: Double, y: Double) {
        switch config.curve {
        case .roc: return (p.fallOut, p.recall)
        case .pr: return (p.recall, p.precision)
        case .prGain:
            if p.tp == 0 { return (0, 1) }
            let scale = ratio(p.tp + p.fn, p.tn + p.fp)
            return (Swift.max(1 - scale * p.fn / p.tp, 0), 1 - scale * p.fp / p.tp)
        }
    }

    /// The area between two thresholds where precision is a hyperbola of the true positives.
    private func interpolated(_ a: Point, _ b: Point) -> Double {
        let gained = a.tp - b.tp
        let (all, rest) = (a.tp + a.fp, b.tp + b.fp)
        let slope = ratio(gained, Swift.max(all - rest, 0))
        let intercept = b.tp - slope * rest
        let quotient = all > 0 && rest > 0 ? all / rest : 1
        return ratio(slope * (gained + intercept * log(quotient)), Swift.max(b.tp + b.fn, 0))
    }
}
