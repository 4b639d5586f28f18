public import ShinkeiCore

/// What `FBetaScore` and `F1Score` share.
public class FScore: Metric {
    /// How the classes' scores become one.
    public enum Average: String, ConfigWord, Sendable {
        /// All classes counted together.
        case micro
        /// The mean of the classes' scores.
        case macro
        /// Their mean, weighted by how often the classes occur.
        case weighted
    }
    private let average: Average?
    private let beta: Double
    private let threshold: Double?
    private var state: [Weight] = []

    fileprivate init(average: Average?, beta: Double, threshold: Double?, called name: String) {
        self.average = average
        self.beta = beta
        self.threshold = threshold
        super.init(name: name)
    }

    public override var weights: [Weight] { state }
    public override var isVector: Bool { average == nil }
    public override func build(target: SymbolicShape, prediction: SymbolicShape) {
        guard state.isEmpty, let classes = prediction.last else { return }
        state = ["true_positives", "false_positives", "false_negatives", "intermediate_weights"].map {
            countWeight($0, average == .micro ? [] : [classes])
        }
    }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        build(target: SymbolicShape(yTrue.shape), prediction: SymbolicShape(yPred.shape))
        let isYes: Tensor
        if let threshold {
            isYes = yPred .> Tensor.constant(threshold, dtype: yPred.dtype)
        } else {
            // A row of nothing but zeros is no yes.
            isYes = (yPred .>= yPred.max(axis: -1, keepDims: true)) & (yPred.abs() .> 1e-9)
        }
        let answer = isYes.cast(to: .float32)
        let target = yTrue.number.cast(to: .float32)
        func add(_ i: Int, _ x: Tensor) {
            let weighted = sampleWeight.map { x * withWeights(x, $0).weights } ?? x
            state[i].add(average == .micro ? weighted.sum() : weighted.sum(axis: 0))
        }
        add(0, answer * target)
        add(1, answer * (1 - target))
        add(2, (1 - answer) * target)
        add(3, target)
    }
    public override func results() -> [Double] {
        if state.isEmpty { return [0] }
        let numbers = state.map(\.numbers)
        let scores = numbers[0].indices.map { i in
            let precision = numbers[0][i] / (numbers[0][i] + numbers[1][i] + probabilityEpsilon)
            let recall = numbers[0][i] / (numbers[0][i] + numbers[2][i] + probabilityEpsilon)
            return precision * recall / (beta * beta * precision + recall + probabilityEpsilon) * (1 + beta * beta)
        }
        switch average {
        case nil: return scores
        case .micro, .macro: return [scores.mean]
        case .weighted:
            let all = numbers[3].reduce(0, +) + probabilityEpsilon
            return [zip(scores, numbers[3]).reduce(0) { $0 + $1.0 * ($1.1 / all) }]
        }
    }
    public override func result() -> Double { results().mean }
}

/// The weighted harmonic mean of precision and recall: `(1 + beta²) · p · r / (beta² · p + r)`, for each class or over
/// all.
///
/// Predictions: `[n, classes]`, targets one-hot or several yeses.
/// Keras: `keras.metrics.FBetaScore`.
public final class FBetaScore: FScore, ConfiguredMetric {
    struct Config: Configuration {
        var average: Average?
        var beta = 1.0
        var threshold: Double?
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .optional("average", \.average), .optional("beta", \.beta), .optional("threshold", \.threshold),
        ]
        func check() throws(ConfigError) {
            guard beta > 0 else { throw ConfigError("beta: must be more than 0; got \(beta)") }
            try checkScore(threshold)
        }
    }
    let config: Config
    /// - Parameters:
    ///   - average: How the classes' scores become one; `nil` leaves them apart.
    ///   - threshold: Predictions above it are a yes; if `nil`, a row's largest is.
    ///   - name: The key in the history.
    public convenience init(
        average: Average? = nil, beta: Double = 1, threshold: Double? = nil, name: String = "fbeta_score"
    ) {
        self.init(Config(average: average, beta: beta, threshold: threshold), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("FBetaScore")
        self.config = config
        super.init(
            average: config.average, beta: config.beta, threshold: config.threshold, called: name ?? "fbeta_score")
    }
}

/// The harmonic mean of precision and recall, for each class or over all.
///
/// Keras: `keras.metrics.F1Score`.
public final class F1Score: FScore, ConfiguredMetric {
    struct Config: Configuration {
        var average: Average?
        var threshold: Double?
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .optional("average", \.average), .optional("threshold", \.threshold),
        ]
        func check() throws(ConfigError) { try checkScore(threshold) }
    }
    let config: Config
    /// - Parameters:
    ///   - average: How the classes' scores become one; `nil` leaves them apart.
    ///   - threshold: Predictions above it are a yes; if `nil`, a row's largest is.
    ///   - name: The key in the history.
    public convenience init(average: Average? = nil, threshold: Double? = nil, name: String = "f1_score") {
        self.init(Config(average: average, threshold: threshold), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("F1Score")
        self.config = config
        super.init(average: config.average, beta: 1, threshold: config.threshold, called: name ?? "f1_score")
    }
}

private func checkScore(_ threshold: Double?) throws(ConfigError) {
    guard let threshold else { return }
    guard threshold > 0, threshold <= 1 else {
        throw ConfigError("threshold: must be more than 0 and at most 1; got \(threshold)")
    }
}
