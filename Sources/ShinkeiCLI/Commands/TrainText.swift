import ArgumentParser
import Shinkei
import ShinkeiPlot

/// The values of `--model`: what makes one vector of the vectors of a text's words.
enum TextModel: String, ExpressibleByArgument, CaseIterable {
    /// Their mean.
    case pooling
    /// What an LSTM remembers at the end.
    case lstm
}

/// `shinkei train text`: a classifier of texts.
struct TrainText: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text",
        abstract:
            "Train a classifier on texts: a CSV file, or a folder that has a folder of .txt files for each class.",
        discussion: """
            The saved model takes texts as they are and knows its words and its classes' names; shinkei classify and \
            shinkei predict use it. Texts are cut into words at spaces; Japanese ones, which have none, with --japanese.

            Example:
              shinkei train text reviews.csv -o reviews.keras
              shinkei classify reviews.keras "What a film"
            """)

    @Argument(help: ArgumentHelp("A CSV file with a header, or a folder of the classes' folders.", valueName: "file"))
    var path: String

    @Option(
        help: ArgumentHelp(
            "The column with the texts. (default: text, or the first one)", valueName: "name"))
    var textColumn: String?

    @Option(
        help: ArgumentHelp(
            "The column with the classes. (default: label, or the second one)", valueName: "name"))
    var labelColumn: String?

    @Option(
        help: ArgumentHelp(
            "What becomes of a text's words: their mean (pooling) or an LSTM's memory (lstm).", valueName: "name"))
    var model = TextModel.pooling

    @Flag(help: "Cut the texts into Japanese words.")
    var japanese = false

    @Option(help: ArgumentHelp("How many different words are known, the most frequent ones.", valueName: "n"))
    var words = 10_000

    @Option(help: ArgumentHelp("How many words of a text are read, the first ones.", valueName: "n"))
    var length = 200

    @Option(help: ArgumentHelp("Passes over the texts.", valueName: "n"))
    var epochs = 10

    @Option(help: ArgumentHelp("Texts in a step.", valueName: "n"))
    var batchSize = 32

    @Option(help: ArgumentHelp("Adam's step size.", valueName: "x"))
    var learningRate = 0.001

    @Option(help: ArgumentHelp("The part of the texts kept to validate, drawn at random.", valueName: "fraction"))
    var validationSplit = 0.2

    @Option(help: ArgumentHelp("Where all random numbers come from.", valueName: "n"))
    var seed = 0

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write the model.", valueName: "model.keras"))
    var output = "classifier.keras"

    @Option(help: ArgumentHelp("Where to write a page with summary, picture and curves.", valueName: "report.html"))
    var report: String?

    func validate() throws {
        try requireHTML("--report", report)
        for (option, value) in [("--epochs", epochs), ("--batch-size", batchSize), ("--length", length)] {
            try requirePositive(option, value)
        }
        // Place 0 is for no word, 1 for unknown ones.
        if words < 3 { throw ValidationError("--words must be at least 3; got \(words)") }
        try requireNotNegative("--seed", seed)
        try requireFraction("--validation-split", validationSplit)
        try requireAboveZero("--learning-rate", learningRate)
        guard output.hasSuffix(".keras") else {
            throw ValidationError("--output writes .keras, which holds the words; got \(output)")
        }
    }

    func run() throws {
        setRandomSeed(seed)
        try requireFolder(of: output)
        let all = try LabelledTexts(path, textColumn: textColumn, labelColumn: labelColumn)
        let (train, kept) = all.split(validationSplit, seed: seed)
        print(
            "Training on \(grouped(train.texts.count)) texts of \(all.classNames.count) classes, validating on "
                + "\(grouped(kept?.texts.count ?? 0)).\n")
        func form(_ texts: [String]) -> [String] { japanese ? texts.map(TextForm.japanese) : texts }
        let texts = form(train.texts)
        let vectors = TextVectorization(maxTokens: words, outputSequenceLength: length)
        guard texts.contains(where: { !vectors.tokens($0).isEmpty }) else {
            throw CommandError("\(path): the texts have no words")
        }
        vectors.adapt(texts)
        warnIfUncut(texts, vectors)

        let network = makeModel(vectors, all.classNames)
        try network.compile(
            optimizer: .adam(learningRate: learningRate), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        network.summary()
        let history = try network.fit(
            texts, train.y, epochs: epochs, batchSize: batchSize, callbacks: [StopOnInterrupt()],
            validationData: kept.map { (form($0.texts), $0.y) })

        try network.save(output)
        if let report { try trainingReport(network, history, to: report) }
        printAccuracy(history)
        print("saved: \(output)")
    }

    private func makeModel(_ vectors: TextVectorization, _ names: [String]) -> Model {
        let known = vectors.vocabulary.count
        let middle: [Layer] =
            switch model {
            case .pooling:
                [Embedding(known, 16, maskZero: true), GlobalAveragePooling1D(), Dense(16, activation: .relu)]
            case .lstm: [Embedding(known, 32, maskZero: true), LSTM(32)]
            }
        let input = Input(strings: [1], name: japanese ? TextForm.japaneseInput : "text")
        let head = Dense(names.count, activation: .softmax)
        let layers: [Layer] = [input, vectors] as [Layer] + middle + [head]
        let network = Sequential(layers, name: "classifier")
        network.classNames = names
        return network
    }

    /// Sentences without spaces are one word each, of which nothing can be learnt.
    private func warnIfUncut(_ texts: [String], _ vectors: TextVectorization) {
        let uncut = texts.count { text in
            text.unicodeScalars.count(where: { !$0.isASCII }) > 4 && vectors.tokens(text).count == 1
        }
        guard !japanese, 2 * uncut > texts.count else { return }
        print(
            "Notice: \(grouped(uncut)) of \(grouped(texts.count)) texts are one word each; --japanese cuts Japanese ones"
        )
    }
}
