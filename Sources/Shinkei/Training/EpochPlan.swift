import ShinkeiCore

/// One pass over arrays in batches, as compiled steps.
///
/// A step is given the whole arrays and takes its rows inside the plan, from a position that it
/// moves on; shuffling is an order of rows in a weight, drawn anew at the start of each pass. So a
/// step is one replay, and nothing is read from it until the pass is over.
final class EpochPlan {
    /// What the compiled steps depend on.
    struct Key: Hashable {
        var x: Shape
        var xType: DType
        var y: Shape
        var yType: DType
        /// The rows used.
        var rows: Range<Int>
        var batchSize: Int
        var isShuffled: Bool
        /// The weights being trained.
        var trained: [ObjectIdentifier]
    }

    let key: Key
    let stepCount: Int
    private let position: Weight
    private let order: Weight?
    private let begin: CompiledFunction?
    private let full: CompiledFunction
    private let last: CompiledFunction

    /// - Parameters:
    ///   - reset: Run at the start of each pass, inside a plan.
    ///   - step: What is done with a batch, inside a plan; also given the position of the batch's
    ///     first row.
    init(
        _ key: Key, seed: Int, shuffles: Weight, reset: @escaping () -> Void,
        step: @escaping (_ x: Tensor, _ y: Tensor, _ position: Tensor) -> Void
    ) {
        self.key = key
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
            : compiled { (_: [Tensor]) -> [Tensor] in
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
        func steps(_ count: Int) -> CompiledFunction {
            compiled { (inputs: [Tensor]) -> [Tensor] in
                let (x, y) = (inputs[0], inputs[1])
                if isWhole { reset() }
                let first = position.value
                if isWhole && rows == 0..<x.shape[0] {
                    step(x, y, first)
                    return []
                }
                let places = first + Tensor.arange(count)
                let rows = order.map { $0.value.taking(places) } ?? places
                step(x.taking(rows), y.taking(rows), first)
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

    /// Runs a pass. `afterStep` is given the number of steps done, and may throw to end it.
    func run(_ x: Tensor, _ y: Tensor, afterStep: (Int) throws -> Void) rethrows {
        _ = begin?([])
        let inputs = [x, y]
        for step in 1...stepCount {
            _ = (step < stepCount ? full : last)(inputs)
            try afterStep(step)
        }
    }

    /// The rows that the batch at this position held in the last pass.
    func batch(at position: Int, _ x: Tensor, _ y: Tensor) -> (x: Tensor, y: Tensor) {
        let end = order == nil ? key.rows.upperBound : key.rows.count
        let places = Tensor.arange(position, min(position + key.batchSize, end))
        let rows = order.map { $0.value.taking(places) } ?? places
        return (x.taking(rows), y.taking(rows))
    }

    /// The number of the step whose batch began at this position.
    func step(at position: Int) -> Int {
        (position - (order == nil ? key.rows.lowerBound : 0)) / key.batchSize
    }
}
