import Testing

@testable import ShinkeiCore

@Suite struct DTypeTests {
    @Test func `Names and sizes`() {
        #expect(
            DType.allCases.map(\.name) == [
                "bool", "uint8", "int32", "int64", "float16", "bfloat16", "float32", "float64",
            ])
        #expect(DType.allCases.map(\.byteCount) == [1, 1, 4, 8, 2, 2, 4, 8])
        for dtype in DType.allCases { #expect(DType(name: dtype.name) == dtype) }
        #expect(DType(name: "complex64") == nil)
    }

    @Test func `Two types give the wider one, floats before integers`() {
        for a in DType.allCases {
            for b in DType.allCases {
                let common = DType.promoted(a, b)
                #expect(common == DType.promoted(b, a))
                #expect(DType.promoted(a, a) == a)
                if a.isFloating != b.isFloating { #expect(common == (a.isFloating ? a : b)) }
                #expect(common.byteCount >= max(a.byteCount, b.byteCount) || a.isFloating != b.isFloating)
            }
        }
        #expect(DType.promoted(.int64, .float32) == .float32)
        #expect(DType.promoted(.float16, .bfloat16) == .float32)
        #expect(DType.promoted(.uint8, .int32) == .int32)
    }

    @Test(arguments: DType.allCases)
    func `A literal's type gives way`(dtype: DType) {
        let x = Tensor([1], dtype: dtype)
        #expect((x + 1).dtype == (dtype == .bool ? .int32 : dtype.computed))
        #expect((1 + x).dtype == (x + 1).dtype)
        #expect((x * 0.5).dtype == (dtype.isFloating ? dtype.computed : .float32))
        #expect((x / 2).dtype == (dtype.isFloating ? dtype.computed : .float32))
        #expect((x + 0.5).array(of: Double.self) == [1.5])
        #expect((x .== 1).dtype == .bool)
        #expect(x.exp().dtype == (dtype.isFloating ? dtype.computed : .float32))
    }

    @Test func `Two literals keep the usual types`() {
        let (one, half): (Tensor, Tensor) = (1, 0.5)
        #expect((one + one).dtype == .int32)
        #expect((one + half).dtype == .float32)
        #expect((half * 2).scalar() == 1)
    }

    @Test func `A literal beyond int32 is int64`() {
        let big: Tensor = 2_147_483_648
        #expect(big.dtype == .int64)
        #expect(big.scalar(of: Int64.self) == 2_147_483_648)
        let low: Tensor = -2_147_483_648
        #expect(low.dtype == .int32)
        #expect((big + 1).scalar(of: Int64.self) == 2_147_483_649)
    }

    /// A result may take the memory of an operand only where its own elements are no wider: these would overrun it.
    @Test func `Half the numbers at twice the width`() {
        let halves = Tensor((0..<2048).map { Float($0 % 97) }, dtype: .float16).evaluate()
        let expected = (0..<1024).map { Float($0 % 97) }
        let f = compiled { (x: Tensor) in
            let first = (x + 0)[0..<1024].cast(to: .float32)
            return first.cumulativeSum(axis: 0) + first.argsort(axis: 0).cast(to: .float32)
        }
        let order = expected.indices.sorted { (expected[$0], $0) < (expected[$1], $1) }
        var sum: Float = 0
        let answer = expected.indices.map { i -> Float in
            sum += expected[i]
            return sum + Float(order[i])
        }
        #expect(f(halves).array() == answer)
        #expect(halves[0..<1024].cast(to: .float32).cumulativeSum(axis: 0)[1023].scalar() == expected.reduce(0, +))
    }

    @Test func `Swift values come in and go out`() {
        #expect(Tensor([1.5, 2]).dtype == .float32)
        #expect(Tensor([Float(1.5)]).dtype == .float32)
        #expect(Tensor([1, 2]).dtype == .int32)
        #expect(Tensor([Int64(1)]).dtype == .int64)
        #expect(Tensor([UInt8(1)]).dtype == .uint8)
        #expect(Tensor([true]).dtype == .bool)
        let big = Int64.max - 1
        #expect(Tensor([big]).array(of: Int64.self) == [big])
        #expect(Tensor([Int(big)], dtype: .int64).array(of: Int.self) == [Int(big)])
        #expect(
            Tensor([1.9, -1.9, .nan, 1e20, -1e20], dtype: .int32).array(of: Int.self) == [
                1, -1, 0, Int(Int32.max), Int(Int32.min),
            ])
        #expect(Tensor([0.0, 2, .nan], dtype: .bool).array(of: Bool.self) == [false, true, true])
        #expect(Tensor([300.0, -5, 1.5], dtype: .uint8).array(of: UInt8.self) == [255, 0, 1])
        #expect(Tensor([2.5, -7]).array(of: Int.self) == [2, -7])
        for dtype in DType.allCases {
            let x = Tensor([0, 1, 1, 0, 1], dtype: dtype)
            #expect(x.array(of: Int.self) == [0, 1, 1, 0, 1])
            #expect(x.array(of: Double.self) == [0, 1, 1, 0, 1])
            #expect(x.array(of: Bool.self) == [false, true, true, false, true])
            #expect(x.hostBytes().count == 5 * dtype.byteCount)
            #expect(Tensor(shape: [5], dtype: dtype, bytes: x.hostBytes()).array() == x.array())
        }
        #expect(Tensor([Double]()).count == 0)
        #expect(Tensor([Double](), shape: [0, 3]).array() == [])
    }

