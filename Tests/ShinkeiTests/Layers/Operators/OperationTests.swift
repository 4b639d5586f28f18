import ShinkeiFormats
import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct OperationTests {
    private func operation(
        _ name: String, module: String = "keras.src.ops.numpy", _ config: JSON = .object([:]),
        constants: [String: JSON] = [:]
    ) throws -> Operation {
        let operation = try Operation(name, module: module, config, name: nil)
        var options = CallOptions()
        options.values = constants
        try operation.take(options)
        return operation
    }

    private let x = Tensor([1.0, -2, 3, 4, 5, -6], shape: [2, 3])

    private func result(_ operation: Operation, _ inputs: [Tensor]) throws -> Tensor {
        let declared = try operation.outputShapes(inputs.map { SymbolicShape($0.shape) })[0]
        let y = operation(inputs, CallContext())[0]
        #expect(declared == SymbolicShape(y.shape))
        #expect(operation.outputTypes(inputs.map(\.dtype)) == [y.dtype])
        return y
    }

    @Test func `Numbers stand where the call has them`() throws {
        try expectClose(result(operation("Subtract", constants: ["arg1": 1.0]), [x]), x - 1)
        try expectClose(result(operation("Subtract", constants: ["arg0": 1]), [x]), 1 - x)
        try expectClose(result(operation("Divide", constants: ["arg0": 2.5]), [x]), 2.5 / x)
        try expectClose(result(operation("Add"), [x, x]), x + x)
        let greater = try result(operation("Greater", constants: ["arg1": 0]), [x])
        #expect(greater.array(of: Bool.self) == [true, false, true, true, true, false])
    }

    @Test func `Reductions, forms and activations`() throws {
        try expectClose(result(operation("Mean", ["axis": 1, "keepdims": true]), [x]), x.mean(axis: 1, keepDims: true))
        try expectClose(result(operation("Sum", ["axis": .null, "keepdims": false]), [x]), x.sum())
        try expectClose(result(operation("Reshape", ["newshape": [3, 2]]), [x]), x.reshaped([3, 2]))
        try expectClose(result(operation("Concatenate", ["axis": -1]), [x, x]), Tensor.concatenate([x, x], axis: 1))
        try expectClose(result(operation("Relu", module: "keras.src.ops.nn"), [x]), x.relu())
        try expectClose(result(operation("Silu", module: "keras.src.ops.nn"), [x]), x * x.sigmoid())
    }

    @Test func `Brackets take places, slices, new axes and an ellipsis`() throws {
        func slice(_ start: JSON, _ stop: JSON, _ step: JSON = .null) -> JSON {
            ["class_name": "__slice__", "config": ["start": start, "stop": stop, "step": step]]
        }
        func at(_ key: JSON) throws -> Tensor { try result(operation("GetItem", constants: ["arg1": key]), [x]) }
        try expectClose(at(0), x[0])
        try expectClose(at([slice(.null, .null), -1]), x[.all, -1])
        try expectClose(at([slice(.null, .null), slice(.null, .null, -1)]), x[.all, .every(-1)])
        try expectClose(
            at([["class_name": "__ellipsis__", "config": .object([:])], slice(1, 3)]), x[.ellipsis, 1..<3])
        try expectClose(at([.null, 1]), x[.new, 1])
        #expect(errorText { _ = try at(5) }.contains("index 5 is outside of axis 0"))
        #expect(errorText { _ = try at([0, 0, 0]) }.contains("more than 2 places"))
        #expect(errorText { _ = try at("x") }.contains("a number or a slice"))
    }

    @Test func `What does not fit throws, and what is not there is named`() {
        #expect(
            errorText { _ = try operation("Add").outputShapes([[nil, 3], [nil, 4]]) }.contains("do not broadcast"))
        #expect(errorText { _ = try operation("Mean", ["axis": 4]).outputShapes([[nil, 3]]) }.contains("no axis 4"))
        #expect(errorText { _ = try operation("Fft") }.contains("the operation Fft of keras.src.ops.numpy is known"))
    }
}
