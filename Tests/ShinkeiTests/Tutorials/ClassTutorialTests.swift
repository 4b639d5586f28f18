import ShinkeiTesting
import Testing

@testable import Shinkei

/// The network of two layers of weights without biases, as a class.
struct TwoLayerNetwork {
    static let x: Tensor = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    static let y: Tensor = [[0], [1], [1], [0]]
    var w1: Tensor
    var w2: Tensor

    init(inputs: Int = 3, seed: Int, dtype: DType = .float32) {
        w1 = Tensor.randomUniform([inputs, 4], seed: 2 * seed).cast(to: dtype)
        w2 = Tensor.randomUniform([4, 1], seed: 2 * seed + 1).cast(to: dtype)
    }

    func predict(_ x: Tensor) -> Tensor { sigmoid(sigmoid(x.matmul(w1)).matmul(w2)) }

    /// Minus the derivatives of the sum of squares, with the output they were worked out at.
    func changes(_ x: Tensor, _ y: Tensor) -> (w1: Tensor, w2: Tensor, output: Tensor) {
        let hidden = sigmoid(x.matmul(w1))
        let output = sigmoid(hidden.matmul(w2))
        let delta = 2 * (y - output) * output * (1 - output)
        return (
            x.transposed().matmul(delta.matmul(w2.transposed()) * hidden * (1 - hidden)),
            hidden.transposed().matmul(delta), output
        )
    }

    /// The losses before each step.
    @discardableResult
    mutating func train(_ x: Tensor = x, _ y: Tensor = y, iterations: Int) -> [Tensor] {
        (0..<iterations).map { _ in
            let change = changes(x, y)
            w1 += change.w1
            w2 += change.w2
            return (y - change.output).square().sum()
        }
    }

    var largestError: Double { abs(predict(Self.x) - Self.y).max().scalar(of: Double.self) }
}

@Suite struct ClassTutorialTests {
    /// Without the column of ones there is no bias, yet the sigmoid of 0 is one half, and so every hidden neuron gives
    /// the next layer something to lean on. It is the hyperbolic tangent, 0 at 0, that cannot: the output for [0, 0] is
    /// one half for ever.
    @Test func `S2-2: Without a bias`() {
        let (x, y) = (TwoLayerNetwork.x[0..., 0..<2], TwoLayerNetwork.y)
        var network = TwoLayerNetwork(inputs: 2, seed: 0)
        network.train(x, y, iterations: 1500)
        #expect((y - network.predict(x)).square().sum().scalar() < 0.05)

        var (w1, w2) = (Tensor.randomNormal([2, 4], seed: 1), Tensor.randomNormal([4, 1], seed: 2))
        func loss(_ w: [Tensor]) -> Tensor { (y - sigmoid(tanh(x.matmul(w[0])).matmul(w[1]))).square().sum() }
        for _ in 0..<1500 {
            let slopes = gradient(at: [w1, w2], loss)
            w1 -= slopes[0]
            w2 -= slopes[1]
        }
        #expect(loss([w1, w2]).scalar() >= 0.25)
    }

    @Test func `S2-3: Sum and mean of squares are two things`() {
        let (prediction, target): (Tensor, Tensor) = ([[1.0], [2], [4]], [[0.0], [0], [0]])
        #expect(MeanSquaredError()(yTrue: target, yPred: prediction).scalar() == 7)
        #expect(MeanSquaredError(reduction: .sum)(yTrue: target, yPred: prediction).scalar() == 21)
    }

    @Test(arguments: [(DType.float32, 1e-6), (.float64, 1e-12)])
    func `S2-4: The chain rule by hand is the automatic derivative`(dtype: DType, tolerance: Double) throws {
        let network = TwoLayerNetwork(seed: 3, dtype: dtype)
        let (x, y) = (TwoLayerNetwork.x.cast(to: dtype), TwoLayerNetwork.y.cast(to: dtype))
        let found = gradient(at: [network.w1, network.w2]) { w in
            (y - sigmoid(sigmoid(x.matmul(w[0])).matmul(w[1]))).square().sum()
        }
        let byHand = network.changes(x, y)
        try expectClose(-byHand.w1, found[0], absolute: tolerance, relative: tolerance)
        try expectClose(-byHand.w2, found[1], absolute: tolerance, relative: tolerance)
    }

    @Test func `S2-5, S2-6: The loss only falls, and what is left shrinks with further steps`() {
        var (errors, later): ([Double], [Double]) = ([], [])
        for seed in 0..<100 {
            var network = TwoLayerNetwork(seed: seed)
            let losses = Tensor.stack(network.train(iterations: 1500)).array()
            #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 <= $0 + 1e-6 }, "seed \(seed)")
            errors.append(network.largestError)
            if seed < 10 {
                network.train(iterations: 8500)
                later.append(network.largestError)
            }
        }
        let sorted = errors.sorted()
        let median = (sorted[49] + sorted[50]) / 2
        print("S2-5: \(errors.count { $0 < 0.05 }) of 100 below 0.05; S2-6: median \(median)")
        #expect(errors.count { $0 < 0.05 } >= 97, "\(sorted.suffix(4))")
        #expect(abs(median - 0.0275) <= 0.005, "\(median)")
        #expect(zip(errors, later).allSatisfy { $1 < $0 / 2 }, "\(later)")
    }

    @Test func `S3-2, S3-4: Predicting again gives the output of the last forward pass, not of the one before`() {
        var network = TwoLayerNetwork(seed: 1)
        network.train(iterations: 100)
        let kept = network.changes(TwoLayerNetwork.x, TwoLayerNetwork.y).output
        #expect(network.predict(TwoLayerNetwork.x).hostBytes() == kept.hostBytes())
        network.train(iterations: 1)
        #expect(network.predict(TwoLayerNetwork.x).hostBytes() != kept.hostBytes())
    }

    @Test func `S3-3: XOR in 10,000 iterations, for 100 beginnings`() {
        let errors = (0..<100).map { seed in
            var network = TwoLayerNetwork(seed: seed)
            network.train(iterations: 10_000)
            return network.largestError
        }
        let worst = errors.max() ?? .nan
        print("S3-3: worst error \(worst)")
        #expect(worst <= 0.05, "\(worst)")
    }
}
