import Shinkei
import ShinkeiTesting
import Testing

/// A checker that lets everything through is worse than none.
@Suite struct CheckTests {
    @Test func `expectClose sees shape, type, NaN and values`() throws {
        let x: Tensor = [[1.0, 2], [3, 4]]
        try expectClose(x, x)
        #expect(errorText { try expectClose(x, x.reshaped([4])) }.contains("shape"))
        #expect(errorText { try expectClose(x, x.cast(to: .float64)) }.contains("type"))
        #expect(errorText { try expectClose(x, [[1.0, 2], [3, 5]]) }.contains("[1, 1]"))
        #expect(errorText { try expectClose([.nan], [1.0]) }.contains("differ"))
        #expect(errorText { try expectClose([1.0], [.infinity]) }.contains("differ"))
        #expect(errorText { try expectClose([1.0], []) }.contains("values"))
        try expectClose([.nan, .infinity], [.nan, .infinity])
    }

    @Test func `checkGradients sees a wrong derivative`() throws {
        let x = Tensor([0.3, 0.7], dtype: .float64)
        try checkGradients(at: [x]) { $0[0].exp().sum() }
        let text = errorText {
            try checkGradients(at: [x]) { values in
                withCustomGradient([values[0]], forward: { $0[0].expm1() }, backward: { _, y, g in [g * y] }).sum()
            }
        }
        #expect(text.contains("gradient of argument 0"))
    }

    final class WrongShape: Layer {
        override func call(_ x: Tensor, _ context: CallContext) -> Tensor { x }
        override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { [input[0], 1] }
    }
    final class Cut: Layer {
        let w = Weight("w")
        override func build(_ input: SymbolicShape) throws(LayerError) { create(w, [], .ones) }
        override func call(_ x: Tensor, _ context: CallContext) -> Tensor { stopGradient(x) * w.value }
    }

    @Test func `checkLayer sees a wrong shape and a lost gradient`() {
        #expect(errorText { try checkLayer({ WrongShape() }, input: [2, 3]) }.contains("declares"))
        #expect(errorText { try checkLayer({ Cut() }, input: [2, 3]) }.contains("gradient"))
    }
}
