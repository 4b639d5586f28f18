import ShinkeiCore

/// One pass over arrays in batches, as compiled steps.
///
/// A step is given the whole arrays and takes its rows inside the plan, from a position that it
/// moves on; shuffling is an order of rows in a weight, drawn anew at the start of each pass. So a
/// step is one replay, and nothing is read from it until the pass is over.
final class EpochPlan {
    /// What the compiled steps depend on.
    struct Key: Hashable {
        /// The arrays' shapes and types: inputs, targets, weights.
        var shapes: [Shape]
        var types: [DType]
        /// How many of them are inputs, and how many targets.
        var parts: [Int]
        /// The rows used.
        var rows: Range<Int>
        var batchSize: Int
        var isShuffled: Bool
        /// The weights being trained.
        var trained: [ObjectIdentifier]

        init(_ data: TrainingData, rows: Range<Int>, batchSize: Int, isShuffled: Bool, trained: [Weight] = []) {
            let tensors = data.tensors
            shapes = tensors.map(\.shape)
            types = tensors.map(\.dtype)
            parts = [data.x.count, data.y.count]
            self.rows = rows
            self.batchSize = min(batchSize, rows.count)
            self.isShuffled = isShuffled
            self.trained = trained.map(ObjectIdentifier.init)
        }
    }

    let key: Key
    let stepCount: Int
    private let position: Weight
    private let order: Weight?
    private let begin: Step?
    private let full: Step
    private let last: Step
    private let shuffles: Weight

    /// A compiled step, or the closure itself where steps are run as they stand.
    private typealias Step = ([Tensor]) -> [Tensor]

    /// - Parameters:
    ///   - reset: Run at the start of each pass, inside a plan.
    ///   - isEager: Whether steps are run as they stand, for debugging.
    ///   - step: What is done with a batch, inside a plan; also given the position of the batch's
    ///     first row.
    init(
        _ key: Key, seed: Int, shuffles: Weight, isEager: Bool = false, reset: @escaping () -> Void,
        step: @escaping (_ batch: [Tensor], _ position: Tensor) -> Void
    ) {
        self.key = key
        self.shuffles = shuffles
        func runnable(_ body: @escaping ([Tensor]) -> [Tensor]) -> Step {
            if isEager { return body }
            let plan = compiled(body)
            return { plan($0) }
        }
        let rows = key.rows
        let batchSize = min(key.batchSize, rows.count)
        stepCount = (rows.count + batchSize - 1) / batchSize
        // One batch that holds everything needs no order, and takes the reset in with the step.
        let isWhole = stepCount == 1
        let position = Weight("position", Tensor(Int32(rows.lowerBound)), isTrainable: false)
        let order =
            key.isShuffled && !isWhole
            ? Weight(
                "order", Tensor.arange(rows.lowerBound, rows.upperBound).evaluate(),
                isTrainable: false) : nil
        self.position = position
        self.order = order

        begin =
            isWhole
            ? nil
            : runnable { (_: [Tensor]) -> [Tensor] in
                reset()
                position.value = Tensor.constant(
                    integer: Int64(order == nil ? rows.lowerBound : 0), dtype: .int32)
                if let order {
                    let shuffle = shuffles.value
                    let key = RandomKey(seed: seed, stream: -1, step: shuffle)
                    let places = Tensor.randomPermutation(rows.count, key: key)
                    order.value =
                        rows.lowerBound == 0
                        ? places
                        : places + Tensor.constant(integer: Int64(rows.lowerBound), dtype: .int32)
                    shuffles.value = shuffle + 1
                }
                return []
            }
        func steps(_ count: Int) -> Step {
            runnable { (inputs: [Tensor]) -> [Tensor] in
                if isWhole { reset() }
                let first = position.value
                if isWhole && rows == 0..<inputs[0].shape[0] {
                    step(inputs, first)
                    return []
                }
                let places = first + Tensor.arange(count)
                let rows = order.map { $0.value.taking(places) } ?? places
                step(inputs.map { $0.taking(rows) }, first)
                if !isWhole {
                    position.value = first + Tensor.constant(integer: Int64(count), dtype: .int32)
                }
                return []
            }
        }
        full = steps(batchSize)
        let rest = rows.count % batchSize
        last = rest == 0 ? full : steps(rest)
    }

    /// Runs a pass, or a part of it that follows the part run last.
    ///
    /// - Parameters:
    ///   - beforeStep: Is called when a step is about to begin.
    ///   - afterStep: Is given the number of the step, from 1; may throw to end the pass, or return false.
    func run(
        _ inputs: [Tensor], steps: Range<Int>? = nil, beforeStep: () throws -> Void, afterStep: (Int) throws -> Bool
    ) rethrows {
        let steps = steps ?? 0..<stepCount
        if steps.lowerBound == 0 { _ = begin?([]) }
        for step in steps {
            try beforeStep()
            _ = (step + 1 < stepCount ? full : last)(inputs)
            if try !afterStep(step + 1) { return }
        }
    }

    /// Makes the pass that is running anew, to go on behind `step` steps. `shuffles` has counted it already.
    func resume(behind step: Int) {
        guard let begin, step > 0 else { return }
        if order != nil { shuffles.value = shuffles.value - 1 }
        _ = begin([])
        position.value = Tensor(Int32((order == nil ? key.rows.lowerBound : 0) + step * key.batchSize))
    }

    /// The rows that the batch at this position held in the last pass.
    func batch(at position: Int, _ inputs: [Tensor]) -> [Tensor] {
        let end = order == nil ? key.rows.upperBound : key.rows.count
        let places = Tensor.arange(position, min(position + key.batchSize, end))
        let rows = order.map { $0.value.taking(places) } ?? places
        return inputs.map { $0.taking(rows) }
    }

    /// The number of the step whose batch began at this position.
    func step(at position: Int) -> Int {
        (position - (order == nil ? key.rows.lowerBound : 0)) / key.batchSize
    }
}
