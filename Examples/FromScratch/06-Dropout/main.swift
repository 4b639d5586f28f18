// Dropout with its way back by hand.
//
// In training a part of the numbers becomes 0, drawn anew each time, and the rest is divided by the part that stays: so
// their mean is what it is without dropout, and nothing has to be changed when the network is used. Backward, what was
// dropped gets nothing.
import ExampleSupport
import Shinkei

struct Dropout {
    let rate: Double
    var mask = Tensor(1)

    mutating func forward(_ x: Tensor, isTraining: Bool, seed: Int) -> Tensor {
        guard isTraining else { return x }
        mask = (Tensor.randomUniform(x.shape.sizes, seed: seed) .>= Tensor(rate)).cast(to: .float32) / (1 - rate)
        return x * mask
    }
    func backward(_ gradient: Tensor) -> Tensor { gradient * mask }
}

let x = Tensor.randomUniform([1000, 50], low: 1, high: 2, seed: 1)
var layer = Dropout(rate: 0.3)
let output = layer.forward(x, isTraining: true, seed: 2)
let dropped = (output .== 0).cast(to: .float32).mean()
print("dropped: \(dropped); mean before \(x.mean()), after \(output.mean())")
print("used without training, unchanged: \((layer.forward(x, isTraining: false, seed: 3) .== x).all())")

let mask = layer.mask
let found = gradient(at: x) { ($0 * mask).square().sum() }
let byHand = layer.backward(2 * output)
print("largest difference from automatic derivatives: \(abs(found - byHand).max())")
let isExact = abs(found - byHand).max().scalar() < 1e-5
conclude("part that was dropped", isExact ? dropped.scalar(of: Double.self) : .nan, atLeast: 0.29, atMost: 0.31)
