import ArgumentParser
import Shinkei
import ShinkeiPlot

/// `shinkei train xor`: the smallest problem that needs a hidden layer.
struct TrainXOR: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "xor",
        abstract: "Train a network of 65 parameters to tell whether two bits differ.",
        discussion: """
            Example:
              shinkei train xor --epochs 2000
            """)

    @Option(help: ArgumentHelp("Passes over the four rows.", valueName: "n"))
    var epochs = 1000

    @Option(
        help: ArgumentHelp(
            "Where the first weights come from. Two of a hundred do not learn it.", valueName: "n"))
    var seed = 0

    @Option(help: ArgumentHelp("Where to write a page with summary, picture and curves.", valueName: "report.html"))
    var report: String?

    func validate() throws {
        try requireHTML("--report", report)
        try requirePositive("--epochs", epochs)
        try requireNotNegative("--seed", seed)
    }

    func run() throws {
        setRandomSeed(seed)
        let x: Tensor = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
        let y: Tensor = [[0.0], [1.0], [1.0], [0.0]]
        let network = Sequential {
            Dense(8, activation: .tanh, inputShape: [2])
            Dense(4, activation: .tanh)
            Dense(1, activation: .sigmoid)
        }
        try network.compile(optimizer: .adam(learningRate: 0.01), loss: .binaryCrossentropy)
        network.summary()
        let history = try network.fit(x, y, epochs: epochs, batchSize: 4, verbose: .silent)

        print("loss after the first epoch: \(history.loss.first ?? .nan)")
        print("final loss: \(history.loss.last ?? .nan)\n")
        let outputs = try network.predict(x).array()
        let inputs = x.array().map { Int($0) }
        let targets = y.array().map { Int($0) }
        var right = 0
        for (row, output) in outputs.enumerated() {
            let isRight = (output > 0.5) == (targets[row] == 1)
            if isRight { right += 1 }
            print(
                "\(inputs[2 * row]) xor \(inputs[2 * row + 1]) = \(fixed(Double(output), 4)), "
                    + "which is \(isRight ? "right" : "wrong")")
        }
        if let report {
            try trainingReport(network, history, figures: [networkDrawing(network)], to: report)
        }
        print(
            right == 4
                ? "\nAll four are right." : "\n\(4 - right) of four are wrong; try another --seed.")
    }
}
