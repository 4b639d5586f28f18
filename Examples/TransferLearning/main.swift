// What a network has learnt on some classes helps it with others of which there are few pictures.
//
//     swift run -c release TransferLearning
//
// MNIST's digits 0 to 4, at random places of a larger picture among pieces of other digits, teach a base. It is frozen, and
// the digits 5 to 9, 40 pictures of each, teach a new head. The same network from scratch, on the same 200 pictures for as
// many epochs, is the comparison.
import Shinkei

do {
    let digits = try MNIST.load()
    let experiment = TransferExperiment()
    for seed in 0..<3 {
        let result = try experiment.run(digits, seed: seed)
        func percent(_ part: Double) -> String { "\((part * 1000).rounded() / 10)%" }
        print(
            "seed \(seed): transferred \(percent(result.transferred)), from scratch \(percent(result.fromScratch)), "
                + "on \(result.testCount) other pictures of the new digits")
    }
} catch {
    print("TransferLearning: \(error)")
}
