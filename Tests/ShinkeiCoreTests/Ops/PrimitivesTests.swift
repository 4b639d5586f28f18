import Testing

@testable import ShinkeiCore

/// Everything that holds for every primitive, found through `Primitives.all`.
@Suite struct PrimitivesTests {
    static let names = Primitives.all.map { "\($0)" }

    static func primitive(_ name: String) throws -> any Primitive.Type {
        try #require(Primitives.all.first { "\($0)" == name })
    }

    @Test func `Every primitive in the sources is in the sorted list`() throws {
        let leaves: Set = ["CompiledResult", "Constant", "Materialized", "Placeholder"]
        var found: Set<String> = []
        for (_, text) in try Sources.swiftFiles(in: "ShinkeiCore") {
            for line in text.split(separator: "\n") {
                guard let declared = line.firstMatch(of: /\bstruct (\w+): \w*Primitive\b/) else { continue }
                found.insert(String(declared.1))
            }
        }
        #expect(found.isSuperset(of: leaves))
        let listed = Set(Self.names)
        #expect(found.subtracting(leaves).subtracting(listed).sorted() == [], "missing in Primitives.all")
        #expect(listed.subtracting(found).sorted() == [], "in Primitives.all but not in the sources")
        #expect(Self.names == Self.names.sorted())
        #expect(listed.count == Self.names.count)
        #expect(Set(Primitives.all.map { $0.name }).count == Primitives.all.count, "names are not unique")
    }

    /// Types without inputs to be tried on: their gradient rule is a closure or a barrier, tested in `GradientTests`, or which are
    /// another one's gradient.
    @Test func `Every primitive has examples`() {
        let without = Primitives.all.filter { $0.examples.isEmpty }.map { "\($0)" }
        #expect(without == ["AttentionGradient", "CustomGradient", "RecurrenceGradient", "StopGradient"])
    }

    // MARK: Gradients

    @Test(arguments: names)
    func `The gradient is the slope`(name: String) throws {
        for (number, example) in try Self.primitive(name).examples.enumerated() {
            var dice = Dice(number)
            let inputs = example.inputs.map { dice.tensor($0) }
            checkGradient(of: example.primitive, at: inputs, &dice, "\(name), example \(number)")
        }
    }

    /// An operand that is used twice gets the sum of both gradients.
    @Test(arguments: names)
    func `The gradient of a repeated input`(name: String) throws {
        for (number, example) in try Self.primitive(name).examples.enumerated() {
            var dice = Dice(100 + number)
            let inputs = example.inputs.map { dice.tensor($0) }
            let floating = inputs.indices.filter { inputs[$0].dtype.isFloating }
            guard floating.count > 1, let last = floating.last,
                floating.allSatisfy({ inputs[$0].shape == inputs[last].shape })
            else { continue }
            let shared = dice.tensor(inputs[last].shape.sizes, low: 1.1, high: 1.9)  // in every domain
            checkSlopes(at: [shared], "\(name), example \(number), one tensor for all operands") { x in
                var repeated = inputs
                for place in floating { repeated[place] = x[0] }
                return Tensor(example.primitive, repeated).cast(to: .float64).square().sum()
            }
        }
    }

    @Test(arguments: names)
    func `The gradient of the gradient is its slope`(name: String) throws {
        for (number, example) in try Self.primitive(name).examples.prefix(3).enumerated() {
            var dice = Dice(200 + number)
            let inputs = example.inputs.map { dice.tensor($0) }
            let floating = inputs.indices.filter { inputs[$0].dtype.isFloating }
            if floating.isEmpty || !Tensor(example.primitive, inputs).dtype.isFloating { continue }
            let weights = dice.tensor(Tensor(example.primitive, inputs).shape.sizes)
            let mixes = floating.map { dice.tensor(inputs[$0].shape.sizes) }
            checkSlopes(at: floating.map { inputs[$0] }, "\(name), example \(number), second derivative") { outer in
                let gradients = gradient(at: outer) { inner in
                    var all = inputs
                    for (place, x) in zip(floating, inner) { all[place] = x }
                    return (Tensor(example.primitive, all) * weights).sum()
                }
                return zip(gradients, mixes).reduce(Tensor.zeros([], dtype: .float64)) { $0 + ($1.0 * $1.1).sum() }
            }
        }
    }

