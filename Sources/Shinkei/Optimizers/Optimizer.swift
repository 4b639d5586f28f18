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
    /// How the learning rate changes with the steps; `nil` if it is a number.
    public let schedule: (any LearningRateSchedule)?
    /// Weight decay, clipping and what else every optimizer can do.
    public let options: OptimizerOptions
    /// The slots of each weight, in the order of `slotGroups`.
    public private(set) var slots: [[Weight]] = []
    /// The weights the optimizer was built for.
    public private(set) var builtWeights: [Weight]?
    /// For each weight the running mean of its values, if it is kept.
    private var averages: [Weight] = []
    /// For each weight the sum of gradients not applied yet, if they are gathered.
    private var gathered: [Weight] = []
    private var undecayed: (weights: Set<ObjectIdentifier>, names: [String]) = ([], [])

    /// For subclasses.
    ///
    /// - Parameter learningRate: A number, or a schedule.
    public init(name: String, learningRate: any LearningRateSchedule, options: OptimizerOptions = OptimizerOptions()) {
        do throws(ConfigError) { try options.check() } catch { trap("\(name): \(error.description)") }
        self.name = options.name ?? name
        self.options = options
        let number = learningRate as? Double
        schedule = number == nil ? learningRate : nil
        rate = Weight("learning_rate", Tensor(number ?? 0, dtype: .float32), isTrainable: false)
    }

    /// The step size of the next step. Can be changed at any time, also between steps of a compiled loop.
    ///
    /// - Precondition: To be set, it must not follow a schedule.
    open var learningRate: Double {
        get { rate(at: iterations.value).scalar(of: Double.self) }
        set {
            if schedule != nil { trap("\(name): the learning rate follows a schedule and cannot be set") }
            rate.value = Tensor(newValue, dtype: .float32)
        }
    }

    /// Lets weights keep their size: those given, and those whose name contains one of the names.
    ///
    /// Keras: `exclude_from_weight_decay`.
    open func excludeFromWeightDecay(_ weights: [Weight] = [], names: [String] = []) {
        undecayed = (Set(weights.map(ObjectIdentifier.init)), names)
    }

    // MARK: To override

    /// The slots each weight has, as Keras calls them, in the groups in which Keras
    /// creates them: one weight after the other within a group.
    open var slotGroups: [[OptimizerSlot]] { [] }

    /// The same, where weights differ in what is kept for them.
    open func slotGroups(for weight: Weight) -> [[OptimizerSlot]] { slotGroups }

    /// The new value of a weight and of its slots.
    ///
    /// - Parameters:
    ///   - slots: In the order of `slotGroups`, flattened.
    open func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        trap("\(name): an optimizer overrides updated(_:gradient:slots:_:)")
    }

    /// Numbers kept for all weights together.
    open var sharedState: [Weight] { [] }

    /// Their new values, made once a step, before the weights are changed.
    open func updatedSharedState(_ state: [Tensor], _ step: OptimizerStep) -> [Tensor] { state }

    /// By how much a weight shrinks in a step, times the learning rate.
    open func weightDecay(of weight: Weight) -> Double? { options.weightDecay }

    /// State in the order of files.
    var savedWeights: [Weight] { unbuiltWeights + averages + gathered + slotsInOrder + sharedState }
    /// What files hold of an optimizer that was never used.
    var unbuiltWeights: [Weight] { schedule == nil ? [iterations, rate] : [iterations] }
    /// The loss as the gradients are taken of it.
    func scaled(_ loss: Tensor) -> Tensor { options.lossScaleFactor.map { loss * $0 } ?? loss }
    /// Whether gradients that are not finite are dealt with by the optimizer.
    var skipsWhatIsNotFinite: Bool { false }

    // MARK: Use

    /// All state: step counter, learning rate, then what is kept for the weights, in Keras's order.
    open var weights: [Weight] {
        [iterations, rate] + averages + gathered + slotsInOrder + sharedState
    }

    private var slotsInOrder: [Weight] {
        guard let builtWeights else { return [] }
        let groups = builtWeights.map { slotGroups(for: $0) }
        var result: [Weight] = []
        for group in 0..<(groups.map(\.count).max() ?? 0) {
            for (own, groups) in zip(slots, groups) where group < groups.count {
                let first = groups[..<group].reduce(0) { $0 + $1.count }
                result += own[first..<first + groups[group].count]
            }
        }
        return result
    }

    /// Makes the slots for these weights, unless it was built for the same ones before.
    open func build(_ weights: [Weight]) {
        if let built = builtWeights, built.count == weights.count,
            zip(built, weights).allSatisfy({ $0 === $1 })
        {
            return
        }
        var places: [ObjectIdentifier: Int] = [:]
        for (i, weight) in (builtWeights ?? []).enumerated() { places[ObjectIdentifier(weight)] = i }
        func kept<Value>(_ old: [Value], make: (Weight) -> Value) -> [Value] {
            weights.map { weight in
                if let place = places[ObjectIdentifier(weight)], place < old.count { return old[place] }
                return make(weight)
            }
        }
        func state(_ slot: OptimizerSlot, of weight: Weight) -> Weight {
            let owner = String(weight.path.map { $0 == "/" ? "_" : $0 })
            let state = Weight(
                slot.name,
                Tensor.full((slot.shape ?? weight.shape).sizes, slot.initial, dtype: slot.dtype ?? weight.dtype)
                    .evaluate(),
                isTrainable: false)
            state.path = "\(name)/\(owner)_\(slot.name)"
            return state
        }
        if options.useEMA { averages = kept(averages) { state("average", of: $0) } }
        if options.gradientAccumulationSteps != nil {
            gathered = kept(gathered) { state("gradient_accumulator", of: $0) }
        }
        slots = kept(slots) { weight in slotGroups(for: weight).flatMap { $0 }.map { state($0, of: weight) } }
        builtWeights = weights
    }

    /// Changes the weights by one step.
    ///
    /// - Parameters:
    ///   - gradients: One for each of the weights the optimizer was built for; `nil` for those to let alone.
    ///   - condition: A `bool` scalar; where it is false, everything stays as it was.
    /// - Precondition: `build` was called for these weights.
    open func apply(_ gradients: [Tensor?], if condition: Tensor? = nil) {
        apply(gradients, dividedBy: options.lossScaleFactor.map { Tensor.constant($0, dtype: .float32) }, if: condition)
    }

    func apply(_ gradients: [Tensor?], dividedBy scale: Tensor?, if condition: Tensor?) {
        guard let weights = builtWeights, weights.count == gradients.count else {
            trap(
                "\(name): \(gradients.count) gradients for \(builtWeights?.count ?? 0) weights; build(_:) comes first"
            )
        }
        func assign(_ weight: Weight, _ new: Tensor, if isDue: Tensor? = nil) {
            let old = weight.value
            let new = new.cast(to: old.dtype)
            let flag = condition.map { condition in isDue.map { condition & $0 } ?? condition } ?? isDue
            weight.value = flag.map { Tensor.where($0, new, old) } ?? new
        }
        let count = iterations.value
        let places = gradients.indices.filter { gradients[$0] != nil }
        var gradients = gradients.compactMap { $0.map { WeightGradient($0) } }
        if let scale { gradients = gradients.map { $0.mapped { $0 / scale.cast(to: $0.dtype) } } }

        // Gathered gradients are applied in every nth step only.
        var isDue: Tensor?
        var updates = count
        if let every = options.gradientAccumulationSteps {
            let every = Tensor.constant(integer: Int64(every), dtype: .int64)
            let due = (count + 1) % every .== 0
            (isDue, updates) = (due, count.floorDivided(by: every))
            let gathered = places.map { self.gathered[$0] }
            let sums = zip(gradients, gathered).map { $0.value + $1.value }
            for (weight, sum) in zip(gathered, sums) {
                assign(weight, Tensor.where(due, Tensor.zeros([], dtype: sum.dtype), sum))
            }
            gradients = sums.map { WeightGradient($0 / every.cast(to: $0.dtype)) }
        }

        func step(_ weight: Weight, dtype: DType, _ shared: [Tensor]) -> OptimizerStep {
            // Made for each weight, computed once: equal expressions of a plan are one.
            OptimizerStep(
                learningRate: rate(at: count).cast(to: dtype), number: (updates + 1).cast(to: dtype), shared: shared,
                weight: weight)
        }
        var shared: [Tensor] = []
        if let first = weights.first, !sharedState.isEmpty {
            shared = updatedSharedState(sharedState.map(\.value), step(first, dtype: .float32, []))
            for (weight, new) in zip(sharedState, shared) { assign(weight, new, if: isDue) }
        }
        for (i, gradient) in zip(places, options.clipping(gradients)) {
            let (weight, old) = (weights[i], weights[i].value)
            let step = step(weight, dtype: old.dtype.computed, shared)
            var start = old
            if let decay = decay(of: weight) { start = old - old * decay * step.learningRate }
            var (new, newSlots) = updated(start, gradient: gradient, slots: slots[i].map(\.value), step)
            for (slot, value) in zip(slots[i], newSlots) { assign(slot, value, if: isDue) }
            if let isDue { new = Tensor.where(isDue, new.cast(to: old.dtype), old) }
            if options.useEMA { new = averaged(averages[i], new.cast(to: old.dtype), updates) { assign($0, $1) } }
            assign(weight, weight.constraint.map { $0(new) } ?? new)
        }
        assign(iterations, count + 1)
    }

    /// What a weight becomes when its mean has taken it in.
    private func averaged(
        _ average: Weight, _ value: Tensor, _ updates: Tensor, _ assign: (Weight, Tensor) -> Void
    ) -> Tensor {
        let momentum = (updates .!= 0).cast(to: value.dtype.computed) * options.emaMomentum
        let mean = momentum * average.value + (1 - momentum) * value
        assign(average, mean)
        guard let every = options.emaOverwriteFrequency else { return value }
        let isDue = (updates + 1) % Tensor.constant(integer: Int64(every), dtype: .int64) .== 0
        return Tensor.where(isDue, mean.cast(to: value.dtype), value)
    }

    /// Whether weights and their running means have changed places.
    private(set) var hasSwappedAverages = false
    /// Whether running means of the weights are kept.
    var hasAverages: Bool { options.useEMA }

    /// Lets weights and their running means change places, or back.
    func swapAverages(_ isSwapped: Bool) {
        guard isSwapped != hasSwappedAverages, let builtWeights else { return }
        for (weight, average) in zip(builtWeights, averages) {
            (weight.value, average.value) = (average.value, weight.value)
        }
        hasSwappedAverages = isSwapped
    }

    /// Takes it as done, by another process: weights and means were read as they were there.
    func noteSwappedAverages(_ isSwapped: Bool) { hasSwappedAverages = isSwapped }

    /// Ends a training: weights whose running mean is kept become it.
    func finish() {
        guard options.useEMA, let builtWeights else { return }
        for (weight, average) in zip(builtWeights, averages) {
            if hasSwappedAverages { average.value = weight.value } else { weight.value = average.value }
        }
        hasSwappedAverages = false
    }

    private func rate(at count: Tensor) -> Tensor {
        schedule.map { $0(count.cast(to: .float32)) } ?? rate.value
    }

    private func decay(of weight: Weight) -> Double? {
        if undecayed.weights.contains(ObjectIdentifier(weight)) || undecayed.names.contains(where: weight.name.contains)
        {
            return nil
        }
        return weightDecay(of: weight)
    }
}

