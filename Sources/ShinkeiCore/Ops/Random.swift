import Synchronization

/// Random numbers that are a pure function of (seed, stream, step, place): Philox 4x32-10.
///
/// Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
struct RandomNumbers: Primitive {
    static let name = "random"
    let kind: RandomKind
    let target: Shape
    let type: DType
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { target }
    func dtype(of inputs: [DType]) -> DType { type }
    func sign(_ signature: inout Signature) { signature.append(kind.rawValue) }
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil, nil, nil] }
    var lowering: Lowering { .random(kind) }
    static var examples: [OpExample] {
        [RandomKind.uniform, .normal].map {
            OpExample(RandomNumbers(kind: $0, target: [3, 5], type: .float64), .integer(1), .integer(2), .integer(3))
        }
    }
}

/// Names one stretch of random numbers: the same key gives the same numbers, whatever ran before.
public struct RandomKey: Sendable {
    let seed: Tensor
    let stream: Tensor
    let step: Tensor

    /// - Parameters:
    ///   - seed: The run.
    ///   - stream: The place in the program that draws, such as a layer.
    ///   - step: How often it has drawn; a tensor, so that it can be the counter of a compiled step.
    public init(seed: Int, stream: Int, step: Tensor) {
        self.seed = .constant(integer: Int64(seed))
        self.stream = .constant(integer: Int64(stream))
        self.step = step.cast(to: .int64)
    }

    /// The key of a given seed, or the next one of the global generator.
    public init(seed: Int? = nil) {
        let (seed, step) = seed.map { ($0, 0) } ?? GlobalRandom.next()
        self.seed = .constant(integer: Int64(seed))
        self.stream = .constant(integer: 0)
        self.step = .constant(integer: Int64(step))
    }

    /// A key of its own for each number, independent of this one.
    public func fold(_ number: Int) -> RandomKey {
        RandomKey(seed: seed, stream: .constant(integer: Int64(number) + 0x5EED_0000), step: step)
    }
    private init(seed: Tensor, stream: Tensor, step: Tensor) {
        self.seed = seed
        self.stream = stream
        self.step = step
    }
}

/// The generator behind calls without a seed: one seed, 0 unless set, and a count of the draws.
package enum GlobalRandom {
    private static let state = Mutex<(seed: Int, draws: Int)>((0, 0))
    static func next() -> (Int, Int) {
        state.withLock { state in
            state.draws += 1
            return (state.seed, state.draws)
        }
    }
    static func reset(_ seed: Int) { state.withLock { $0 = (seed, 0) } }
    /// The seed in force.
    package static var seed: Int { state.withLock { $0.seed } }
    /// The seed, and how often it has been drawn from since it was set; to go on from there in another process.
    package static var position: (seed: Int, draws: Int) {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Sets the seed of everything that draws random numbers without one of its own. 0 unless set: two runs of a program draw
/// the same numbers. Keras: `keras.utils.set_random_seed`.
public func setRandomSeed(_ seed: Int) { GlobalRandom.reset(seed) }

extension Tensor {
    package static func random(_ kind: RandomKind, _ shape: [Int], dtype: DType, key: RandomKey) -> Tensor {
        let primitive = RandomNumbers(kind: kind, target: Shape(shape), type: dtype)
        return Tensor(primitive, [key.seed, key.stream, key.step])
    }

    /// Floats drawn evenly from `low ..< high`.
    public static func randomUniform(
        _ shape: [Int], low: Double = 0, high: Double = 1, dtype: DType = .float32, seed: Int? = nil
    ) -> Tensor {
        randomUniform(shape, low: low, high: high, dtype: dtype, key: RandomKey(seed: seed))
    }
    public static func randomUniform(
        _ shape: [Int], low: Double = 0, high: Double = 1, dtype: DType = .float32, key: RandomKey
    ) -> Tensor {
        let unit = random(.uniform, shape, dtype: dtype, key: key)
        if low == 0 && high == 1 { return unit }
        return unit * weak(high - low) + weak(low)
    }

    /// Floats from a normal distribution.
    public static func randomNormal(
        _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, dtype: DType = .float32, seed: Int? = nil
    ) -> Tensor {
        randomNormal(
            shape, mean: mean, standardDeviation: standardDeviation, dtype: dtype, key: RandomKey(seed: seed))
    }
    public static func randomNormal(
        _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, dtype: DType = .float32, key: RandomKey
    ) -> Tensor {
        random(.normal, shape, dtype: dtype, key: key) * weak(standardDeviation) + weak(mean)
    }

    /// Normal values of which none is further than two standard deviations (of the untruncated distribution) from the
    /// mean, by the inverse of the distribution function. Keras: `keras.random.truncated_normal`.
    public static func randomTruncatedNormal(
        _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, dtype: DType = .float32, seed: Int? = nil
    ) -> Tensor {
        randomTruncatedNormal(
            shape, mean: mean, standardDeviation: standardDeviation, dtype: dtype, key: RandomKey(seed: seed))
    }
    public static func randomTruncatedNormal(
        _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, dtype: DType = .float32, key: RandomKey
    ) -> Tensor {
        // erf(2 / sqrt 2): the half-width of the interval in which erfinv's argument lies.
        let bound = 0.9544997361036416
        let uniform = randomUniform(shape, low: -bound, high: bound, dtype: dtype, key: key)
        let normal = uniform.erfinv() * 1.4142135623730951
        return normal.clipped(-2, 2) * weak(standardDeviation) + weak(mean)
    }

    /// Integers drawn evenly from a range, as `int32` or `int64`.
    ///
    /// A 53-bit fraction is scaled, so that the largest bias is `range.count / 2^53`.
    public static func randomIntegers(
        _ shape: [Int], in range: Range<Int>, dtype: DType = .int32, seed: Int? = nil
    ) -> Tensor {
        randomIntegers(shape, in: range, dtype: dtype, key: RandomKey(seed: seed))
    }
    public static func randomIntegers(
        _ shape: [Int], in range: Range<Int>, dtype: DType = .int32, key: RandomKey
    ) -> Tensor {
        guard !range.isEmpty else { trap("randomIntegers: the range \(range) is empty") }
        let unit = random(.uniform, shape, dtype: .float64, key: key)
        let scaled = (unit * weak(Double(range.count))).floor() + weak(Double(range.lowerBound))
        return scaled.cast(to: dtype)
    }

    /// True with the given probability.
    public static func randomBernoulli(_ shape: [Int], probability: Double, seed: Int? = nil) -> Tensor {
        randomBernoulli(shape, probability: probability, key: RandomKey(seed: seed))
    }
    public static func randomBernoulli(_ shape: [Int], probability: Double, key: RandomKey) -> Tensor {
        random(.uniform, shape, dtype: .float32, key: key) .< weak(probability)
    }

    /// The numbers `0 ..< count` in random order, as `int32`.
    public static func randomPermutation(_ count: Int, seed: Int? = nil) -> Tensor {
        randomPermutation(count, key: RandomKey(seed: seed))
    }
    public static func randomPermutation(_ count: Int, key: RandomKey) -> Tensor {
        random(.bits, [count], dtype: .int64, key: key).argsort()
    }
}