    private func checkGradient(
        of primitive: any Primitive, at inputs: [Tensor], _ dice: inout Dice, _ what: String
    ) {
        let floating = inputs.indices.filter { inputs[$0].dtype.isFloating }
        if floating.isEmpty { return }
        let weights = dice.tensor(Tensor(primitive, inputs).shape.sizes)
        checkSlopes(at: floating.map { inputs[$0] }, what) { variables in
            var all = inputs
            for (place, x) in zip(floating, variables) { all[place] = x }
            return (Tensor(primitive, all).cast(to: .float64) * weights).sum()
        }
    }

    // MARK: NaN

    @Test(arguments: names)
    func `NaN is never hidden`(name: String) throws {
        for (number, example) in try Self.primitive(name).examples.enumerated() {
            for dtype in [DType.float64, .float32] {
                var dice = Dice(300 + number)
                let inputs = example.inputs.map { dice.tensor($0, dtype) }
                for place in inputs.indices where inputs[place].dtype.isFloating {
                    for element in 0..<inputs[place].count {
                        checkNaN(example.primitive, inputs, place, element, "\(name), example \(number), \(dtype)")
                    }
                }
            }
        }
    }

    private func checkNaN(
        _ primitive: any Primitive, _ inputs: [Tensor], _ place: Int, _ element: Int, _ what: String
    ) {
        let (shape, dtype) = (inputs[place].shape.sizes, inputs[place].dtype)
        var values = inputs[place].array(of: Double.self)
        values[element] = .nan
        var poisoned = inputs
        poisoned[place] = Tensor(values, shape: shape, dtype: dtype)
        let output = Tensor(primitive, poisoned)
        var marks = [Double](repeating: 0, count: values.count)
        marks[element] = 1
        let mark = Tensor(marks, shape: shape, dtype: dtype)
        let expected: [Bool]
        switch primitive.lowering {
        case .map(let op) where op.givesBool:
            // A comparison with NaN is false, but for "not equal".
            guard op != .isNaN, op != .isInfinite, op != .isFinite else {
                expected = mark.array(of: Double.self).map { $0 != 0 }
                let answer: [Bool] = output.array(of: Bool.self)
                #expect(answer[element] == (op == .isNaN), "\(what): NaN is \(answer[element])")
                return
            }
            let touched: [Bool] = mark.broadcast(to: output.shape.sizes).cast(to: .bool).array(of: Bool.self)
            let answer: [Bool] = output.array(of: Bool.self)
            for i in touched.indices where touched[i] { #expect(answer[i] == (op == .notEqual), "\(what)") }
            return
        case .map(.select):
            let chosen = place == 1 ? inputs[0] : !inputs[0]
            expected = ((mark .!= 0) & chosen).broadcast(to: output.shape.sizes).array(of: Bool.self)
        case .map: expected = mark.broadcast(to: output.shape.sizes).cast(to: .bool).array(of: Bool.self)
        case .reduce(_, let axes): expected = mark.cast(to: .bool).any(axes: axes).array(of: Bool.self)
        case .softmax:
            expected = mark.cast(to: .bool).any(axes: [-1], keepDims: true).broadcast(to: shape).array(of: Bool.self)
        case .scan(let axis, _, let exclusive, let reverse):
            expected = mark.cumulativeSum(axis: axis, exclusive: exclusive, reverse: reverse).cast(to: .bool).array(
                of: Bool.self)
        case .iota: expected = output.array(of: Double.self).map { _ in true }
        case .argReduce(let axis, _):
            // NaN counts as the extreme: its own place is the answer.
            let own = mark.argmax(axis: axis).array(of: Int.self)
            let touched: [Bool] = mark.cast(to: .bool).any(axes: [axis]).array(of: Bool.self)
            let answer = output.array(of: Int.self)
            for i in touched.indices where touched[i] { #expect(answer[i] == own[i], "\(what)") }
            return
        case .recurrence(let form, _):
            // Where the same in single operations has NaN.
            expected = form.unrolled(poisoned).isNaN().array(of: Bool.self)
        case .attention(let form, _): expected = form.composed(poisoned).isNaN().array(of: Bool.self)
        case .argSort(let descending):
            let rows = output.reshaped([-1, output.shape.last]).array(of: Int.self)
            let width = output.shape.last
            let row = element / width
            let answer = rows[row * width + (descending ? 0 : width - 1)]
            #expect(answer == element % width, "\(what): NaN is sorted to the wrong place")
            return
        default:
            // Operations that move or add elements, or multiply and add them: what the mark reaches, with ones for the other operands.
            if case .pooling = primitive.lowering, inputs.count == 2, place == 0 {
                expected = output.array(of: Double.self).map { _ in false }  // a NaN is the largest, not in the result
                break
            }
            var marked = inputs
            for i in inputs.indices where inputs[i].dtype.isFloating {
                if case .pooling = primitive.lowering, inputs.count == 2, i == 0 { continue }
                if isProduct(primitive) {
                    marked[i] = Tensor.ones(inputs[i].shape.sizes, dtype: dtype)
                } else {
                    marked[i] = Tensor.zeros(inputs[i].shape.sizes, dtype: dtype)
                }
            }
            let background = Tensor(primitive, marked)
            marked[place] = mark
            let reached = Tensor(primitive, marked)
            if case .convolution = primitive.lowering {
                // A NaN may also meet the zeros around the input.
                let touched: [Bool] = reached.cast(to: .bool).array(of: Bool.self)
                let found: [Bool] = output.isNaN().array(of: Bool.self)
                for i in touched.indices where touched[i] { #expect(found[i], "\(what)") }
                return
            }
            if isProduct(primitive) {
                expected = reached.cast(to: .bool).array(of: Bool.self)
            } else {
                expected = (reached .!= background).array(of: Bool.self)
            }
        }
        let found: [Bool] = output.isNaN().array(of: Bool.self)
        #expect(found == expected, "\(what), input \(place), element \(element)")
    }

    private func isProduct(_ primitive: any Primitive) -> Bool {
        switch primitive.lowering {
        case .matmul, .convolution: true
        default: false
        }
    }
}

/// Compares the gradients of `body` with differences of its values at four points: the error is of fourth order.
func checkSlopes(
    at tensors: [Tensor], _ what: String, step: Double = 5e-4, tolerance: Double = 1e-7,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: @escaping ([Tensor]) -> Tensor
) {
    let (value, gradients) = valueAndGradient(at: tensors, body)
    #expect(
        value.scalar(of: Double.self) == body(tensors).scalar(of: Double.self), "\(what)",
        sourceLocation: sourceLocation)
    for (number, tensor) in tensors.enumerated() {
        #expect(gradients[number].shape == tensor.shape, "\(what)", sourceLocation: sourceLocation)
        #expect(gradients[number].dtype == tensor.dtype, "\(what)", sourceLocation: sourceLocation)
        let slopes = gradients[number].array(of: Double.self)
        var values = tensor.array(of: Double.self)
        for element in values.indices {
            let old = values[element]
            func value(_ change: Double) -> Double {
                values[element] = old + change * step
                defer { values[element] = old }
                var moved = tensors
                moved[number] = Tensor(values, shape: tensor.shape.sizes, dtype: tensor.dtype)
                return body(moved).scalar(of: Double.self)
            }
            let near = value(1) - value(-1)
            let far = value(2) - value(-2)
            let slope = (8 * near - far) / (12 * step)
            let isClose = abs(slopes[element] - slope) <= tolerance * (1 + abs(slope))
            #expect(
                isClose, "\(what), input \(number), element \(element): \(slopes[element]), not \(slope)",
                sourceLocation: sourceLocation)
            if !isClose { return }
        }
    }
}
