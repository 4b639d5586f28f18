import Shinkei
import ShinkeiTesting
import Testing

@Suite struct FlattenTests {
    @Test(arguments: [[3, 4], [2, 3, 4], [2, 1, 3, 2], [5]])
    func `Flatten passes the layer check`(shape: [Int]) throws {
        try checkLayer({ Flatten() }, input: shape)
    }

    @Test func `Rows keep their order`() throws {
        let x = Tensor.arange(12).reshaped([2, 3, 2])
        #expect(Flatten()(x).array(of: Int.self) == Array(0..<12))
        #expect(Flatten()(x).shape == [2, 6])
    }
}
