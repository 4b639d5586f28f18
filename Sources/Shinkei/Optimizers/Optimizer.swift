public import ShinkeiCore

/// A rule that changes weights by their gradients.
///
/// Subclasses name their slots (numbers kept for each weight) and override `updated`; slots,
/// learning rate and step counter are `Weight`s, so that a compiled training step updates them in
/// place and a new learning rate compiles nothing.
/// Keras: `keras.optimizers.Optimizer`.
open class Optimizer {
    /// Keras's name: `adam`.
    public let name: String
    /// Steps done so far, `int64`.
    public let iterations = Weight("iteration", Tensor(Int64(0)), isTrainable: false)
    let rate: Weight
    /// Limits on the gradients before they are used.
    public let clipping: GradientClipping
    /// The slots of each weight, in the order of `slotNames`.
    public private(set) var slots: [[Weight]] = []
    /// The weights the optimizer was built for.
    public private(set) var builtWeights: [Weight]?

    /// For subclasses.
    public init(name: String, learningRate: Double, clipping: GradientClipping = .none) {
        self.name = name
        self.clipping = clipping
        rate = Weight("learning_rate", Tensor(learningRate, dtype: .float32), isTrainable: false)
    }

    /// The step size. Can be changed at any time, also between steps of a compiled loop.
    public var learningRate: Double {
        get { rate.value.scalar(of: Double.self) }
        set { rate.value = Tensor(newValue, dtype: .float32) }
    }

    // MARK: To override

    /// The names of the slots each weight has, as Keras calls them, in the groups in which Keras
    /// creates them: one weight after the other within a group.
    open var slotGroups: [[String]] { [] }

    /// The new value of a weight and of its slots.
    ///
    /// - Parameters:
    ///   - slots: In the order of `slotGroups`, flattened; zeros at first.
    open func updated(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        trap("\(name): an optimizer overrides updated(_:gradient:slots:_:)")
    }

    /// State in the order of files.
    var savedWeights: [Weight] { weights }

    // MARK: Use

    /// All state in Keras's order: step counter, learning rate, then the slots by group.
    public var weights: [Weight] {
        var result = [iterations, rate]
        var first = 0
        for group in slotGroups {
            for own in slots { result += own[first..<first + group.count] }
            first += group.count
        }
        return result
    }

    /// Makes zero slots for these weights, unless it was built for the same ones before.
    public func build(_ weights: [Weight]) {
        if let built = builtWeights, built.count == weights.count,
            zip(built, weights).allSatisfy({ $0 === $1 })
        {
            return
        }
        var kept: [ObjectIdentifier: [Weight]] = [:]
        for (weight, own) in zip(builtWeights ?? [], slots) { kept[ObjectIdentifier(weight)] = own }
        let names = slotGroups.flatMap { $0 }
        slots = weights.map { weight in
            if let own = kept[ObjectIdentifier(weight)] { return own }
            let owner = String(weight.path.map { $0 == "/" ? "_" : $0 })
            return names.map { name in
                let slot = Weight(
                    name, Tensor.zeros(weight.shape.sizes, dtype: weight.dtype).evaluate(),
                    isTrainable: false)
                slot.path = "\(self.name)/\(owner)_\(name)"
                return slot
            }
        }
        builtWeights = weights
    }

    /// Changes the weights by one step.
    ///
    /// - Parameters:
    ///   - gradients: One for each of the weights the optimizer was built for.
    ///   - condition: A `bool` scalar; where it is false, everything stays as it was.
    /// - Precondition: `build` was called for these weights.
    public func apply(_ gradients: [Tensor], if condition: Tensor? = nil) {
        guard let weights = builtWeights, weights.count == gradients.count else {
            trap(
                "\(name): \(gradients.count) gradients for \(builtWeights?.count ?? 0) weights; build(_:) comes first"
            )
        }
        func assign(_ weight: Weight, _ old: Tensor, _ new: Tensor) {
            let new = new.cast(to: old.dtype)
            weight.value = condition.map { Tensor.where($0, new, old) } ?? new
        }
        let count = iterations.value
        let learningRate = rate.value
        for (i, gradient) in clipping(gradients).enumerated() {
            let old = weights[i].value
            // Made for each weight, computed once: equal expressions of a plan are one.
            let dtype = old.dtype.computed
            let step = OptimizerStep(
                learningRate: learningRate.cast(to: dtype), number: (count + 1).cast(to: dtype))
            let oldSlots = slots[i].map(\.value)
            let new = updated(old, gradient: gradient, slots: oldSlots, step)
            assign(weights[i], old, weights[i].constraint.map { $0(new.weight) } ?? new.weight)
            for (slot, (oldSlot, newSlot)) in zip(slots[i], zip(oldSlots, new.slots)) {
                assign(slot, oldSlot, newSlot)
            }
        }
        assign(iterations, count, count + 1)
    }
}

/// What an optimizer may know about the step it is in; both in the weight's type.
public struct OptimizerStep {
    /// The step size.
    public let learningRate: Tensor
    /// 1 in the first step.
    public let number: Tensor
}
