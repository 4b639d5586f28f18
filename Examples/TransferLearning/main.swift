// What a network has learnt on some classes helps it with others of which there are few pictures.
//
// MNIST's digits 0 to 4, at random places of a larger picture among pieces of other digits, teach a base. It is frozen,
// and the digits 5 to 9, 40 pictures of each, teach a new head. The same network from scratch, on the same 200 pictures
// for as many epochs, is the comparison: "high accuracy from little data" is a claim only beside it.
import ExampleSupport
import Shinkei

let digits = dataOrSkip { try MNIST.load(download: !isShort) }
let experiment = isShort ? TransferExperiment(baseCount: 6000, baseEpochs: 4, epochs: 20) : TransferExperiment()
var gained: [Double] = []
for seed in 0..<(isShort ? 1 : 3) {
    let result = try experiment.run(digits, seed: seed)
    gained.append(100 * (result.transferred - result.fromScratch))
    print(
        "seed \(seed): transferred \(result.transferred), from scratch \(result.fromScratch), "
            + "on \(result.testCount) other pictures of the new digits")
}
conclude("points gained by transfer, at least", gained.min() ?? .nan, atLeast: isShort ? 5 : 15)
