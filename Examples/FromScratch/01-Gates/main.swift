// Logic gates from perceptrons: a weighted sum and a threshold. The weights are chosen, not learned.
import ExampleSupport
import Shinkei

func perceptron(_ weights: Tensor, bias: Double) -> (Tensor) -> Tensor { { step($0.matmul(weights) + bias) } }

let and = perceptron([0.5, 0.5], bias: -0.7)
let nand = perceptron([-0.5, -0.5], bias: 0.7)
let or = perceptron([0.5, 0.5], bias: -0.2)

// A perceptron's answer changes along one straight line, and no line parts the two ones of XOR from its two zeros. A
// second layer bends the line: XOR is an AND of NAND and OR.
func xor(_ x: Tensor) -> Tensor { and(Tensor.stack([nand(x), or(x)], axis: 1)) }

let x: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
for (name, gate) in [("AND", and), ("NAND", nand), ("OR", or), ("XOR", xor)] { print(name, gate(x)) }

// That no line does it: of 200 perceptrons with weights and bias on a grid, none gets all four right.
let grid = Tensor.linspace(-2, 2, count: 21).array(of: Double.self)
var best = 0.0
for w1 in grid {
    for w2 in grid {
        let sums = x.matmul([[Tensor(w1)], [Tensor(w2)]]) + Tensor(grid.map { -$0 }).expanded(0)
        let right = (step(sums) .== xor(x).expanded(1)).cast(to: .float32).sum(axis: 0).max()
        best = max(best, right.scalar(of: Double.self))
    }
}
print("one perceptron gets at most \(best) of 4 right")
conclude("mistakes of the two layers", abs(xor(x) - [0, 1, 1, 0]).sum().scalar(of: Double.self), atMost: 0)
