import FoundationEssentials
import Testing

@testable import ShinkeiCore

/// Compares with NumPy and SciPy; see Tools/reference/make_core_golden.py.
@Suite struct GoldenTests {
    struct File: Decodable {
        var source: String
        var tensors: [Stored]
        var cases: [Case]
    }

    struct Stored: Decodable {
        var d: String
        var s: [Int]
        var b: Data

        func tensor() throws -> Tensor {
            Tensor(shape: s, dtype: try #require(DType(name: d)), bytes: [UInt8](b))
        }
    }

    struct Case: Decodable {
        var op: String
        var `in`: [Int]
        var out: [Int]
        var rtol: Double
        var atol: Double
        var a: Attributes
    }

    struct Attributes: Decodable {
        var axes: [Int]?
        var axis: Int?
        var keepDims: Bool?
        var exclusive: Bool?
        var reverse: Bool?
        var product: Bool?
        var looseZeros: Bool?
        var ints: [Int]?
        var numbers: [Double]?
        var count: Int?
        var text: String?
    }

    static let file: Result<File, any Error> = Result {
        try JSONDecoder().decode(File.self, from: try Sources.fixture("core_golden.json"))
    }
    static let ops = (try? file.get().cases).map { Set($0.map(\.op)).sorted() } ?? ["the file cannot be read"]

    @Test func `The file is there and is large enough`() throws {
        let file = try Self.file.get()
        #expect(file.cases.count > 2800)
        #expect(Self.ops.count > 100)
    }

    @Test(arguments: ops)
    func `The operation equals NumPy's`(op: String) throws {
        let file = try Self.file.get()
        var failures = 0
        for (number, one) in file.cases.enumerated() where one.op == op {
            let inputs = try one.in.map { try file.tensors[$0].tensor() }
            let expected = try one.out.map { try file.tensors[$0].tensor() }
            let actual = try Self.run(op, inputs, one.a)
            #expect(actual.count == expected.count)
            for (a, e) in zip(actual, expected) {
                let wrong = difference(
                    a, e, absolute: one.atol, relative: one.rtol, signedZeros: !(one.a.looseZeros ?? false))
                guard let wrong else { continue }
                failures += 1
                if failures > 3 { return }
                Issue.record("case \(number), \(op) of \(inputs.map { "\($0.dtype) \($0.shape)" }) \(one.a): \(wrong)")
            }
        }
    }

    static let unary: [String: @Sendable (Tensor) -> Tensor] = [
        "negate": { -$0 }, "abs": { $0.abs() }, "square": { $0.square() }, "sqrt": { $0.sqrt() },
        "rsqrt": { $0.rsqrt() }, "reciprocal": { $0.reciprocal() }, "exp": { $0.exp() },
        "expm1": { $0.expm1() }, "log": { $0.log() }, "log1p": { $0.log1p() }, "log2": { $0.log2() },
        "log10": { $0.log10() }, "sin": { $0.sin() }, "cos": { $0.cos() }, "tan": { $0.tan() },
        "asin": { $0.asin() }, "acos": { $0.acos() }, "atan": { $0.atan() }, "sinh": { $0.sinh() },
        "cosh": { $0.cosh() }, "tanh": { $0.tanh() }, "asinh": { $0.asinh() }, "acosh": { $0.acosh() },
        "atanh": { $0.atanh() }, "erf": { $0.erf() }, "erfc": { $0.erfc() }, "erfinv": { $0.erfinv() },
        "sigmoid": { $0.sigmoid() }, "softplus": { $0.softplus() }, "relu": { $0.relu() },
        "floor": { $0.floor() }, "ceil": { $0.ceil() }, "round": { $0.rounded() },
        "trunc": { $0.truncated() }, "sign": { $0.sign() }, "isNaN": { $0.isNaN() },
        "isInfinite": { $0.isInfinite() }, "isFinite": { $0.isFinite() }, "not": { !$0 }, "unique": { $0.unique() },
    ]

    static let binary: [String: @Sendable (Tensor, Tensor) -> Tensor] = [
        "add": { $0 + $1 }, "subtract": { $0 - $1 }, "multiply": { $0 * $1 }, "divide": { $0 / $1 },
        "maximum": { maximum($0, $1) }, "minimum": { minimum($0, $1) }, "power": { $0.power($1) },
        "atan2": { $0.atan2($1) }, "mod": { $0 % $1 }, "floorDivide": { $0.floorDivided(by: $1) },
        "and": { $0 & $1 }, "or": { $0 | $1 }, "xor": { $0 ^ $1 }, "equal": { $0 .== $1 },
        "notEqual": { $0 .!= $1 }, "less": { $0 .< $1 }, "lessEqual": { $0 .<= $1 }, "greater": { $0 .> $1 },
        "greaterEqual": { $0 .>= $1 }, "matmul": { $0.matmul($1) }, "outer": { $0.outer($1) },
        "matmulTransposedRight": { $0.matmul($1.swapped(-1, -2)) },
        "matmulTransposedLeft": { $0.swapped(-1, -2).matmul($1) },
        "matmulTransposedBoth": { $0.swapped(-1, -2).matmul($1.swapped(-1, -2)) },
        "matmulSliced": { $0[.from(1, by: 2), 3..<10].matmul($1[.all, .every(3)]) },
        "mask": { $0[$1] },
    ]

