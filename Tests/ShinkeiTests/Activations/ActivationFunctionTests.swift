import ShinkeiFormats
import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ActivationFunctionTests {
    struct Golden: Decodable {
        var x: [Double]
        var values: [String: [Double]]
    }

    /// Every activation that a name chooses, and others with arguments.
    static let every =
        ActivationFunction.all + [
            .celu(alpha: 1.5), .elu(alpha: 0.3), .gelu(approximate: true), .glu(axis: 0), .hardShrink(threshold: 1),
            .leakyRelu(negativeSlope: 0.05), .logSoftmax(axis: 0), .relu(negativeSlope: 0.1, maxValue: 4, threshold: 1),
            .relu(negativeSlope: 0, maxValue: 3), .relu(negativeSlope: 0, threshold: 1), .softShrink(threshold: 1),
            .softmax(axis: 0), .softmax(axes: [0, 1]), .sparsemax(axis: 0), .squareplus(b: 1),
            .threshold(0.5, value: -1),
        ]

    @Test(arguments: ActivationFunction.all)
    func `Values equal the formulas`(activation: ActivationFunction) throws {
        let golden: Golden = try Fixture.decode("activations.json")
        let want = try #require(golden.values[activation.name])
        for dtype in [DType.float32, .float64] {
            let y = activation(Tensor(golden.x, shape: [1, golden.x.count], dtype: dtype))
            #expect(y.dtype == dtype)
            let tolerance = dtype == .float32 ? 1e-6 : 1e-8
            try expectClose(
                y.array(of: Double.self), want, absolute: tolerance, relative: tolerance)
        }
    }

    @Test(arguments: every)
    func `Gradients equal differences`(activation: ActivationFunction) throws {
        let x = Tensor(
            [-7.2, -2.4, -0.6, 0.3, 1.7, 6.6, 0.2, 0.4, -0.1, 0.35, 0.1, 0.25], shape: [2, 6], dtype: .float64)
        let weighting = Tensor([1, 0.5, 2, -1, 0.7, 1.3, 0.9, -0.4, 1, 0.3, -2, 0.8], shape: [2, 6], dtype: .float64)
        let size = try activation.outputShape([2, 6]).filled(with: 0).sizes
        try checkGradients(at: [x]) { (activation($0[0]) * weighting[..<size[0], ..<size[1]]).sum() }
    }

    @Test(arguments: every)
    func `NaN stays, and large values give no NaN`(activation: ActivationFunction) {
        let y: [Float] = activation(Tensor([Float](repeating: .nan, count: 4), shape: [2, 2])).array()
        #expect(y.allSatisfy { $0.isNaN })
        for size in [Float(100), 1000, 1e30] {
            let x = Tensor([-size, size, size, -size], shape: [2, 2])
            let (value, slope) = valueAndGradient(at: x) { activation($0).sum() }
            if activation == .exponential { continue }
            #expect(!value.scalar().isNaN)
            #expect(slope.isFinite().all().scalar(of: Bool.self))
        }
    }

    @Test func `Nothing is lost in the tails`() throws {
        func value(_ function: ActivationFunction, _ x: Float) -> Double {
            function(Tensor([x])).array(of: Double.self)[0]
        }
        func slope(_ function: ActivationFunction, _ x: Float) -> Double {
            gradient(at: Tensor([x])) { function($0).sum() }.array(of: Double.self)[0]
        }
        // By mpmath.
        try expectClose([value(.gelu, -8)], [-4.976768e-15], absolute: 0, relative: 1e-5)
        try expectClose([value(.logSigmoid, -50), value(.logSigmoid, 30)], [-50, -9.357623e-14], absolute: 0)
        try expectClose([value(.squareplus, -1e4), slope(.squareplus, -1e4)], [1e-4, 1e-8], absolute: 0)
        try expectClose([slope(.softsign, 1e6)], [1e-12], absolute: 0)
    }

    @Test func `Slopes at the kinks are Keras's`() {
        func slopes(_ function: ActivationFunction, _ x: [Float]) -> [Float] {
            gradient(at: Tensor(x)) { function($0).sum() }.array()
        }
        #expect(slopes(.elu, [0]) == [1])
        #expect(abs(slopes(.selu, [0])[0] - 1.050701) < 1e-6)
        #expect(slopes(.leakyRelu, [0]) == [0.2])
        #expect(slopes(.relu, [0]) == [0])
        #expect(slopes(.relu6, [0, 6]) == [0, 0])
        #expect(slopes(.hardTanh, [-1, 1]) == [1, 1])
        #expect(slopes(.squareplus, [0]) == [0.5])
        #expect(slopes(.softsign, [0]) == [1])
    }

    @Test(arguments: every)
    func `Files keep the function and its arguments`(activation: ActivationFunction) throws {
        #expect(try ActivationFunction(config: activation.config) == activation)
    }

    @Test func `Layers can stand for functions`() throws {
        func read(_ text: String) throws -> ActivationFunction {
            try ActivationFunction(config: JSON(parsing: Array(text.utf8)))
        }
        #expect(
            try read(
                #"{"module": "keras.layers", "class_name": "LeakyReLU", "config": {"name": "l", "negative_slope": 0.1}}"#
            )
                == .leakyRelu(negativeSlope: 0.1))
        #expect(
            try read(#"{"class_name": "ReLU", "config": {"max_value": 6, "negative_slope": 0.0, "threshold": 0.0}}"#)
                == .relu(negativeSlope: 0, maxValue: 6))
        #expect(try read(#"{"class_name": "Softmax", "config": {"axis": [1, 2]}}"#) == .softmax(axes: [1, 2]))
        #expect(
            try read(#"{"class_name": "function", "config": "relu", "registered_name": "function"}"#) == .relu)
        #expect(try read("null") == .linear)
        #expect(errorText { _ = try read(#"{"class_name": "PReLU", "config": {}}"#) }.contains("PReLU"))
        #expect(
            errorText { _ = try read(#"{"class_name": "LeakyReLU", "config": {"negative_slope": "a"}}"#) }
                == #"negative_slope: expected a number; got "a""#)
        #expect(errorText { _ = try read("7") }.contains("an activation's name"))
    }

    @Test func `Glu needs halves`() throws {
        #expect(try ActivationFunction.glu.outputShape([nil, 6]) == [nil, 3])
        #expect(errorText { try Activation(.glu).validate([nil, 5]) }.contains("no halves"))
        #expect(errorText { try Dense(5, activation: .glu).validate([nil, 2]) }.contains("no halves"))
        #expect(errorText { try Activation(.softmax(axis: 3)).validate([nil, 5]) }.contains("no axis 3"))
    }
}
