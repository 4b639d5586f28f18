public import ShinkeiCore
import ShinkeiFormats

/// Another optimizer, with a loss that is multiplied before its gradients are taken, so that small ones do not vanish.
///
/// The scale is halved when a gradient is not finite, and that step is left out; it is doubled after
/// `dynamicGrowthSteps` steps that were.
/// Keras: `keras.optimizers.LossScaleOptimizer`. Same defaults: 2¹⁵, 2000 steps.
///
/// Source: Micikevicius et al. 2018, section 3.2, arXiv:1710.03740.
public final class LossScaleOptimizer: Optimizer {
    static let className = "LossScaleOptimizer"
    /// The optimizer that changes the weights.
    public let inner: Optimizer
    /// What the scale is at first.
    public let initialScale: Double
    /// After how many finite steps it is doubled.
    public let dynamicGrowthSteps: Int
    private let counter = Weight("step_counter", Tensor(Int64(0)), isTrainable: false)
    /// What the loss is multiplied by now.
    public let dynamicScale: Weight

    /// - Precondition: `inner` does not scale its loss itself.
    public init(
        _ inner: Optimizer, initialScale: Double = 32768, dynamicGrowthSteps: Int = 2000,
        name: String = "loss_scale_optimizer"
    ) {
        if inner.options.lossScaleFactor != nil {
            trap("LossScaleOptimizer: the optimizer inside has a loss scale of its own")
        }
        self.inner = inner
        self.initialScale = initialScale
        self.dynamicGrowthSteps = dynamicGrowthSteps
        dynamicScale = Weight("dynamic_scale", Tensor(initialScale, dtype: .float32), isTrainable: false)
        super.init(name: name, learningRate: 0.0)
    }

    public override var learningRate: Double {
        get { inner.learningRate }
        set { inner.learningRate = newValue }
    }

    override var savedWeights: [Weight] { super.unbuiltWeights + [counter, dynamicScale] + inner.savedWeights }
    override var unbuiltWeights: [Weight] { super.unbuiltWeights + inner.unbuiltWeights }
    override func scaled(_ loss: Tensor) -> Tensor { loss * dynamicScale.value.cast(to: loss.dtype) }
    override var skipsWhatIsNotFinite: Bool { true }
    public override var weights: [Weight] { super.unbuiltWeights + [counter, dynamicScale] + inner.weights }
    public override func build(_ weights: [Weight]) { inner.build(weights) }
    public override func excludeFromWeightDecay(_ weights: [Weight] = [], names: [String] = []) {
        inner.excludeFromWeightDecay(weights, names: names)
    }
    override func finish() { inner.finish() }
    override var hasAverages: Bool { inner.hasAverages }
    override func swapAverages(_ isSwapped: Bool) { inner.swapAverages(isSwapped) }
    override func noteSwappedAverages(_ isSwapped: Bool) { inner.noteSwappedAverages(isSwapped) }

    public override func apply(_ gradients: [Tensor?], if condition: Tensor? = nil) {
        let (scale, count) = (dynamicScale.value, counter.value)
        var isFinite = Tensor(true)
        for case let gradient? in gradients { isFinite = isFinite & gradient.isFinite().all() }
        inner.apply(gradients, dividedBy: scale, if: condition.map { $0 & isFinite } ?? isFinite)

        let grows = count .== Tensor.constant(integer: Int64(dynamicGrowthSteps - 1), dtype: .int64)
        let factor = Tensor.where(
            isFinite, Tensor.where(grows, Tensor(Float(2)), Tensor(Float(1))), Tensor(Float(0.5)))
        let none = Tensor.constant(integer: 0, dtype: .int64)
        let next = Tensor.where(isFinite & !grows, count + 1, none)
        dynamicScale.value = condition.map { Tensor.where($0, scale * factor, scale) } ?? scale * factor
        counter.value = condition.map { Tensor.where($0, next, count) } ?? next
    }

    // MARK: - Files

    static func make(_ object: JSON) throws(ConfigError) -> Optimizer {
        let inside = object["inner_optimizer"] ?? .null
        guard let className = inside["class_name"]?.string else {
            throw ConfigError("inner_optimizer: expected an optimizer's object")
        }
        guard let inner = try OptimizerRegistry.make(className: className, inside["config"] ?? .object([:])) else {
            throw ConfigError("inner_optimizer: there is no optimizer \"\(className)\"")
        }
        if inner.options.lossScaleFactor != nil {
            throw ConfigError("inner_optimizer: has a loss_scale_factor of its own")
        }
        let scale = try object["initial_scale"].map { (json) throws(ConfigError) in try Double(config: json) }
        let steps = try object["dynamic_growth_steps"].map { (json) throws(ConfigError) in try Int(config: json) }
        return LossScaleOptimizer(
            inner, initialScale: scale ?? 32768, dynamicGrowthSteps: steps ?? 2000,
            name: object["name"]?.string ?? "loss_scale_optimizer")
    }

    /// The object that files hold; `nil` if the optimizer inside has none.
    var object: JSON? {
        guard let inside = OptimizerRegistry.object(inner) else { return nil }
        return ClassObject.json(
            "optimizers", Self.className,
            [
                "name": .string(name), "inner_optimizer": inside, "initial_scale": .number(initialScale),
                "dynamic_growth_steps": .int(dynamicGrowthSteps),
            ])
    }
}
