import ShinkeiCore
import ShinkeiFormats

/// How a function of `keras.ops` is computed.
struct OperationFunction: Sendable {
    enum Result: Sendable {
        case sameAsInputs
        case always(DType)
        /// The type in the attribute `dtype`.
        case named
    }
    var result = Result.sameAsInputs
    /// Whether the tensors are one argument, a list.
    var takesList = false
    /// Refuses shapes that do not fit, which `compute` would end the program for.
    var check: @Sendable ([SymbolicShape], OperationArguments) throws(ConfigError) -> Void = {
        _, _ throws(ConfigError) in
    }
    let compute: @Sendable (OperationArguments) throws(ConfigError) -> Tensor

    /// The function of this class, if there is one here.
    static func named(_ className: String, module: String) -> OperationFunction? {
        if let function = all[className] { return function }
        // Activations are functions of one tensor; those with parameters have entries of their own.
        guard module.hasSuffix(".nn"), let activation = try? ActivationFunction(named: snakeCase(className)) else {
            return nil
        }
        return unary { activation($0) }
    }

    // MARK: Families

    private static func unary(
        _ result: Result = .sameAsInputs, _ function: @escaping @Sendable (Tensor) -> Tensor
    ) -> OperationFunction {
        OperationFunction(result: result) { arguments throws(ConfigError) in function(try arguments.operand(0)) }
    }

    private static func binary(
        _ result: Result = .sameAsInputs, _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
    ) -> OperationFunction {
        OperationFunction(
            result: result,
            check: { shapes, _ throws(ConfigError) in
                guard shapes.count == 2 else { return }
                for (a, b) in zip(shapes[0].sizes.reversed(), shapes[1].sizes.reversed()) {
                    guard a == nil || b == nil || a == b || a == 1 || b == 1 else {
                        throw ConfigError("the shapes do not broadcast")
                    }
                }
            }
        ) { arguments throws(ConfigError) in function(try arguments.operand(0), try arguments.operand(1)) }
    }

    private static func reduction(
        _ result: Result = .sameAsInputs, _ function: @escaping @Sendable (Tensor, [Int]?, Bool) -> Tensor
    ) -> OperationFunction {
        OperationFunction(result: result, check: checkAxes) { arguments throws(ConfigError) in
            function(try arguments.operand(0), try arguments.axes(), try arguments.value("keepdims", at: 2, false))
        }
    }

    private static let checkAxes: @Sendable ([SymbolicShape], OperationArguments) throws(ConfigError) -> Void = {
        shapes, arguments throws(ConfigError) in
        for axis in try arguments.axes() ?? [] where shapes.contains(where: { $0.axis(axis) == nil }) {
            throw ConfigError("there is no axis \(axis)")
        }
    }

    /// The axis named, or the one Keras takes.
    private static func onAxis(
        _ standard: Int, takesList: Bool = false, _ function: @escaping @Sendable ([Tensor], Int) -> Tensor
    ) -> OperationFunction {
        OperationFunction(takesList: takesList) { arguments throws(ConfigError) in
            guard !arguments.tensors.isEmpty else { throw ConfigError("needs a tensor") }
            return function(arguments.tensors, try arguments.axes()?.first ?? standard)
        }
    }

    // MARK: The table

