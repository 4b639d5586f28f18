/// What a recurrence does at one time, from the inputs' part `z` and the states before. Gates stand side by side.
package enum RecurrenceKind: UInt64, Sendable {
    /// `h = tanh(z + h · K)`.
    case simple
    /// Gates update, reset, candidate: `h = u h + (1 - u) tanh(z꜀ + r (h · K꜀ + b꜀))`.
    case gru
    /// Gates input, forget, candidate, output: `c = σ(f) c + σ(i) tanh(g)`, `h = σ(o) tanh(c)`.
    case lstm

    package var gates: Int {
        switch self {
        case .simple: 1
        case .gru: 3
        case .lstm: 4
        }
    }
    /// States kept from time to time.
    package var states: Int { self == .lstm ? 2 : 1 }
}

/// How a recurrence goes through its inputs: `z` `[batch, time, gates · units]`, the kernel `[units, gates · units]`, `h` and,
/// of an LSTM, `c` `[batch, units]`, the kernel's bias `[gates · units]`, the mask `[batch, time]`.
package struct RecurrenceForm: Sendable, Hashable {
    package var kind: RecurrenceKind
    /// Whether the state's product has a bias of its own.
    package var hasBias: Bool
    /// Whether states stay at some times.
    package var hasMask: Bool
    /// Whether the last time comes first.
    package var goesBackwards: Bool

    var biasPlace: Int? { hasBias ? 2 + kind.states : nil }
    var maskPlace: Int? { hasMask ? 2 + kind.states + (hasBias ? 1 : 0) : nil }
    var inputCount: Int { 2 + kind.states + (hasBias ? 1 : 0) + (hasMask ? 1 : 0) }

    func sign(_ signature: inout Signature) {
        signature.append(kind.rawValue)
        for flag in [hasBias, hasMask, goesBackwards] { signature.append(flag) }
    }

    /// The same in operations on tensors, time by time: what the kernels are checked against, and what second
    /// derivatives are made from.
    ///
    /// - Parameter inner: Added to the state's product with the kernel of a GRU's candidate, `[batch, time, units]`.
    package func unrolled(_ inputs: [Tensor], inner: Tensor? = nil) -> Tensor {
        let (z, kernel) = (inputs[0], inputs[1])
        let (times, units) = (z.shape[1], kernel.shape[0])
        func gate(_ x: Tensor, _ index: Int) -> Tensor { x[.all, (index * units)..<((index + 1) * units)] }
        var (h, c) = (inputs[2], inputs[kind == .lstm ? 3 : 2])
        var steps = [Tensor?](repeating: nil, count: times)
        for step in 0..<times {
            let time = goesBackwards ? times - 1 - step : step
            let x = z[.all, time]
            var product = h.matmul(kernel)
            if let biasPlace { product = product + inputs[biasPlace] }
            var (next, memory) = (h, c)
            switch kind {
            case .simple: next = (x + product).tanh()
            case .gru:
                let update = (gate(x, 0) + gate(product, 0)).sigmoid()
                let reset = (gate(x, 1) + gate(product, 1)).sigmoid()
                var candidate = gate(product, 2)
                if let inner { candidate = candidate + inner[.all, time] }
                next = update * h + (1 - update) * (gate(x, 2) + reset * candidate).tanh()
            case .lstm:
                let sum = x + product
                memory = gate(sum, 1).sigmoid() * c + gate(sum, 0).sigmoid() * gate(sum, 2).tanh()
                next = gate(sum, 3).sigmoid() * memory.tanh()
            }
            if let maskPlace {
                let counts = inputs[maskPlace][.all, time].expanded(1)
                next = Tensor.where(counts, next, h)
                memory = Tensor.where(counts, memory, c)
            }
            (h, c) = (next, memory)
            steps[time] = kind == .lstm ? Tensor.concatenate([h, c], axis: 1) : h
        }
        return Tensor.stack(steps.compactMap { $0 }, axis: 1)
    }
}