    static let reductions: [String: @Sendable (Tensor, [Int]?, Bool) -> Tensor] = [
        "sum": { $0.sum(axes: $1, keepDims: $2) }, "mean": { $0.mean(axes: $1, keepDims: $2) },
        "product": { $0.product(axes: $1, keepDims: $2) }, "max": { $0.max(axes: $1, keepDims: $2) },
        "min": { $0.min(axes: $1, keepDims: $2) }, "any": { $0.any(axes: $1, keepDims: $2) },
        "all": { $0.all(axes: $1, keepDims: $2) }, "logSumExp": { $0.logSumExp(axes: $1, keepDims: $2) },
        "standardDeviation": { $0.standardDeviation(axes: $1, keepDims: $2) },
    ]

    static func run(_ op: String, _ x: [Tensor], _ a: Attributes) throws -> [Tensor] {
        if let f = unary[op] { return [f(x[0])] }
        if let f = binary[op] { return [f(x[0], x[1])] }
        if let f = reductions[op] { return [f(x[0], a.axes, a.keepDims ?? false)] }
        let ints = a.ints ?? []
        let numbers = a.numbers ?? []
        switch op {
        case "variance": return [x[0].variance(axes: a.axes, keepDims: a.keepDims ?? false, ddof: a.count ?? 0)]
        case "where": return [Tensor.where(x[0], x[1], x[2])]
        case "clip": return [x[0].clipped(Tensor(numbers[0]), Tensor(numbers[1]))]
        case "argmax": return [x[0].argmax(axis: a.axis)]
        case "argmin": return [x[0].argmin(axis: a.axis)]
        case "cumulate":
            let (axis, exclusive, reverse) = try (
                #require(a.axis), #require(a.exclusive), #require(a.reverse)
            )
            return a.product == true
                ? [x[0].cumulativeProduct(axis: axis, exclusive: exclusive, reverse: reverse)]
                : [x[0].cumulativeSum(axis: axis, exclusive: exclusive, reverse: reverse)]
        case "softmax": return [x[0].softmax(axis: try #require(a.axis))]
        case "logSoftmax": return [x[0].logSoftmax(axis: try #require(a.axis))]
        case "reshape": return [x[0].reshaped(ints)]
        case "transpose": return [x[0].transposed(a.ints)]
        case "swapaxes": return [x[0].swapped(ints[0], ints[1])]
        case "reverse": return [x[0].reversed(axes: a.axes)]
        case "expand": return [x[0].expanded(ints[0])]
        case "squeeze": return [x[0].squeezed(a.axis)]
        case "broadcast": return [x[0].broadcast(to: ints)]
        case "tile": return [x[0].tiled(ints)]
        case "repeat": return [x[0].repeated(ints[0], axis: ints[1])]
        case "concatenate": return [Tensor.concatenate(x, axis: a.axis ?? 0)]
        case "stack": return [Tensor.stack(x, axis: a.axis ?? 0)]
        case "split": return x[0].split(try #require(a.count), axis: a.axis ?? 0)
        case "splitSizes": return x[0].split(sizes: ints, axis: a.axis ?? 0)
        case "pad":
            let widths = stride(from: 0, to: ints.count, by: 2).map { (ints[$0], ints[$0 + 1]) }
            return [x[0].padded(widths, value: numbers[0])]
        case "subscript": return [subscripted(x[0], try #require(a.text))]
        case "gather": return [x[0].taking(x[1], axis: a.axis ?? 0)]
        case "takeAlong": return [x[0].takingAlong(x[1], axis: a.axis ?? 0)]
        case "argsort": return [x[0].argsort(axis: a.axis ?? -1, descending: a.reverse ?? false)]
        case "sort": return [x[0].sorted(axis: a.axis ?? -1, descending: a.reverse ?? false)]
        case "topK":
            let (values, indices) = x[0].topK(try #require(a.count))
            return [values, indices]
        case "oneHot": return [x[0].oneHot(try #require(a.count))]
        case "arange": return [Tensor.arange(ints[0], ints[1], step: ints[2])]
        case "linspace": return [Tensor.linspace(numbers[0], numbers[1], count: try #require(a.count))]
        case "eye": return [Tensor.eye(ints[0], ints[1])]
        case "cast": return [x[0].cast(to: try #require(a.text.flatMap { DType(name: $0) }))]
        default:
            Issue.record("\(op) has no line in this test")
            return []
        }
    }

    /// A subscript given as NumPy's text. The subscript takes any number of places; the cases have up to three.
    private static func subscripted(_ x: Tensor, _ text: String) -> Tensor {
        let places = text.split(separator: ",").map { part -> TensorIndex in
            if part == "..." { return .others }
            if part == "new" { return .newAxis }
            if let number = Int(part) { return .at(number) }
            let bounds = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            return .range(bounds[0], bounds[1], step: bounds.count > 2 ? bounds[2] ?? 1 : 1)
        }
        switch places.count {
        case 1: return x[places[0]]
        case 2: return x[places[0], places[1]]
        default: return x[places[0], places[1], places[2]]
        }
    }
}
