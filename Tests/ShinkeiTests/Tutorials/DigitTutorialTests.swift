import Shinkei
import ShinkeiTesting
import Testing

/// The tutorials' networks for images of digits.
@Suite(.serialized) struct DigitTutorialTests {
    static func convolutional() throws -> Sequential {
        let network = Sequential {
            Conv2D(32, 3, activation: .relu, inputShape: [28, 28, 1])
            MaxPooling2D(2)
            Conv2D(64, 3, activation: .relu)
            MaxPooling2D(2)
            Flatten()
            Dense(128, activation: .relu)
            Dense(10, activation: .softmax)
        }
        try network.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        return network
    }

    static func dense() throws -> Sequential {
        let network = Sequential {
            Flatten(inputShape: [28, 28, 1])
            Dense(128, activation: .relu)
            Dense(64, activation: .relu)
            Dense(10, activation: .softmax)
        }
        try network.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        return network
    }

    /// Pixels from 0 to 1, with a channel.
    static func images(_ part: LabelledImages) -> Tensor {
        (part.images.cast(to: .float32) / 255).reshaped([-1, 28, 28, 1]).evaluate()
    }

    /// The images moved to the right and down.
    static func shifted(_ x: Tensor, _ pixels: Int) -> Tensor {
        x.padded([(0, 0), (pixels, 0), (pixels, 0), (0, 0)], value: 0)[0..., 0..<28, 0..<28, 0...].evaluate()
    }

    @Test(
        .enabled(if: TutorialData.hasMNIST && TutorialData.isOptimized, TutorialData.comment),
        arguments: TutorialData.seeds)
    func `S3-14, S3-16: Convolutions read digits, also moved ones`(seed: Int) throws {
        let mnist = try MNIST.load(download: false)
        let (x, y) = (Self.images(mnist.train), mnist.train.labels)
        let (testX, testY) = (Self.images(mnist.test), mnist.test.labels)
        func accuracy(_ network: Sequential, _ x: Tensor) throws -> Double {
            try network.evaluate(x, testY, batchSize: 500, verbose: .silent).accuracy
        }
        setRandomSeed(seed)
        let network = try Self.convolutional()
        #expect(network.parameterCount == 225_034)
        try network.fit(x, y, epochs: 5, batchSize: 128, verbose: .silent)
        let read = try accuracy(network, testX)
        #expect(read >= 0.985)

        // The book's claim that the place in the image matters less to convolutions.
        let plain = try Self.dense()
        try plain.fit(x, y, epochs: 5, batchSize: 128, verbose: .silent)
        let plainRead = try accuracy(plain, testX)
        for pixels in 1...2 {
            let moved = Self.shifted(testX, pixels)
            let (lost, plainLost) = (try read - accuracy(network, moved), try plainRead - accuracy(plain, moved))
            #expect(lost < plainLost, "\(pixels) pixels: \(lost), \(plainLost)")
        }
    }

    @Test func `S3-15: One size may be left to be found`() async {
        #expect(Tensor.zeros([6, 28, 28]).reshaped([-1, 28, 28, 1]).shape == [6, 28, 28, 1])
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([6, 28, 28]).reshaped([-1, 28, 27, 1])
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("[6, 28, 28]") && text.contains("[-1, 28, 27, 1]"), "\(text)")
    }

    @Test func `S3-33: Random labels cannot be learned`() throws {
        setRandomSeed(0)
        let network = Sequential {
            Conv2D(32, 3, activation: .relu, inputShape: [28, 28, 1])
            MaxPooling2D(2)
            Flatten()
            Dense(64, activation: .relu)
            Dense(10, activation: .softmax)
        }
        #expect(network.parameterCount == 347_146)
        try network.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        let x = Tensor.randomUniform([1000, 28, 28, 1], seed: 1)
        let y = (Tensor.randomUniform([1000], seed: 2) * 10).cast(to: .int32)
        let loss = try network.fit(x, y, epochs: 5, verbose: .silent).loss
        // ln 10 is 2.3026.
        #expect(loss.count == 5 && loss.allSatisfy { abs($0 - 2.3) < 0.1 }, "\(loss)")
    }

    @Test(.enabled(if: TutorialData.hasMNIST, TutorialData.comment))
    func `S3-32: A data set of arrays, shuffled, in batches, ahead of time`() throws {
        let train = try MNIST.load(download: false).train
        let data = Dataset.fromTensorSlices(train.images, train.labels).shuffle(1000, seed: 1).batch(32).prefetch()
        #expect(data.knownCount == 1875)
        var (labels, places) = ([Int](), [Int]())
        try data.forEach { batch in
            #expect(batch.x[0].shape == [32, 28, 28] && batch.y[0].shape == [32])
            labels += batch.y[0].array(of: Int.self)
        }
        // Each image once; by a buffer of 1000 none comes more than 999 places early.
        let truth = train.labels.array(of: Int.self)
        #expect(labels.sorted() == truth.sorted() && labels != truth)
        let numbers = Dataset.range(0..<60_000).shuffle(1000, seed: 1).prefetch()
        try numbers.forEach { places.append($0) }
        #expect(places.map { truth[$0] } == labels)
        #expect(places.enumerated().allSatisfy { $0.element - $0.offset < 1000 })
        var again: [Int] = []
        try data.forEach { again += $0.y[0].array(of: Int.self) }
        #expect(again != labels, "another order in another epoch")
    }
}
