import ShinkeiCore
import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct AttentionTests {
    private let x = Tensor([1.0, 0, 0, 1, 1, 1], shape: [1, 3, 2])

    @Test func `Weights by dot products`() throws {
        let scores = Tensor([1.0, 0, 1, 0, 1, 1, 1, 1, 2], shape: [1, 3, 3])
        try expectClose(Attention()(inputs: [x, x])[0], scores.softmax().matmul(x))
    }

    @Test func `A value that does not count has no part, a query that does not count gives 0`() throws {
        let layer = Attention()
        try layer.build([[nil, 3, 2], [nil, 3, 2]])
        let context = CallContext()
        let value = x * 1.0
        context.setMask(Tensor([true, true, false], shape: [1, 3]), of: x)
        context.setMask(Tensor([true, false, false], shape: [1, 3]), of: value)
        let output = layer([x, value], context)[0]
        try expectClose(output, Tensor([1.0, 0, 1, 0, 0, 0], shape: [1, 3, 2]))
        #expect(context.mask(of: output) != nil)
    }

    @Test func `Layers do what layers must`() throws {
        try checkLayer({ Attention(useScale: true) }, inputs: [[2, 3, 4], [2, 5, 4]])
        try checkLayer({ Attention(useScale: true, scoreMode: .concat) }, inputs: [[2, 3, 4], [2, 5, 4]])
        try checkLayer({ AdditiveAttention() }, inputs: [[2, 3, 4], [2, 5, 4]])
        try checkLayer({ MultiHeadAttention(numHeads: 2, keyDim: 3) }, inputs: [[2, 3, 4], [2, 5, 4]])
        try checkLayer(
            { GroupQueryAttention(headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2) },
            inputs: [[2, 3, 4], [2, 5, 4]])
    }

    @Test func `Shapes`() {
        let several = MultiHeadAttention(numHeads: 2, keyDim: 3, valueDim: 5, outputShape: [7])
        let (first, second) = (Input(shape: [4, 6]), Input(shape: [9, 8]))
        #expect(several.outputs(for: [first, second]).map(\.shape) == [[nil, 4, 7]])
        #expect(several.weights.map(\.shape.sizes).contains([8, 2, 5]))
        let grouped = GroupQueryAttention(headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2)
        #expect(grouped.outputs(for: [first, second]).map(\.shape) == [[nil, 4, 6]])
        #expect(grouped.name == "grouped_query_attention")
    }

    @Test func `Shapes that do not fit throw`() {
        #expect(errorText { _ = try Attention().outputShapes([[nil, 3, 4]]) }.contains("query, value"))
        #expect(
            errorText { _ = try Attention().outputShapes([[nil, 3, 4], [nil, 3, 5]]) }.contains("differ in size"))
        let layer = MultiHeadAttention(numHeads: 2, keyDim: 3)
        #expect(errorText { try layer.build([[nil, 3, 4], [nil, 4]]) }.contains("one rank"))
        #expect(errorText { try layer.build([[nil, 3, 4], [nil, 3, 4], [nil, 5, 4]]) }.contains("differs"))
    }
}
