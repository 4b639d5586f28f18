import ShinkeiCore
import Testing

/// The network that tutorials write by hand: 3-4-1, sigmoid, full batch, with a column of ones for the bias.
struct XORFromScratch {
    let x: Tensor = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    let y: Tensor = [[0], [1], [1], [0]]
    var w1: Tensor
    var w2: Tensor

    init(seed: Int) {
        w1 = Tensor.randomUniform([3, 4], seed: seed)
        w2 = Tensor.randomUniform([4, 1], seed: seed + 1_000_000)
    }

    mutating func train(iterations: Int) {
        for _ in 0..<iterations {
            let hidden = sigmoid(x.matmul(w1))
            let output = sigmoid(hidden.matmul(w2))
            let delta = 2 * (y - output) * output * (1 - output)
            let step = x.transposed().matmul(delta.matmul(w2.transposed()) * hidden * (1 - hidden))
            w2 += hidden.transposed().matmul(delta)
            w1 += step
        }
    }

    /// The largest distance of an output from its target.
    var worstError: Float { (sigmoid(sigmoid(x.matmul(w1)).matmul(w2)) - y).abs().max().scalar() }
}

@Suite struct XORFromScratchTests {
    // A debug build takes an operation ten times as long.
    #if DEBUG
        static let seeds = 0..<5
    #else
        static let seeds = 0..<100
    #endif

    @Test("10,000 iterations by hand: right for every seed")
    func everySeedLearns() {
        for seed in Self.seeds {
            var network = XORFromScratch(seed: seed)
            network.train(iterations: 10_000)
            #expect(network.worstError < 0.05, "seed \(seed)")
        }
    }

    @Test("The hand-written gradient is the gradient")
    func handWrittenGradient() {
        let network = XORFromScratch(seed: 7)
        let (x, y) = (network.x, network.y)
        var stepped = network
        stepped.train(iterations: 1)
        let gradients = gradient(at: [network.w1, network.w2]) { w in
            (sigmoid(sigmoid(x.matmul(w[0])).matmul(w[1])) - y).square().sum()
        }
        #expect((stepped.w1 - network.w1 + gradients[0]).abs().max().scalar() < 1e-6)
        #expect((stepped.w2 - network.w2 + gradients[1]).abs().max().scalar() < 1e-6)
    }
}
