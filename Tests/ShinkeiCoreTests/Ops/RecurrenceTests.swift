import Testing

@testable import ShinkeiCore

@Suite struct RecurrenceTests {
    private static let forms = [RecurrenceKind.simple, .gru, .lstm].flatMap { kind in
        [false, true].flatMap { bias in
            [false, true].flatMap { mask in
                [false, true].map { RecurrenceForm(kind: kind, hasBias: bias, hasMask: mask, goesBackwards: $0) }
            }
        }
    }

    /// Forward and gradient, for sizes that are no multiple of a vector, a tile or a block of rows.
    @Test(arguments: forms)
    func `The kernel gives what the operations give`(form: RecurrenceForm) {
        for (batch, times, units) in [(1, 1, 1), (5, 4, 3), (19, 3, 17), (33, 2, 32)] {
            let gates = form.kind.gates
            var shapes = [[batch, times, gates * units], [units, gates * units]]
            shapes += [[Int]](repeating: [batch, units], count: form.kind.states)
            if form.hasBias { shapes.append([gates * units]) }
            let floats = shapes.enumerated().map { place, shape in
                Tensor.randomUniform(shape, low: -0.5, high: 0.5, seed: place).evaluate()
            }
            let mask = Tensor.randomUniform([batch, times], low: 0, high: 1, seed: 9) .> 0.3
            let weights = Tensor.randomUniform([batch, times, form.kind.states * units], low: -1, high: 1, seed: 10)
            func result(_ body: @escaping ([Tensor]) -> Tensor) -> [Tensor] {
                let (value, slopes) = valueAndGradient(at: floats) {
                    (body($0 + (form.hasMask ? [mask] : [])) * weights).sum()
                }
                return [value, body(floats + (form.hasMask ? [mask] : []))] + slopes
            }
            let kernel = result { Tensor(Recurrence(form: form), $0) }
            let operations = result { form.unrolled($0) }
            for (a, b) in zip(kernel, operations) {
                let apart = (a - b).abs().max().scalar(of: Double.self)
                let size = b.abs().max().scalar(of: Double.self)
                #expect(apart <= 1e-5 * (1 + size), "\(form), \(batch)x\(times)x\(units)")
            }
        }
    }

    @Test func `Shapes that do not fit are named`() {
        let form = RecurrenceForm(kind: .lstm, hasBias: false, hasMask: false, goesBackwards: false)
        let recurrence = Recurrence(form: form)
        #expect(throws: ShapeError.self) { try recurrence.shape(of: [[2, 3, 9], [2, 8], [2, 2], [2, 2]]) }
        #expect(throws: ShapeError.self) { try recurrence.shape(of: [[2, 3, 8], [2, 8], [2, 2], [3, 2]]) }
        #expect(throws: Never.self) { try recurrence.shape(of: [[2, 3, 8], [2, 8], [2, 2], [2, 2]]) }
    }
}
