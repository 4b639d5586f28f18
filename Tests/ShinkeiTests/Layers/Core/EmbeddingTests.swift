import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct EmbeddingTests {
    private func model(maskZero: Bool = false) -> Sequential {
        withSession {
            Sequential {
                Input(shape: [3], dtype: .int32); Embedding(5, 2, maskZero: maskZero, name: "table"); Flatten();
                Dense(1)
            }
        }
    }

    @Test func `Embedding passes the layer check`() throws {
        try checkLayer({ Embedding(7, 3) }, input: [4, 5], isDifferentiable: false) {
            ($0 * 3 + 3).floor().cast(to: .int32)
        }
    }

    @Test func `Rows are taken, from the end for negative numbers`() throws {
        let layer = Embedding(5, 2)
        let y = layer(Tensor([0, 4, -1], shape: [1, 3]))
        let table = layer.embeddings.value
        try expectClose(y, Tensor.stack([table[0], table[4], table[4]]).expanded(0))
    }

    @Test func `The gradient adds up over equal numbers`() throws {
        let layer = Embedding(3, 1)
        try layer.validate([nil, 3])
        let x = Tensor([2, 0, 2], shape: [1, 3])
        let (_, gradients) = valueAndGradient(at: layer.trainableWeights) { layer(x).sum() }
        try expectClose(gradients[0], Tensor([1.0, 0, 2], shape: [3, 1]))
    }

    @Test func `A number out of range is an error that names layer and range`() throws {
        let model = model()
        for x in [Tensor([0, 1, 5], shape: [1, 3]), Tensor([0, 1, -6], shape: [1, 3])] {
            let text = errorText { _ = try model.predict(x) }
            #expect(text.contains("index is out of range"))
            #expect(text.contains("sequential/table has the rows 0 ..< 5"))
        }
        #expect(errorText { _ = try model.predict(Tensor([0, 1, .nan] as [Double], shape: [1, 3])) }.contains("NaN"))
        try model.compile(optimizer: "sgd", loss: "mse")
        let (x, y) = (Tensor([0, 1, 7], shape: [1, 3]), Tensor.ones([1, 1]))
        #expect(errorText { try model.fit(x, y, verbose: .silent) }.contains("fit: an index is out of range"))
        #expect(errorText { try model.evaluate(x, y, verbose: .silent) }.contains("evaluate: an index is out of range"))
    }

    @Test func `Numbers are followed through layers that keep them`() throws {
        let x = Input(shape: [4], dtype: .int32)
        let inner = withSession {
            Sequential {
                Input(shape: [2, 2], dtype: .int32); Permute([2, 1]); Embedding(3, 2)
            }
        }
        let model = Model(inputs: x, outputs: inner(Reshape([2, 2])(x)))
        #expect(errorText { _ = try model.predict(Tensor([0, 1, 2, 3], shape: [1, 4])) }.contains("out of range"))
        #expect(try model.predict(Tensor([0, 1, 2, 2], shape: [1, 4])).shape == [1, 2, 2, 2])
    }

    @Test func `Zero says that there is nothing`() throws {
        let layer = Embedding(5, 2, maskZero: true)
        let context = CallContext()
        try layer.validate([nil, 3])
        let y = layer([Tensor([3, 0, 1], shape: [1, 3])], context)[0]
        #expect(context.mask(of: y)?.array(of: Bool.self) == [true, false, true])
    }

    @Test func `Masking zeroes what is ruled out`() throws {
        try checkLayer({ Masking(maskValue: 5) }, input: [2, 3, 4])
        let context = CallContext()
        let y = Masking(maskValue: -1)([Tensor([-1.0, -1, -1, 2, .nan, -1], shape: [1, 3, 2])], context)[0]
        #expect(context.mask(of: y)?.array(of: Bool.self) == [false, true, true])
        #expect(Array(y.array(of: Double.self).prefix(4)) == [0, 0, -1, 2])
        #expect(y.isNaN().any().scalar(of: Bool.self))
    }

    @Test func `Masks travel through layers that let them`() throws {
        let context = CallContext()
        let x = Masking()([Tensor.ones([1, 2, 3])], context)[0]
        #expect(context.mask(of: Identity()([x], context)[0]) != nil)
        #expect(context.mask(of: Permute([2, 1])([x], context)[0]) == nil)
    }

    @Test func `EinsumDense is Dense over sequences`() throws {
        try checkLayer({ EinsumDense("abc,cd->abd", outputShape: [nil, 4], biasAxes: "d") }, input: [2, 3, 5])
        try checkLayer({ EinsumDense("...x,xy->...y", outputShape: [4], biasAxes: "y") }, input: [2, 3, 5])
        try checkLayer({ EinsumDense("ab...,bc->ac...", outputShape: [4], biasAxes: "c") }, input: [2, 3, 5])
        try checkLayer({ EinsumDense("abc,cde->abde", outputShape: [nil, 2, 3], biasAxes: "e") }, input: [2, 3, 4])
        let layer = EinsumDense("ab,bc->ac", outputShape: [4], biasAxes: "c", kernelInitializer: .constant(0.5))
        try expectClose(layer([[1, 2]]), Tensor.full([1, 4], 1.5))
        #expect(errorText { try layer.validate([nil, 3]) }.contains("the kernel is [2, 4], this input needs [3, 4]"))
        #expect(errorText { try layer.validate([nil, 2, 3]) }.contains("names 2 axes"))
    }

    @Test func `An equation that says nothing ends the program`() async {
        await #expect(processExitsWith: .failure) { _ = EinsumDense("ab,bc", outputShape: [4]) }
    }
}
