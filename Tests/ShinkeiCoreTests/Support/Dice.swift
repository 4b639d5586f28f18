@testable import ShinkeiCore

/// A small generator, so that a failing case comes again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 &+ 0x2545_F491_4F6C_DD1D }

    mutating func next() -> UInt64 {  // splitmix64
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func uniform(_ low: Double, _ high: Double) -> Double { Double.random(in: low..<high, using: &self) }
    mutating func flip() -> Bool { next() & 1 == 1 }
    mutating func one<T>(of values: [T]) -> T { values[below(values.count)] }

    mutating func tensor(_ shape: [Int], _ dtype: DType = .float64, low: Double = -2, high: Double = 2) -> Tensor {
        let count = shape.reduce(1, *)
        return Tensor((0..<count).map { _ in uniform(low, high) }, shape: shape, dtype: dtype)
    }

    /// What an example of a primitive asks for; floats have type `dtype`.
    mutating func tensor(_ input: OpExample.Input, _ dtype: DType = .float64) -> Tensor {
        switch input {
        case .uniform(let low, let high, let shape): return tensor(shape.sizes, dtype, low: low, high: high)
        case .distinct(let shape):
            let step = 2 / Double(max(shape.count, 1))
            let values = (0..<shape.count).map { -1 + (Double($0) + 0.37) * step }.shuffled(using: &self)
            return Tensor(values, shape: shape.sizes, dtype: dtype)
        case .indices(let bound, let shape):
            return Tensor((0..<shape.count).map { _ in below(bound) }, shape: shape.sizes, dtype: .int32)
        case .booleans(let shape):
            return Tensor((0..<shape.count).map { _ in flip() }, shape: shape.sizes)
        case .integer(let value): return Tensor(Int64(value))
        }
    }
}
