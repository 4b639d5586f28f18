@testable import ShinkeiCore

/// A random program over small tensors: made once, run in several ways.
struct RandomGraph {
    /// One operation: places of its inputs among the values so far, and what to do with them.
    struct Step {
        var inputs: [Int]
        var isProduct: Bool
        var name: String
        var apply: @Sendable ([Tensor]) -> Tensor
    }

    private(set) var inputs: [Tensor] = []
    private(set) var steps: [Step] = []
    /// Shapes and types of the values so far.
    private var shapes: [[Int]] = []
    private var dtypes: [DType] = []

    init(_ dice: inout Dice, dtype: DType, length: Int) {
        let base = (0..<3).map { _ in dice.one(of: [0, 1, 1, 2, 3, 4, 5, 7, 17, 33]) }
        for _ in 0..<2 + dice.below(3) {
            let rank = dice.below(4)
            let shape = (0..<rank).map { _ in dice.below(3) == 0 ? 1 : dice.one(of: base) }
            inputs.append(
                dice.tensor(shape, dtype, low: dtype.isFloating ? -1.5 : -9, high: dtype.isFloating ? 1.5 : 9))
            shapes.append(shape)
            dtypes.append(dtype)
        }
        while steps.count < length { addStep(&dice) }
    }

    /// Runs the steps; `visit` is told each value as it is made.
    func run(_ inputs: [Tensor], visit: (Tensor) -> Void = { _ in }) -> [Tensor] {
        var values = inputs
        for step in steps {
            let value = step.apply(step.inputs.map { values[$0] })
            visit(value)
            values.append(value)
        }
        return values
    }