    private static let all: [String: OperationFunction] = [
        "Absolute": unary { $0.abs() }, "Abs": unary { $0.abs() }, "Negative": unary { -$0 },
        "Sign": unary { $0.sign() }, "Square": unary { $0.square() }, "Sqrt": unary { $0.sqrt() },
        "Rsqrt": unary { $0.rsqrt() }, "Reciprocal": unary { $0.reciprocal() }, "Exp": unary { $0.exp() },
        "Expm1": unary { $0.expm1() }, "Log": unary { $0.log() }, "Log1p": unary { $0.log1p() },
        "Log2": unary { $0.log2() }, "Log10": unary { $0.log10() }, "Sin": unary { $0.sin() },
        "Cos": unary { $0.cos() }, "Tan": unary { $0.tan() }, "Sinh": unary { $0.sinh() },
        "Cosh": unary { $0.cosh() }, "Tanh": unary { $0.tanh() }, "Arcsin": unary { $0.asin() },
        "Arccos": unary { $0.acos() }, "Arctan": unary { $0.atan() }, "Erf": unary { $0.erf() },
        "Floor": unary { $0.floor() }, "Ceil": unary { $0.ceil() }, "Round": unary { $0.rounded() },
        "Sigmoid": unary { $0.sigmoid() }, "Relu": unary { $0.relu() }, "Softplus": unary { $0.softplus() },

        "Add": binary { $0 + $1 }, "Subtract": binary { $0 - $1 }, "Multiply": binary { $0 * $1 },
        "Divide": binary { $0 / $1 }, "TrueDivide": binary { $0 / $1 }, "Power": binary { $0.power($1) },
        "FloorDivide": binary { $0.floorDivided(by: $1) }, "Mod": binary { $0 % $1 },
        "Maximum": binary { maximum($0, $1) }, "Minimum": binary { minimum($0, $1) },
        "Equal": binary(.always(.bool)) { $0 .== $1 }, "NotEqual": binary(.always(.bool)) { $0 .!= $1 },
        "Less": binary(.always(.bool)) { $0 .< $1 }, "LessEqual": binary(.always(.bool)) { $0 .<= $1 },
        "Greater": binary(.always(.bool)) { $0 .> $1 }, "GreaterEqual": binary(.always(.bool)) { $0 .>= $1 },

        "LogicalAnd": binary(.always(.bool)) { $0.cast(to: .bool) & $1.cast(to: .bool) },
        "LogicalOr": binary(.always(.bool)) { $0.cast(to: .bool) | $1.cast(to: .bool) },
        "LogicalNot": unary(.always(.bool)) { !$0.cast(to: .bool) },

        "Any": reduction(.always(.bool)) { $0.any(axes: $1, keepDims: $2) },
        "All": reduction(.always(.bool)) { $0.all(axes: $1, keepDims: $2) },
        "Sum": reduction { $0.sum(axes: $1, keepDims: $2) }, "Mean": reduction { $0.mean(axes: $1, keepDims: $2) },
        "Max": reduction { $0.max(axes: $1, keepDims: $2) }, "Min": reduction { $0.min(axes: $1, keepDims: $2) },
        "Amax": reduction { $0.max(axes: $1, keepDims: $2) }, "Amin": reduction { $0.min(axes: $1, keepDims: $2) },
        "Prod": reduction { $0.product(axes: $1, keepDims: $2) },
        "Std": reduction { $0.standardDeviation(axes: $1, keepDims: $2) },
        "Var": reduction { $0.variance(axes: $1, keepDims: $2) },
        "Logsumexp": reduction { $0.logSumExp(axes: $1, keepDims: $2) },

        "Softmax": onAxis(-1) { $0[0].softmax(axis: $1) }, "LogSoftmax": onAxis(-1) { $0[0].logSoftmax(axis: $1) },
        "ExpandDims": onAxis(-1) { $0[0].expanded($1) },
        "Concatenate": onAxis(0, takesList: true) { Tensor.concatenate($0, axis: $1) },
        "Stack": onAxis(0, takesList: true) { Tensor.stack($0, axis: $1) },

        "Cast": OperationFunction(result: .named) { arguments throws(ConfigError) in
            try arguments.operand(0).cast(to: arguments.value("dtype", at: 1, DType.float32))
        },
        "Clip": OperationFunction { arguments throws(ConfigError) in
            let x = try arguments.operand(0)
            let low = try arguments.value("x_min", at: 1, -Double.infinity)
            let high = try arguments.value("x_max", at: 2, Double.infinity)
            return x.clipped(Tensor.constant(low, dtype: x.dtype), Tensor.constant(high, dtype: x.dtype))
        },
        "GetItem": OperationFunction(check: { shapes, arguments throws(ConfigError) in
            _ = try slices(arguments, shapes.first ?? [])
        }) { arguments throws(ConfigError) in
            let x = try arguments.operand(0)
            return x.indexed(try slices(arguments, SymbolicShape(x.shape)))
        },
        "Matmul": OperationFunction(check: { shapes, _ throws(ConfigError) in
            guard shapes.count == 2, let a = shapes[0].last, shapes[1].rank >= 2 else { return }
            guard shapes[1][shapes[1].rank - 2].map({ $0 == a }) ?? true else { throw ConfigError("inner axes differ") }
        }) { arguments throws(ConfigError) in try arguments.operand(0).matmul(arguments.operand(1)) },
        "Reshape": OperationFunction { arguments throws(ConfigError) in
            let x = try arguments.operand(0)
            let sizes = try arguments.value("newshape", at: 1, [Int?]()).map { $0 ?? -1 }
            let known = sizes.filter { $0 != -1 }.reduce(1, *)
            let isFree = sizes.contains(-1)
            guard sizes.count(where: { $0 == -1 }) <= 1, known > 0, isFree ? x.count % known == 0 : x.count == known
            else { throw ConfigError("\(x.shape) does not take the shape \(sizes)") }
            return x.reshaped(sizes)
        },
        "Squeeze": OperationFunction(check: checkAxes) { arguments throws(ConfigError) in
            let x = try arguments.operand(0)
            guard let axes = try arguments.axes() else { return x.squeezed() }
            guard axes.allSatisfy({ x.shape[x.shape.place(of: $0)] == 1 }) else {
                throw ConfigError("axis \(axes) is not 1")
            }
            return axes.map { x.shape.place(of: $0) }.sorted(by: >).reduce(x) { $0.squeezed($1) }
        },
        "Transpose": OperationFunction { arguments throws(ConfigError) in
            let x = try arguments.operand(0)
            guard let axes = try arguments.value("axes", at: 1, [Int]?.none) else { return x.transposed() }
            guard axes.sorted() == Array(0..<x.rank) else {
                throw ConfigError("axes: \(axes) do not name each axis once")
            }
            return x.transposed(axes)
        },
    ]

