import Shinkei
import ShinkeiTesting
import Testing

@Suite struct MergingTests {
    private let a = Tensor([1.0, -2, 3, 4, 5, -6], shape: [2, 3])
    private let b = Tensor([2.0, 2, -1, 0, 5, 6], shape: [2, 3])

    private func output(_ layer: Layer, _ inputs: [Tensor], masks: [Tensor?] = []) throws -> (Tensor, mask: Tensor?) {
        _ = try layer.outputShapes(inputs.map { SymbolicShape($0.shape) })
        let context = CallContext()
        for (input, mask) in zip(inputs, masks) { context.setMask(mask, of: input) }
        let output = layer(inputs, context)[0]
        return (output, context.mask(of: output))
    }

    @Test func `Each merges as its name says`() throws {
        try expectClose(output(Add(), [a, b, a]).0, Tensor([4.0, -2, 5, 8, 15, -6], shape: [2, 3]))
        try expectClose(output(Subtract(), [a, b]).0, Tensor([-1.0, -4, 4, 4, 0, -12], shape: [2, 3]))
        try expectClose(output(Multiply(), [a, b]).0, Tensor([2.0, -4, -3, 0, 25, -36], shape: [2, 3]))
        try expectClose(output(Average(), [a, b]).0, Tensor([1.5, 0, 1, 2, 5, 0], shape: [2, 3]))
        try expectClose(output(Maximum(), [a, b]).0, Tensor([2.0, 2, 3, 4, 5, 6], shape: [2, 3]))
        try expectClose(output(Minimum(), [a, b]).0, Tensor([1.0, -2, -1, 0, 5, -6], shape: [2, 3]))
    }

    @Test func `Each passes the checks`() throws {
        let makers: [() -> Layer] = [
            { Add() }, { Subtract() }, { Multiply() }, { Average() }, { Maximum() }, { Minimum() },
            { Concatenate(axis: 1) },
            { Dot(axis: 2) }, { Dot(axis: 1, normalize: true) },
        ]
        for make in makers { try checkLayer(make, inputs: [[2, 3, 4], [2, 3, 4]]) }
        for make in [makers[0], makers[2], makers[3], makers[4], makers[5]] {
            try checkLayer(make, inputs: [[3, 4], [3, 2, 4], [3, 1, 4]])
        }
        try checkLayer({ Concatenate() }, inputs: [[2, 3, 1], [2, 3, 4], [2, 3, 2]])
        try checkLayer({ Dot(axes: [2, 1]) }, inputs: [[2, 3, 4], [2, 4, 5]])
    }

    @Test func `Fewer axes are widened behind the rows`() throws {
        let sequences = Tensor.ones([2, 4, 3])
        let layer = Add()
        #expect(try layer.outputShapes([[nil, 3], [nil, 4, 3]]) == [[nil, 4, 3]])
        let y = try output(layer, [a, sequences]).0
        try expectClose(y, sequences + a.expanded(1))
    }

    @Test func `Shapes that do not fit throw`() {
        #expect(errorText { _ = try Add().outputShapes([[nil, 3], [nil, 4]]) }.contains("do not broadcast"))
        #expect(errorText { _ = try Add().outputShapes([[2, 3], [4, 3]]) }.contains("numbers of rows"))
        #expect(errorText { _ = try Subtract().outputShapes([[nil, 3]]) }.contains("takes 2 inputs, not 1"))
        #expect(
            errorText { _ = try Concatenate().outputShapes([[nil, 3, 2], [nil, 4, 2]]) }.contains(
                "may differ on axis 2"))
        #expect(
            errorText { _ = try Concatenate(axis: 1).outputShapes([[nil, 3], [nil, 3, 2]]) }.contains("one rank"))
        #expect(
            errorText { _ = try Dot(axis: 1).outputShapes([[nil, 3], [nil, 4]]) }.contains("axis 1 of the first"))
        #expect(errorText { _ = try Dot(axis: 2).outputShapes([[nil, 3], [nil, 4]]) }.contains("no axes"))
    }

    @Test func `Unknown sizes stay unknown`() throws {
        #expect(try Add().outputShapes([[nil, nil, 3], [nil, 5, 3]]) == [[nil, nil, 3]])
        #expect(try Concatenate().outputShapes([[nil, nil, 3], [nil, 5, 3]]) == [[nil, 5, 6]])
        #expect(try Concatenate(axis: 1).outputShapes([[nil, nil, 3], [nil, 5, 3]]) == [[nil, nil, 3]])
    }

    @Test func `A place counts that counts in any input`() throws {
        let masks: [Tensor?] = [
            Tensor([true, false, false], shape: [1, 3]), Tensor([false, true, false], shape: [1, 3]),
        ]
        let (x, y) = (Tensor([1.0, 2, 3], shape: [1, 3, 1]), Tensor([10.0, 20, 30], shape: [1, 3, 1]))
        let sum = try output(Add(), [x, y], masks: masks)
        #expect(sum.mask?.array(of: Bool.self) == [true, true, false])
        #expect(try output(Add(), [x, y], masks: [masks[0], nil]).mask == nil)
        // What is ruled out does not take part.
        #expect(try output(Multiply(), [x, y], masks: masks).0.array(of: Double.self) == [1, 20, 0])
        #expect(try Array(output(Maximum(), [x, y], masks: masks).0.array(of: Double.self).prefix(2)) == [1, 20])
        #expect(try Array(output(Minimum(), [x, y], masks: masks).0.array(of: Double.self).prefix(2)) == [1, 20])
    }

    @Test func `Joined sequences have joined masks`() throws {
        let (x, y) = (Tensor.ones([1, 2, 3]), Tensor.ones([1, 1, 3]))
        let joined = try output(Concatenate(axis: 1), [x, y], masks: [Tensor([true, false], shape: [1, 2]), nil])
        #expect(joined.0.shape == [1, 3, 3])
        #expect(joined.mask?.array(of: Bool.self) == [true, false, true])
    }

    @Test func `Dot sums over an axis of each`() throws {
        let x = Tensor.randomNormal([2, 3, 5], seed: 1)
        let y = Tensor.randomNormal([2, 5, 4], seed: 2)
        let layer = Dot(axes: [2, 1])
        #expect(try layer.outputShapes([[nil, 3, 5], [nil, 5, 4]]) == [[nil, 3, 4]])
        try expectClose(output(layer, [x, y]).0, x.matmul(y))
        let same = try output(Dot(axis: 1, normalize: true), [a, a]).0
        try expectClose(same, Tensor([1.0, 1], shape: [2, 1]))
    }
}