/// A recurrent network over a whole sequence: the states after each time, `[batch, time, units]`; of an LSTM
/// `[batch, time, 2 · units]`, `h` and then `c`.
///
/// A primitive for speed: 200 times are one kernel instead of thousands, a row's states stay in the first cache, and a
/// training step keeps nothing but the states; the gates are computed again on the way back.
struct Recurrence: Primitive {
    static let name = "recurrence"
    let form: RecurrenceForm

    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        let (kind, z, kernel) = (form.kind, inputs[0], inputs[1])
        guard z.rank == 3, kernel.rank == 2, kernel[1] == kind.gates * kernel[0], z[2] == kernel[1] else {
            throw ShapeError(
                op: Self.name, inputs: inputs,
                reason: "needs [batch, time, \(kind.gates) · units], [units, \(kind.gates) · units]")
        }
        let state: Shape = [z[0], kernel[0]]
        guard inputs[2..<2 + kind.states].allSatisfy({ $0 == state }) else {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "first states must be \(state)")
        }
        if let place = form.biasPlace, inputs[place] != [kernel[1]] {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "the bias must be [\(kernel[1])]")
        }
        if let place = form.maskPlace, inputs[place] != [z[0], z[1]] {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "the mask must be [\(z[0]), \(z[1])]")
        }
        return [z[0], z[1], kind.states * kernel[0]]
    }
    func sign(_ signature: inout Signature) { form.sign(&signature) }

    func gradients(_ c: GradientContext) -> [Tensor?] {
        let (kind, z, kernel) = (form.kind, c.inputs[0], c.inputs[1])
        let (batch, times, units) = (z.shape[0], z.shape[1], kernel.shape[0])
        let flat = Tensor(RecurrenceGradient(form: form), c.inputs + [c.output, c.upstream])
        var place = 0
        func next(_ shape: Shape) -> Tensor {
            defer { place += shape.count }
            return flat.sliced(axis: 0, place..<place + shape.count).reshaped(shape.sizes)
        }
        let dz = next(z.shape)
        let inner = kind == .gru ? next([batch, times, units]) : nil
        let states = (0..<kind.states).map { _ in next([batch, units]) }

        // The states before each time.
        let first = c.inputs[2].expanded(1)
        let before =
            form.goesBackwards
            ? Tensor.concatenate([c.output[.all, 1..., ..<units], first], axis: 1)
            : Tensor.concatenate([first, c.output[.all, ..<(times - 1), ..<units]], axis: 1)
        let rows = batch * times
        let h = before.reshaped([rows, units]).transposed()
        let sums = dz.reshaped([rows, kind.gates * units])
        var (byKernel, byBias) = (h.matmul(sums), form.hasBias ? sums.sum(axis: 0) : nil)
        if let inner {  // the candidate's product is multiplied by the reset gate
            let gates = sums[.all, ..<(2 * units)]
            let last = inner.reshaped([rows, units])
            byKernel = Tensor.concatenate([h.matmul(gates), h.matmul(last)], axis: 1)
            byBias = form.hasBias ? Tensor.concatenate([gates.sum(axis: 0), last.sum(axis: 0)], axis: 0) : nil
        }
        return [dz, byKernel] + states + (form.hasBias ? [byBias] : []) + (form.hasMask ? [nil] : [])
    }
    var lowering: Lowering { .recurrence(form, gradient: false) }

    static var examples: [OpExample] {
        func example(_ kind: RecurrenceKind, bias: Bool, mask: Bool, backwards: Bool) -> OpExample {
            let (batch, times, units) = (2, 3, 2)
            var example = OpExample(
                Recurrence(
                    form: RecurrenceForm(kind: kind, hasBias: bias, hasMask: mask, goesBackwards: backwards)))
            example.inputs = [
                .uniform(-1, 1, [batch, times, kind.gates * units]), .uniform(-1, 1, [units, kind.gates * units]),
            ]
            for _ in 0..<kind.states { example.inputs.append(.uniform(-1, 1, [batch, units])) }
            if bias { example.inputs.append(.uniform(-1, 1, [kind.gates * units])) }
            if mask { example.inputs.append(.booleans([batch, times])) }
            return example
        }
        return [
            example(.lstm, bias: false, mask: true, backwards: false),
            example(.gru, bias: true, mask: false, backwards: true),
            example(.simple, bias: false, mask: true, backwards: true),
            example(.lstm, bias: true, mask: false, backwards: true),
            example(.gru, bias: false, mask: true, backwards: false),
            example(.simple, bias: true, mask: false, backwards: false),
        ]
    }
}

