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
        print("S3-14: seed \(seed): test accuracy \(read)")
        #expect(read >= 0.985)

        // The book's claim that the place in the image matters less to convolutions.
        let plain = try Self.dense()
        try plain.fit(x, y, epochs: 5, batchSize: 128, verbose: .silent)
        let plainRead = try accuracy(plain, testX)
        for pixels in 1...2 {
            let moved = Self.shifted(testX, pixels)
            let (lost, plainLost) = (try read - accuracy(network, moved), try plainRead - accuracy(plain, moved))
            print("S3-16: seed \(seed), moved by \(pixels): convolutions lose \(lost), dense layers \(plainLost)")
            #expect(lost < plainLost, "\(pixels) pixels: \(lost), \(plainLost)")
        }
    }

    // Keras 3.15: first labels, and the bytes of the first image.
    @Test(.enabled(if: TutorialData.hasMNIST, TutorialData.comment))
    func `S1-7, S1-8, S1-9: The digits as Keras loads them, as rows from 0 to 1, with a 1 at the class`() throws {
        let train = try MNIST.load(download: false).train
        #expect(train.images.shape == [60_000, 28, 28] && train.images.dtype == .uint8)
        #expect(train.labels[..<10].array(of: Int.self) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
        #expect(train.images[0].cast(to: .int32).sum().scalar(of: Int.self) == 27_525)
        let rows = train.flattened
        #expect(rows.shape == [60_000, 784] && rows.dtype == .float32)
        #expect(rows.min().scalar() == 0 && rows.max().scalar() == 1)
        let oneHot = toCategorical(train.labels)
        #expect(oneHot.shape == [60_000, 10] && oneHot.dtype == .float32)
        #expect(oneHot.argmax(axis: 1).array(of: Int.self) == train.labels.array(of: Int.self))
        #expect(oneHot.sum(axis: 1).array().allSatisfy { $0 == 1 })
    }

    @Test(arguments: [-1, 10])
    func `S1-9: A label that is no class ends the program`(label: Int) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [label] in
            _ = toCategorical(Tensor([1, label]), numClasses: 10)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("label \(label) is not in 0 ..< 10"), "\(text)")
    }

    @Test(
        .enabled(if: TutorialData.hasMNIST && TutorialData.isOptimized, TutorialData.comment),
        arguments: TutorialData.manySeeds)
    func `S1-1, S1-10, S1-11, S1-12: A hidden layer of 512 reads digits`(seed: Int) throws {
        let mnist = try MNIST.load(download: false)
        setRandomSeed(seed)
        let model = Sequential()
        model.add(Dense(512, activation: .relu, inputShape: [784]))
        model.add(Dense(10, activation: .softmax))
        #expect(model.parameterCount == 407_050)
        try model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        let loss = try model.fit(
            mnist.train.flattened, mnist.train.oneHot, epochs: 5, batchSize: 128, verbose: .silent
        ).loss
        #expect(0.24...0.29 ~= loss[0] && 0.032...0.042 ~= loss[4], "\(loss)")
        let predictions = try model.predict(mnist.test.flattened)
        #expect(abs(predictions[0].sum().scalar() - 1) <= 1e-6)
        #expect(predictions[0].argmax().scalar(of: Int.self) == 7)
        let result = try model.evaluate(mnist.test.flattened, mnist.test.oneHot, verbose: .silent)
        let right = (predictions.argmax(axis: 1) .== mnist.test.labels).cast(to: .int32).sum().scalar(of: Int.self)
        #expect(abs(result.accuracy - Double(right) / 10_000) < 1e-9)
        print("S1-10: seed \(seed): loss \(loss), test accuracy \(result.accuracy)")
        #expect(result.accuracy >= 0.975)
    }

    @Test(
        .enabled(if: TutorialData.hasMNIST && TutorialData.isOptimized, TutorialData.comment),
        arguments: TutorialData.manySeeds)
    func `S3-8, S3-9: Two hidden layers, with the last tenth kept back`(seed: Int) throws {
        let mnist = try MNIST.load(download: false)
        let x = mnist.train.images.cast(to: .float32) / 255
        #expect(x.dtype == .float32)
        setRandomSeed(seed)
        let network = Sequential {
            Flatten(inputShape: [28, 28])
            Dense(128, activation: .relu)
            Dense(64, activation: .relu)
            Dense(10, activation: .softmax)
        }
        #expect(network.parameterCount == 109_386)
        try network.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        let history = try network.fit(
            x, mnist.train.oneHot, epochs: 5, batchSize: 32, verbose: .silent, validationSplit: 0.1)
        #expect(history.keys == ["accuracy", "loss", "val_accuracy", "val_loss"])
        // What was kept back are the last rows.
        let kept = try network.evaluate(x[54_000...], mnist.train.oneHot[54_000...], verbose: .silent)
        #expect(kept.accuracy == history["val_accuracy"]?.last)
        let result = try network.evaluate(
            mnist.test.images.cast(to: .float32) / 255, mnist.test.oneHot, verbose: .silent)
        print("S3-8: seed \(seed): test accuracy \(result.accuracy)")
        #expect(result.accuracy >= 0.968)
    }

    static func normalized() throws -> Sequential {
        let network = Sequential {
            Input(shape: [784])
            for units in [512, 256, 128] {
                Dense(units)
                BatchNormalization()
                Activation(.relu)
                Dropout(0.3)
            }
            Dense(10, activation: .softmax)
        }
        try network.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        return network
    }

    @Test func `S3-22: The parameters of batch normalization, trained and not`() throws {
        let network = try Self.normalized()
        #expect(network.parameterCount == 571_018)
        #expect(network.trainableWeights.reduce(0) { $0 + $1.shape.count } == 569_226)
    }

    @Test(
        .enabled(if: TutorialData.hasMNIST && TutorialData.isOptimized, TutorialData.comment),
        arguments: TutorialData.seeds)
    func `S3-22: Digits with batch normalization and dropout`(seed: Int) throws {
        let mnist = try MNIST.load(download: false)
        setRandomSeed(seed)
        let network = try Self.normalized()
        try network.fit(
            mnist.train.flattened, mnist.train.oneHot, epochs: 10, batchSize: 128, verbose: .silent,
            validationSplit: 0.1)
        let result = try network.evaluate(mnist.test.flattened, mnist.test.oneHot, verbose: .silent)
        print("S3-22: seed \(seed): test accuracy \(result.accuracy)")
        #expect(result.accuracy >= 0.975)
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
