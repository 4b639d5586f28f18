import Shinkei
import ShinkeiImages
import ShinkeiTesting
import Testing

/// Photographs in folders.
@Suite(.serialized) struct PictureTutorialTests {
    @Test(.enabled(if: TutorialData.images != nil, TutorialData.comment))
    func `S3-29: Folders are classes`() async throws {
        let root = try #require(TutorialData.images)
        let flow = try ImageDataGenerator(rescale: 1.0 / 255).flowFromDirectory(
            root + "/test", targetSize: (24, 24), classMode: .categorical, batchSize: 32, verbose: false)
        #expect(flow.classNames == flow.classNames.sorted() && flow.classNames.count == 10)
        let epoch = Array(flow.epoch(0))
        #expect(epoch.map { $0.x.shape.sizes } == Array(repeating: [32, 24, 24, 3], count: 12) + [[16, 24, 24, 3]])
        #expect(epoch.allSatisfy { $0.y?.sum(axis: 1).array().allSatisfy { $0 == 1 } == true })
        #expect(flow.prefix(30).reduce(0) { $0 + $1.items.count } > 400, "it never ends")

        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let root = try #require(TutorialData.images)
            _ = try ImageDataGenerator().flowFromDirectory(root + "/train")
        }
        let line = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(line.contains("Found 1500 images belonging to 10 classes.\n"), "\(line)")
    }

    /// Drawn digits teach what strokes are; five classes of real ones, 40 images of each, are then learned by the last layer alone.
    @Test(.enabled(if: TutorialData.hasMNIST && TutorialData.isOptimized, TutorialData.comment))
    func `S3-31: A trained base learns from few images`() throws {
        let mnist = try MNIST.load(download: false)
        /// Images of the classes 5 to 9, at most so many of each.
        func part(_ images: LabelledImages, _ count: Int) -> (x: Tensor, y: Tensor) {
            var (rows, seen) = ([Int](), [Int: Int]())
            for (row, digit) in images.labels.array(of: Int.self).enumerated() where digit >= 5 {
                seen[digit, default: 0] += 1
                if seen[digit, default: 0] <= count { rows.append(row) }
            }
            let taken = Tensor(rows)
            return (
                DigitTutorialTests.images(images).taking(taken).evaluate(), (images.labels.taking(taken) - 5).evaluate()
            )
        }
        func base() -> Sequential {
            Sequential {
                Conv2D(16, 3, activation: .relu, inputShape: [28, 28, 1])
                MaxPooling2D(2)
                Conv2D(32, 3, activation: .relu)
                MaxPooling2D(2)
                Flatten()
                Dense(64, activation: .relu)
            }
        }
        func train(_ base: Sequential, classes: Int, _ x: Tensor, _ y: Tensor, epochs: Int) throws -> Sequential {
            let network = Sequential {
                base
                Dense(classes, activation: .softmax)
            }
            try network.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
            try network.fit(x, y, epochs: epochs, verbose: .silent)
            return network
        }
        let drawn = DrawnDigits.dataSet(trainCount: 20_000, testCount: 1).train
        let (few, test) = (part(mnist.train, 40), part(mnist.test, .max))
        for seed in 0..<3 {
            for epochs in [1, 2, 3, 5] {
            setRandomSeed(seed)
            let known = base()
            _ = try train(known, classes: 10, DigitTutorialTests.images(drawn), drawn.labels, epochs: epochs == 1 ? 1 : 3)
            known.isTrainable = false
            let before = known.weights.map { $0.value.array() }
            let transferred = try train(known, classes: 5, few.x, few.y, epochs: epochs)
            #expect(known.weights.map { $0.value.array() } == before)
            let scratch = try train(base(), classes: 5, few.x, few.y, epochs: epochs)
            func accuracy(_ network: Sequential) throws -> Double {
                try network.evaluate(test.x, test.y, verbose: .silent).accuracy
            }
            let (with, without) = (try accuracy(transferred), try accuracy(scratch))
            print("S3-31: seed \(seed), epochs \(epochs): \(with), from scratch \(without)")
            }
        }
    }
}
