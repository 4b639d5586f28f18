import Testing

@testable import ShinkeiCore

@Suite struct AttentionTests {
    /// Result and gradients, for sizes that are no multiple of a vector, a tile or a block of places.
    @Test(arguments: [1, 2], [false, true])
    func `The kernel gives what the operations give`(sharing: Int, zeroesHidden: Bool) {
        let form = AttentionForm(scale: 0.4, least: zeroesHidden ? -1e9 : -1e37, zeroesHidden: zeroesHidden)
        for (batch, places, seen, heads, size) in [
            (1, 1, 1, 2, 1), (3, 5, 7, 4, 3), (2, 130, 33, 2, 16), (1, 9, 700, 2, 8),
        ] {
            let shapes = [
                [batch, places, heads, size], [batch, seen, heads / sharing, size],
                [batch, seen, heads / sharing, size + 1],
            ]
            let inputs = shapes.enumerated().map {
                Tensor.randomUniform($1, low: -1, high: 1, seed: $0).evaluate()
            }
            let upstream = Tensor.randomUniform([batch, places, heads, size + 1], low: -1, high: 1, seed: 5)
            let masks: [Tensor?] = [
                nil, Tensor.randomUniform([batch, 1, 1, seen], low: 0, high: 1, seed: 6) .> 0.3,
                Tensor.randomUniform([1, heads, places, 1], low: 0, high: 1, seed: 7) .> 0.3,
            ]
            for mask in masks {
                func all(_ body: @escaping ([Tensor]) -> Tensor) -> [Tensor] {
                    [body(inputs)] + gradient(at: inputs) { (body($0) * upstream).sum() }
                }
                let kernel = all { $0[0].attention(key: $0[1], value: $0[2], mask: mask, form) }
                let operations = all { form.composed($0 + (mask.map { [$0] } ?? [])) }
                for (a, b) in zip(kernel, operations) {
                    let apart = (a - b).abs().max().scalar(of: Double.self)
                    let most = b.abs().max().scalar(of: Double.self)
                    #expect(apart <= 1e-5 * (1 + most), "\(shapes) \(mask?.shape.sizes ?? [])")
                }
            }
        }
    }

    @Test func `What is not a number stays so`() {
        let form = AttentionForm(scale: 1, least: -1e37, zeroesHidden: false)
        let query = Tensor([.nan, 1, 1, 1] as [Float]).reshaped([1, 2, 1, 2])
        let other = Tensor.ones([1, 3, 1, 2])
        let result = query.attention(key: other, value: other, form)
        #expect(result[0, 0].isNaN().all().scalar(of: Bool.self))
        #expect((result[0, 1] .== 1).all().scalar(of: Bool.self))
    }

    @Test func `Shapes that do not fit are named`() {
        let attention = Attention(form: AttentionForm(scale: 1, least: -1, zeroesHidden: false))
        #expect(throws: ShapeError.self) { try attention.shape(of: [[2, 3, 4, 5], [2, 3, 4, 6], [2, 3, 4, 5]]) }
        #expect(throws: ShapeError.self) { try attention.shape(of: [[2, 3, 4, 5], [2, 3, 3, 5], [2, 3, 3, 5]]) }
        #expect(throws: ShapeError.self) { try attention.shape(of: [[2, 3, 4, 5], [2, 0, 4, 5], [2, 0, 4, 5]]) }
        #expect(throws: ShapeError.self) {
            try attention.shape(of: [[2, 3, 4, 5], [2, 6, 2, 5], [2, 6, 2, 5], [2, 4, 3, 5]])
        }
        #expect(throws: Never.self) {
            try attention.shape(of: [[2, 3, 4, 5], [2, 6, 2, 5], [2, 6, 2, 7], [2, 1, 3, 6]])
        }
    }
}