/// Numbers that an optimizer keeps for a weight. Its name as a literal is enough, if they are zeros in the weight's
/// shape.
public struct OptimizerSlot: ExpressibleByStringLiteral, Sendable {
    /// What Keras calls them.
    public let name: String
    /// The weight's if it is `nil`.
    let shape: Shape?
    let initial: Double
    let dtype: DType?

    /// - Parameters:
    ///   - shape: The weight's if it is `nil`.
    ///   - initial: What each number is at first.
    ///   - dtype: The weight's if it is `nil`.
    public init(_ name: String, shape: Shape? = nil, initial: Double = 0, dtype: DType? = nil) {
        self.name = name
        self.shape = shape
        self.initial = initial
        self.dtype = dtype
    }

    public init(stringLiteral name: String) { self.init(name) }
}

/// What an optimizer may know about the step it is in; numbers are in the weight's type.
public struct OptimizerStep {
    /// The step size.
    public let learningRate: Tensor
    /// 1 in the first step.
    public let number: Tensor
    /// What `updatedSharedState` has made.
    public let shared: [Tensor]
    /// The weight that is changed.
    public let weight: Weight

    /// A number to the power of the step.
    func power(_ base: Double) -> Tensor { Tensor.constant(base, dtype: number.dtype).power(number) }
}
