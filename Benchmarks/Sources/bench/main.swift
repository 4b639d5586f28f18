// Times one workload and prints one line: its name, the median and the smallest time, the unit.
//
//     bench w3 [epochs]
//
// Workloads are those of the peers' script: w1 XOR by hand (plain, compiled), w2 XOR by fit, w3 and w4 MNIST networks by
// fit, w5 an MNIST network with convolutions, w6 one with batch normalization and dropout, w7 reviews averaged, w8 reviews
// through an LSTM, w9 the convolutions of VGG16, forward, w9b the same under a head that is trained, w10 one row;
// `attention` is a layer of 8 heads, forward and back; `plan` is what the first step of an LSTM over 200 times takes,
// and the first of ResNet50 more than the second; `replay` is the cost of a kernel in a plan of one-element kernels.
import Shinkei

let arguments = CommandLine.arguments.dropFirst()
let workload = arguments.first ?? "w3"
let repeats = arguments.dropFirst().first.flatMap { Int($0) } ?? 5

func report(_ name: String, _ times: [Double], unit: String, scale: Double) {
    func text(_ value: Double) -> String { "\((value * scale * 10000).rounded() / 10000)" }
    print("\(name) median \(text(median(times))) min \(text(times.min() ?? .nan)) \(unit)")
}

do {
    switch workload {
    case "w1": try xorByHand(repeats)
    case "w2": try xorByFit(repeats)
    case "w3": try mnist(repeats, small: false)
    case "w4": try mnist(repeats, small: true)
    case "w5": try convolutionNetwork(repeats)
    case "w6": try normalizedNetwork(repeats)
    case "w7": try averagedReviews(repeats)
    case "w8": try recurrentReviews(repeats)
    case "w9": try vgg16Base(repeats)
    case "w9b": try transferStep(repeats)
    case "attention": attention(repeats)
    case "plan":
        planning(repeats)
        try planningOfResNet50(repeats)
    case "w10": try oneRow(repeats)
    case "replay": replay(repeats)
    default: print("bench: there is no workload \(workload)")
    }
} catch {
    print("bench: \(error)")
}
