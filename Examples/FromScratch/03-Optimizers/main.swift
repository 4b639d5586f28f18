// Four ways down a long valley: SGD, Momentum, AdaGrad, Adam.
//
// The function falls gently along x and steeply along y, so the gradient hardly points to the lowest place, (0, 0).
import ExampleSupport
import Shinkei

let steepness: Tensor = [0.02, 2]
func height(_ p: Tensor) -> Tensor { (steepness * p * p / 2).sum() }
func slope(_ p: Tensor) -> Tensor { steepness * p }

protocol Optimizer {
    mutating func step(_ p: Tensor, _ g: Tensor) -> Tensor
}

/// Against the slope. Goes to and fro across the valley.
struct SGD: Optimizer {
    func step(_ p: Tensor, _ g: Tensor) -> Tensor { p - 0.95 * g }
}

/// A ball that rolls: its speed remembers the slopes before. To and fro cancels out, along the valley adds up.
struct Momentum: Optimizer {
    var speed: Tensor = [0, 0]
    mutating func step(_ p: Tensor, _ g: Tensor) -> Tensor {
        speed = 0.9 * speed - 0.2 * g
        return p + speed
    }
}

/// Smaller steps where there was much slope, for each weight by itself; they never grow again.
struct AdaGrad: Optimizer {
    var squares: Tensor = [0, 0]
    mutating func step(_ p: Tensor, _ g: Tensor) -> Tensor {
        squares += g * g
        return p - 1.5 * g / (squares.sqrt() + 1e-7)
    }
}

/// Both: running means of slope and squared slope, divided by what they lack at the beginning, since they start at 0.
struct Adam: Optimizer {
    var (mean, squares, time): (Tensor, Tensor, Int) = ([0, 0], [0, 0], 0)
    mutating func step(_ p: Tensor, _ g: Tensor) -> Tensor {
        time += 1
        mean = 0.9 * mean + 0.1 * g
        squares = 0.999 * squares + 0.001 * g * g
        // The means of a constant 1 so far.
        let (a, b) = (1 - power(0.9, time), 1 - power(0.999, time))
        return p - 0.5 * (mean / a) / ((squares / b).sqrt() + 1e-7)
    }
}

func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }

let start: Tensor = [-7.0, 2.0]
let difference = abs(slope(start) - gradient(at: start) { height($0) }).max().scalar(of: Double.self)
print("slope by hand and by automatic derivatives differ by \(difference)")
var heights: [Double] = []
for var optimizer in [SGD(), Momentum(), AdaGrad(), Adam()] as [any Optimizer] {
    var p = start
    for _ in 0..<60 { p = optimizer.step(p, slope(p)) }
    heights.append(height(p).scalar(of: Double.self))
    print("\(type(of: optimizer)): from \(height(start)) down to \(heights.last ?? .nan), at \(p)")
}
let best = difference < 1e-6 ? heights.dropFirst().max() ?? .nan : .nan
conclude("height of the worst of the other three, as a part of SGD's", best / heights[0], atMost: 0.2)