    /// The places in brackets: `x[1:, 0]` is the list of a slice and a number.
    private static func slices(_ arguments: OperationArguments, _ shape: SymbolicShape) throws(ConfigError)
        -> [TensorIndex]
    {
        guard let key = arguments.constant("key", at: 1) else { throw ConfigError("the key is missing") }
        var found: [TensorIndex] = []
        var axis = 0
        let parts = key.array ?? [key]
        let named = parts.count(where: { !$0.isNull && $0["class_name"]?.string != "__ellipsis__" })
        guard named <= shape.rank else { throw ConfigError("there are more than \(shape.rank) places in brackets") }
        for part in parts {
            if part.isNull {
                found.append(.newAxis)
            } else if let place = part.int {
                if let size = shape[axis], place < -size || place >= size {
                    throw ConfigError("index \(place) is outside of axis \(axis)")
                }
                found.append(.at(place))
                axis += 1
            } else if part["class_name"]?.string == "__slice__", let bounds = part["config"] {
                let step = bounds["step"]?.int ?? 1
                guard step != 0 else { throw ConfigError("a step cannot be 0") }
                found.append(.range(bounds["start"]?.int, bounds["stop"]?.int, step: step))
                axis += 1
            } else if part["class_name"]?.string == "__ellipsis__", axis + shape.rank - named <= shape.rank {
                found.append(.others)
                axis += shape.rank - named
            } else {
                throw expected("a number or a slice in brackets", part)
            }
        }
        return found
    }
}
