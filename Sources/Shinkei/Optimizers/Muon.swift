public import ShinkeiCore

/// Matrices step along the nearest orthogonal matrix of their momentum; all other weights take AdamW's steps.
///
/// `m = momentum · m + g`, `w -= rate · rmsRate · sqrt(max(rows, columns)) · orthogonal(g + momentum · m)`, where a
/// few steps of Newton and Schulz, `x = a · x + (b · A + c · A²) · x` with `A = x · xᵀ`, push all singular values
/// towards 1.
/// Keras: `keras.optimizers.Muon`. Same defaults. Embeddings and the layers of `excludeLayers` (regular expressions,
/// looked for in a weight's path) count as other weights.
///
/// Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
public final class Muon: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// AdamW: how much of the mean gradient is kept in a step.
        public var adamBeta1 = 0.9
        /// AdamW: how much of the mean square is kept in a step.
        public var adamBeta2 = 0.999
        /// AdamW: by how much weights shrink in a step, times the rate.
        public var adamWeightDecay: Double? = 0.004
        /// Keeps the division finite.
        public var epsilon = 1e-7
        /// Which matrices take AdamW's steps as well.
        public var excludeLayers: [String] = []
        /// Whether embeddings take AdamW's steps.
        public var excludeEmbeddings = true
        /// The first coefficient of the iteration.
        public var muonA = 3.4445
        /// The second.
        public var muonB = -4.775
        /// The third.
        public var muonC = 2.0315
        /// AdamW: what the learning rate is multiplied by.
        public var adamLrRatio = 1.0
        /// How much of the last steps is kept.
        public var momentum = 0.95
        /// Steps of the iteration.
        public var nsSteps = 5
        /// Whether the step looks ahead.
        public var nesterov = true
        /// The root mean square of a step; `nil` to leave it.
        public var rmsRate: Double? = 0.2
        /// What every optimizer can be told.
        public var options = OptimizerOptions(weightDecay: 0.004)
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("adam_beta_1", \.adamBeta1), .optional("adam_beta_2", \.adamBeta2),
                .optional("adam_weight_decay", \.adamWeightDecay), .optional("epsilon", \.epsilon),
                .optional("exclude_layers", \.excludeLayers), .optional("exclude_embeddings", \.excludeEmbeddings),
                .optional("muon_a", \.muonA), .optional("muon_b", \.muonB), .optional("muon_c", \.muonC),
                .optional("adam_lr_ratio", \.adamLrRatio), .optional("momentum", \.momentum),
                .optional("ns_steps", \.nsSteps), .optional("nesterov", \.nesterov),
                .optional("rms_rate", \.rmsRate),
            ]
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        self.config = config
        super.init(name: "muon", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, adamBeta1: Double = 0.9, adamBeta2: Double = 0.999,
        adamWeightDecay: Double? = 0.004, epsilon: Double = 1e-7, excludeLayers: [String] = [],
        excludeEmbeddings: Bool = true, muonA: Double = 3.4445, muonB: Double = -4.775, muonC: Double = 2.0315,
        adamLrRatio: Double = 1.0, momentum: Double = 0.95, nsSteps: Int = 5, nesterov: Bool = true,
        rmsRate: Double? = 0.2, weightDecay: Double? = 0.004, clipping: GradientClipping = .none,
        options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.adamBeta1 = adamBeta1
        config.adamBeta2 = adamBeta2
        config.adamWeightDecay = adamWeightDecay
        config.epsilon = epsilon
        config.excludeLayers = excludeLayers
        config.excludeEmbeddings = excludeEmbeddings
        config.muonA = muonA
        config.muonB = muonB
        config.muonC = muonC
        config.adamLrRatio = adamLrRatio
        config.momentum = momentum
        config.nsSteps = nsSteps
        config.nesterov = nesterov
        config.rmsRate = rmsRate
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override func slotGroups(for weight: Weight) -> [[OptimizerSlot]] {
        [usesAdam(weight) ? ["momentum", "velocity"] : ["momentum"]]
    }

    public override func weightDecay(of weight: Weight) -> Double? {
        usesAdam(weight) ? config.adamWeightDecay : options.weightDecay
    }

    private func usesAdam(_ weight: Weight) -> Bool {
        if weight.shape.rank != 2 { return true }
        if config.excludeEmbeddings && weight.path.lowercased().contains("embedding") { return true }
        return config.excludeLayers.contains { pattern in
            guard let expression = try? Regex(pattern) else { return weight.path.contains(pattern) }
            return weight.path.firstMatch(of: expression) != nil
        }
    }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        guard slots.count == 1 else {
            return adamStep(
                weight, gradient, slots, step, rate: step.learningRate * config.adamLrRatio, beta1: config.adamBeta1,
                beta2: config.adamBeta2, epsilon: config.epsilon)
        }
        let gradient = gradient.value
        let mean = slots[0] + (gradient + slots[0] * (config.momentum - 1))
        var move = step.learningRate * orthogonal(config.nesterov ? gradient + mean * config.momentum : mean)
        if let rate = config.rmsRate {
            move = move * (Double(Swift.max(weight.shape[0], weight.shape[1])).squareRoot() * rate)
        }
        return (weight - move, [mean])
    }

    private func orthogonal(_ matrix: Tensor) -> Tensor {
        let isTall = matrix.shape[0] > matrix.shape[1]
        var x = isTall ? matrix.transposed() : matrix
        x = x / (x.square().sum().sqrt() + 1e-7)
        for _ in 0..<config.nsSteps {
            let square = x.matmul(x.transposed())
            x = x * config.muonA + (square * config.muonB + (square * config.muonC).matmul(square)).matmul(x)
        }
        return isTall ? x.transposed() : x
    }
}