/// The derivative of `sum(upstream · recurrence)`, in one row of numbers: by `z`; of a GRU by the product with the
/// candidate's kernel; by the first states. Its inputs are the recurrence's, its result, and the upstream.
struct RecurrenceGradient: Primitive {
    static let name = "recurrenceGradient"
    let form: RecurrenceForm

    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        let (z, units) = (inputs[0], inputs[1][0])
        return [z.count + (form.kind == .gru ? z[0] * z[1] * units : 0) + form.kind.states * z[0] * units]
    }
    func sign(_ signature: inout Signature) { form.sign(&signature) }

    /// Through the operations time by time. The recurrence's result is no variable: it follows from the inputs.
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let count = form.inputCount
        let floating = (0..<count).filter { $0 != form.maskPlace }
        let slopes = gradient(at: floating.map { c.inputs[$0] } + [c.inputs[count + 1]]) { variables in
            var inputs = Array(c.inputs.prefix(count))
            for (place, variable) in zip(floating, variables) { inputs[place] = variable }
            return (derivative(inputs, upstream: variables[floating.count]) * c.upstream).sum()
        }
        var all = [Tensor?](repeating: nil, count: count + 2)
        for (place, slope) in zip(floating, slopes) { all[place] = slope }
        all[count + 1] = slopes[floating.count]
        return all
    }

    private func derivative(_ inputs: [Tensor], upstream: Tensor) -> Tensor {
        let (z, units, states) = (inputs[0], inputs[1].shape[0], form.kind.states)
        let inner = form.kind == .gru ? [Tensor.zeros([z.shape[0], z.shape[1], units], dtype: z.dtype)] : []
        let slopes = gradient(at: [z] + inner + inputs[2..<2 + states]) { variables in
            var all = inputs
            all[0] = variables[0]
            for state in 0..<states { all[2 + state] = variables[1 + inner.count + state] }
            return (form.unrolled(all, inner: inner.isEmpty ? nil : variables[1]) * upstream).sum()
        }
        return Tensor.concatenate(slopes.map { $0.flattened() }, axis: 0)
    }
    var lowering: Lowering { .recurrence(form, gradient: true) }
    static var examples: [OpExample] { [] }
}

extension Tensor {
    /// The states after each time, `[batch, time, units]` each: of `self`, the inputs' part `[batch, time, gates · units]`.
    ///
    /// - Parameters:
    ///   - kernel: The weights of the state, `[units, gates · units]`.
    ///   - bias: Added to the state's product; a GRU's reset gate multiplies it too.
    ///   - states: The states before the first time, `[batch, units]`.
    ///   - mask: `[batch, time]`; where it is false the states stay.
    /// - Precondition: All floats are of one type, `float32` or `float64`; there is at least one time.
    package func recurrence(
        _ kind: RecurrenceKind, kernel: Tensor, bias: Tensor? = nil, states: [Tensor], mask: Tensor? = nil,
        goesBackwards: Bool = false
    ) -> [Tensor] {
        let form = RecurrenceForm(
            kind: kind, hasBias: bias != nil, hasMask: mask != nil, goesBackwards: goesBackwards)
        let floats = [self, kernel] + states + (bias.map { [$0] } ?? [])
        guard dtype == .float32 || dtype == .float64, floats.allSatisfy({ $0.dtype == dtype }), shape.count > 0 else {
            trap("recurrence: needs elements of float32 or float64 throughout; got \(dtype) \(shape)")
        }
        let all = Tensor(Recurrence(form: form), floats + (mask.map { [$0.cast(to: .bool)] } ?? []))
        let units = kernel.shape[0]
        return kind == .lstm ? [all[.all, .all, ..<units], all[.all, .all, units...]] : [all]
    }
}