    var description: String {
        var lines = inputs.enumerated().map { "\($0): input \($1.dtype) \($1.shape)" }
        for (i, step) in steps.enumerated() {
            let place = inputs.count + i
            lines.append("\(place): \(step.name) of \(step.inputs) → \(dtypes[place]) \(shapes[place])")
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Steps

    private mutating func add(
        _ name: String, _ inputs: [Int], isProduct: Bool = false, _ apply: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        // Shapes and types by the library's own rule; the graph made for it is thrown away.
        let zeros = inputs.map { Tensor.zeros(shapes[$0], dtype: dtypes[$0]) }
        let result = apply(zeros)
        guard result.count <= 6000, result.rank <= 5 else { return }
        steps.append(Step(inputs: inputs, isProduct: isProduct, name: name, apply: apply))
        shapes.append(result.shape.sizes)
        dtypes.append(result.dtype)
    }

    /// Later values are taken more often, so that chains grow.
    private func place(_ dice: inout Dice) -> Int {
        dice.flip() ? shapes.count - 1 - dice.below(min(3, shapes.count)) : dice.below(shapes.count)
    }

    private func partner(_ place: Int, _ dice: inout Dice) -> Int? {
        let fits = shapes.indices.filter {
            (try? Shape.broadcast(Shape(shapes[$0]), Shape(shapes[place]), op: "add")) != nil && dtypes[$0] != .bool
        }
        return fits.isEmpty ? nil : dice.one(of: fits)
    }

    private mutating func addStep(_ dice: inout Dice) {
        let x = place(&dice)
        let shape = shapes[x]
        let isFloating = dtypes[x].isFloating
        if dtypes[x] == .bool {
            let other = partner(x, &dice)
            switch dice.below(4) {
            case 0: add("not", [x]) { !$0[0] }
            case 1: add("any", [x]) { $0[0].any() }
            case 2: add("cast", [x]) { $0[0].cast(to: .float32) }
            default:
                guard let other else { return }
                add("where", [x, other]) { Tensor.where($0[0], $0[1], $0[1] * 2) }
            }
            return
        }
        switch dice.below(isFloating ? 24 : 16) {
        case 0, 1:
            guard let y = partner(x, &dice) else { return }
            switch dice.below(7) {
            case 0: add("add", [x, y]) { $0[0] + $0[1] }
            case 1: add("subtract", [x, y]) { $0[0] - $0[1] }
            case 2: add("multiply", [x, y]) { ($0[0] * $0[1]) * 0.5 }
            case 3: add("maximum", [y, x]) { maximum($0[0], $0[1]) }
            case 4: add("a + -b", [y, x]) { $0[0] + -$0[1] }
            case 5: add("a - -b", [y, x]) { $0[0] - -$0[1] }
            default: add("minimum", [x, y]) { minimum($0[0], $0[1]) }
            }
        case 2:
            switch dice.below(8) {
            case 0: add("· 1", [x]) { $0[0] * 1 }
            case 1: add("· -1", [x]) { $0[0] * -1 }
            case 2: add("+ 0", [x]) { $0[0] + 0 }
            case 3: add("- 0", [x]) { $0[0] - 0 }
            case 4: add("negate twice", [x]) { -(-$0[0]) }
            case 5: add("· 3", [x]) { $0[0] * 3 - 0.25 }
            case 6: add("^ 2", [x]) { $0[0].clipped(-3, 3).power(2) }
            default: add("0 - x", [x]) { 0 - $0[0] }
            }
        case 3: add("abs, sign", [x]) { $0[0].abs() * $0[0].sign() }
        case 4:
            guard let y = partner(x, &dice) else { return }
            add("less", [x, y]) { $0[0] .< $0[1] }
        case 5:
            guard let y = partner(x, &dice) else { return }
            add("where", [x, y]) { Tensor.where($0[0] .> $0[1], $0[0], $0[1] - 1) }
        case 6, 7:
            guard !shape.isEmpty else { return }
            let axes = shape.indices.filter { _ in dice.flip() }
            let keep = dice.flip()
            if dice.flip() || axes.contains(where: { shape[$0] == 0 }) {
                add("sum \(axes) \(keep)", [x]) { $0[0].sum(axes: axes, keepDims: keep) }
            } else {
                add("max \(axes) \(keep)", [x]) { $0[0].max(axes: axes, keepDims: keep) }
            }
        case 8:
            let order = Array(shape.indices).shuffled(using: &dice)
            add("transpose \(order)", [x]) { $0[0].transposed(order) }
        case 9:
            let count = shape.reduce(1, *)
            var sizes = [[count], [count, 1], [1, count]]
            for divisor in [2, 3, 4, 5, 7] where count % divisor == 0 { sizes.append([divisor, count / divisor]) }
            let target = dice.one(of: sizes)
            add("reshape \(target)", [x]) { $0[0].reshaped(target) }
        case 10:
            guard let axis = shape.indices.randomElement(using: &dice), shape[axis] > 0 else { return }
            let (start, step) = (dice.below(shape[axis]), dice.one(of: [1, 1, 2, -1, -2]))
            var places = [TensorIndex](repeating: .all, count: axis)
            places.append(.from(start, by: step))
            if dice.below(4) == 0 { places[axis] = .at(start) }
            let chosen = places
            add("slice \(chosen.last ?? .all)", [x]) { x in
                switch chosen.count {
                case 1: x[0][chosen[0]]
                case 2: x[0][chosen[0], chosen[1]]
                case 3: x[0][chosen[0], chosen[1], chosen[2]]
                default: x[0]
                }
            }
        case 11:
            let target = [dice.below(3) + 1] + shape
            add("broadcast \(target)", [x]) { $0[0].broadcast(to: target) }
        case 12:
            guard shape.count >= 2 else { return }
            // With itself, turned; or with any that fits.
            let fits = shapes.indices.filter {
                let other = shapes[$0]
                guard other.count >= 2, other.count <= 3, shape.count <= 3, dtypes[$0] == dtypes[x] else {
                    return false
                }
                let batch = try? Shape.broadcast(
                    Shape(Array(other.dropLast(2))), Shape(Array(shape.dropLast(2))), op: "")
                return batch != nil && other[other.count - 2] == shape[shape.count - 1]
            }
            if let y = fits.randomElement(using: &dice), dice.below(3) > 0 {
                add("matmul", [x, y], isProduct: true) { $0[0].matmul($0[1]) * 0.25 }
            } else {
                let bias = dice.flip()
                add("x xᵀ", [x], isProduct: true) { x in
                    let product = x[0].matmul(x[0].swapped(-1, -2))
                    let row = x[0].sum(axes: Array(0..<x[0].rank - 2) + [-1])
                    return bias ? (product + row).relu() * 0.125 : product
                }
            }
        case 13:
            guard let axis = shape.indices.randomElement(using: &dice) else { return }
            let same = shapes.indices.filter { shapes[$0] == shape && dtypes[$0] == dtypes[x] }
            let y = dice.one(of: same)
            add("concatenate \(axis)", [x, y]) { Tensor.concatenate([$0[0], $0[1], $0[0]], axis: axis) }
        case 14:
            guard !shape.isEmpty else { return }
            let widths = shape.map { _ in (dice.below(2), dice.below(3)) }
            add("pad", [x]) { $0[0].padded(widths, value: 0.5) }
        case 15:
            guard let axis = shape.indices.randomElement(using: &dice) else { return }
            switch dice.below(3) {
            case 0: add("cumulative sum \(axis)", [x]) { $0[0].cumulativeSum(axis: axis, exclusive: true) * 0.5 }
            case 1: add("sort \(axis)", [x]) { $0[0].sorted(axis: axis) }
            default:
                if shape[axis] == 0 { return }
                add("argmax \(axis)", [x]) { $0[0].argmax(axis: axis) }
            }
        case 16: add("exp", [x]) { $0[0].clipped(-5, 5).exp() * 0.1 }
        case 17: add("tanh, sigmoid", [x]) { $0[0].tanh() * $0[0].sigmoid() }
        case 18: add("sqrt", [x]) { ($0[0].abs() + 0.5).sqrt() }
        case 19: add("relu", [x]) { $0[0].relu() }
        case 20: add("divide", [x]) { $0[0] / ($0[0].square() + 1) }
        case 21:
            guard let axis = shape.indices.randomElement(using: &dice) else { return }
            add("softmax \(axis)", [x]) { $0[0].softmax(axis: axis) }
        case 22:
            guard let axis = shape.indices.randomElement(using: &dice), shape[axis] > 0 else { return }
            let places = (0..<3).map { _ in dice.below(shape[axis]) }
            add("gather \(axis)", [x]) { $0[0].taking(Tensor(places), axis: axis) }
        default: add("to the other float", [x]) { $0[0].cast(to: $0[0].dtype == .float32 ? .float64 : .float32) }
        }
    }
}