    // MARK: Half-width floats, all of them

    private static let patterns = (0...UInt16.max).map { $0 }

    private func halves(_ dtype: DType, _ patterns: [UInt16]) -> Tensor {
        let bytes = patterns.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        return Tensor(shape: [patterns.count], dtype: dtype, bytes: bytes)
    }

    @Test(arguments: [DType.float16, .bfloat16])
    func `The kernel and the host widen every half-width number alike`(dtype: DType) {
        let wide: [Float] = halves(dtype, Self.patterns).cast(to: .float32).array()
        let double = halves(dtype, Self.patterns).cast(to: .float64).array(of: Double.self)
        let host: [Float] = halves(dtype, Self.patterns).array()
        var wrong: [UInt16] = []
        for (i, pattern) in Self.patterns.enumerated() {
            let expected = HalfWidth.decode(pattern, as: dtype)
            let agrees =
                expected.isNaN
                ? wide[i].isNaN && double[i].isNaN && host[i].isNaN
                : wide[i].bitPattern == expected.bitPattern && double[i] == Double(expected)
                    && host[i].bitPattern == expected.bitPattern
            if !agrees { wrong.append(pattern) }
        }
        #expect(wrong.prefix(10) == [])
        // Against the definition.
        for pattern in Self.patterns where dtype == .float16 && pattern & 0x7C00 != 0x7C00 {
            let (exponent, fraction) = (Int(pattern >> 10) & 31, Double(pattern & 0x3FF))
            let size = exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * power(exponent - 25)
            let value = pattern & 0x8000 != 0 ? -size : size
            if Double(HalfWidth.decode(pattern, as: dtype)) != value { wrong.append(pattern) }
        }
        #expect(wrong.prefix(10) == [])
    }

    private func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

    /// Every half, the points halfway between two neighbours, and the floats on either side of both.
    @Test(arguments: [DType.float16, .bfloat16])
    func `The kernel and the host round to half width alike`(dtype: DType) {
        var floats: [Float] = []
        for pattern in Self.patterns where pattern & 0x7FFF < (dtype == .float16 ? 0x7C00 : 0x7F80) {
            let value = HalfWidth.decode(pattern, as: dtype)
            let next = HalfWidth.decode(pattern + 1, as: dtype)
            let middle = next.isFinite ? value / 2 + next / 2 : value * 1.001
            for x in [value, middle] { floats += [x, x.nextUp, x.nextDown] }
        }
        floats += [.infinity, -.infinity, 65504, 65519.996, 65520, 65536, 1e38, -1e38, .leastNonzeroMagnitude, 0, -0.0]
        let bits = Tensor(floats, dtype: .float32).cast(to: dtype).hostBytes()
        let wideBits = Tensor(floats.map(Double.init), dtype: .float64).cast(to: dtype).hostBytes()
        var wrong: [Float] = []
        for (i, value) in floats.enumerated() {
            let expected = HalfWidth.encode(value, as: dtype)
            let kernel = UInt16(bits[2 * i]) | UInt16(bits[2 * i + 1]) << 8
            let wide = UInt16(wideBits[2 * i]) | UInt16(wideBits[2 * i + 1]) << 8
            let back = HalfWidth.decode(expected, as: dtype)
            let isNearest =
                !back.isFinite || abs(back - value) <= abs(nearest(to: value, beside: expected, dtype) - value)
            if kernel != expected || wide != expected || !isNearest { wrong.append(value) }
        }
        #expect(floats.count > 300_000)
        #expect(wrong.prefix(10) == [])
    }

    private func nearest(to value: Float, beside pattern: UInt16, _ dtype: DType) -> Float {
        let neighbours = [pattern &+ 1, pattern &- 1].map { HalfWidth.decode($0, as: dtype) }.filter(\.isFinite)
        return neighbours.min { abs($0 - value) < abs($1 - value) } ?? value
    }

    @Test(arguments: [DType.float16, .bfloat16])
    func `NaN stays NaN in half width`(dtype: DType) {
        let nans = [Float.nan, -.nan, Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0xFF80_0001), .signalingNaN]
        for x in [Tensor(nans), Tensor(nans.map(Double.init), dtype: .float64)] {
            #expect(x.cast(to: dtype).array().allSatisfy { (value: Float) in value.isNaN })
        }
        #expect(nans.allSatisfy { HalfWidth.decode(HalfWidth.encode($0, as: dtype), as: dtype).isNaN })
    }

    @Test(arguments: [DType.float16, .bfloat16])
    func `An operation on a storage type answers in float32`(dtype: DType) {
        let x = Tensor([1.5, -2], dtype: dtype)
        #expect((x + x).dtype == .float32)
        #expect(x.sum().dtype == .float32)
        #expect(x.matmul(x).scalar() == 6.25)
        #expect(x.relu().array() == [1.5, 0])
        #expect(x.reshaped([2, 1]).dtype == dtype)
        #expect(x.sorted().array() == [-2, 1.5])
        #expect(Tensor.concatenate([x, x]).dtype == dtype)
    }
}
