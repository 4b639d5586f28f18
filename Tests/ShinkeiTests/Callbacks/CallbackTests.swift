import FoundationEssentials
import ShinkeiFormats
import Testing

@testable import Shinkei

@Suite struct CallbackTests {
    static let x = Tensor((0..<60).map { Float(($0 * 37) % 17) / 17 - 0.5 }, shape: [20, 3])
    static let y = x.sum(axis: 1, keepDims: true).square().evaluate()

    /// The same model each time, whatever runs beside it.
    static func model(runEagerly: Bool = false) throws -> Sequential {
        try withSession(seed: 3) {
            let model = Sequential {
                Input(shape: [3]); Dense(6, activation: .tanh); Dropout(0.3); Dense(1)
            }
            try model.compile(
                optimizer: .adam(learningRate: 0.02), loss: .meanSquaredError, metrics: [.mae], runEagerly: runEagerly)
            return model
        }
    }

    static func directory() -> String {
        FileManager.default.temporaryDirectory.path + "/shinkei-callbacks-\(UUID().uuidString)"
    }

    private func bits(_ model: Model) -> [[UInt8]] { model.weights.map { $0.value.hostBytes() } }

    @Test func `Training goes on bit by bit wherever it was interrupted`() throws {
        /// Keeps every state that a killed training could have left.
        final class Copier: Callback {
            let path: String
            var copies: [Data] = []
            init(_ path: String) { self.path = path }
            func batchWillBegin(_ batch: Int, _ model: Model) {
                if let copy = FileManager.default.contents(atPath: path), copy != copies.last { copies.append(copy) }
            }
        }
        func run(_ model: Model, _ directory: String, _ first: any Callback) throws -> History {
            try model.fit(
                Self.x, Self.y, epochs: 4, batchSize: 3, verbose: 0,
                callbacks: [
                    first, BackupAndRestore(directory, saveFreq: .batches(2)),
                    EarlyStopping(patience: 2, restoreBestWeights: true), ReduceLROnPlateau(patience: 1),
                ], validationSplit: 0.2)
        }
        let directory = Self.directory()
        let path = directory + "/training.safetensors"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let copier = Copier(path)
        let whole = try Self.model()
        let history = try run(whole, directory, copier)
        #expect(copier.copies.count >= 4)
        for (i, copy) in copier.copies.enumerated() {
            try copy.write(to: URL(filePath: path))
            let second = try Self.model()
            let resumed = try run(second, directory, LambdaCallback())
            #expect(bits(second) == bits(whole), "state \(i)")
            #expect(resumed.history == history.history, "state \(i)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `EarlyStopping ends the training and restores the best weights`() throws {
        let model = try Self.model()
        let stopping = EarlyStopping(monitor: "loss", minDelta: 10, patience: 2, restoreBestWeights: true)
        var first: [[UInt8]] = []
        let look = LambdaCallback(onEpochEnd: { epoch, _, model in if epoch == 0 { first = self.bits(model) } })
        let history = try model.fit(Self.x, Self.y, epochs: 20, verbose: 0, callbacks: [look, stopping])
        #expect(history.loss.count == 3)
        #expect(stopping.stoppedEpoch == 2)
        #expect(bits(model) == first)
    }

    @Test func `The learning rate follows schedulers and plateaus`() throws {
        let model = try Self.model()
        var rates: [Double] = []
        try model.fit(
            Self.x, Self.y, epochs: 4, verbose: 0,
            callbacks: [
                LearningRateScheduler { epoch, _ in 0.5 / Double(epoch + 1) },
                LambdaCallback(onEpochEnd: { _, _, model in rates.append(model.optimizer!.learningRate) }),
            ])
        #expect(rates.map { Float($0) } == [0.5, 0.25, Float(0.5 / 3), 0.125])
        rates = []
        try model.compile(optimizer: .sgd(learningRate: 1e-3), loss: .mse)
        try model.fit(
            Self.x, Self.y, epochs: 5, verbose: 0,
            callbacks: [
                ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 1, minDelta: 100, cooldown: 1),
                LambdaCallback(onEpochEnd: { _, _, model in rates.append(model.optimizer!.learningRate) }),
            ])
        // The first epoch is better than nothing; the next is not; then one is not counted.
        #expect(rates.map { Float($0) } == [1e-3, 5e-4, 2.5e-4, 1.25e-4, 6.25e-5])
    }

    @Test func `Logs are written as Keras writes them`() throws {
        let directory = Self.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let model = try Self.model()
        let logger = CSVLogger(directory + "/log.csv")
        try model.fit(Self.x, Self.y, epochs: 2, verbose: 0, callbacks: [logger, TensorBoard(logDir: directory)])
        let lines = String(
            decoding: try #require(FileManager.default.contents(atPath: directory + "/log.csv")), as: UTF8.self
        ).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "epoch,loss,mean_absolute_error" || lines[0] == "epoch,loss,mae")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory + "/train")
        #expect(files.count == 1)
        #expect(files[0].hasPrefix("events.out.tfevents."))
    }

    @Test func `The best model is kept, also by the next training`() throws {
        let directory = Self.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let model = try Self.model()
        let path = directory + "/best.keras"
        let checkpoint = ModelCheckpoint(path, monitor: "loss", saveBestOnly: true)
        try model.fit(Self.x, Self.y, epochs: 3, verbose: 0, callbacks: [checkpoint])
        #expect(checkpoint.error == nil)
        let next = ModelCheckpoint(path, monitor: "loss", saveBestOnly: true)
        next.trainingWillBegin(model)
        #expect(next.best == checkpoint.best)
        #expect(CheckpointName.filled("m-{epoch:02d}-{loss:.2f}.keras", epoch: 7, ["loss": 0.126]) == "m-07-0.13.keras")
    }

    @Test func `What a callback cannot write is thrown`() throws {
        let path = Self.directory() + "/nowhere/file"
        for callback: any Callback in [CSVLogger(path), ModelCheckpoint(path + ".keras")] {
            let model = try Self.model()
            #expect(errorText { try model.fit(Self.x, Self.y, epochs: 3, verbose: 0, callbacks: [callback]) } != "")
            #expect(callback.error != nil)
            #expect(model.history?.loss.count == 1)
        }
    }

    @Test func `Running means are in the model while it is measured`() throws {
        func train(_ callbacks: [any Callback]) throws -> (Sequential, History) {
            let model = try Self.model()
            try model.compile(
                optimizer: .sgd(learningRate: 0.1, options: .init(useEMA: true, emaMomentum: 0.5)), loss: .mse)
            return (
                model,
                try model.fit(
                    Self.x, Self.y, epochs: 3, batchSize: 8, verbose: 0, callbacks: callbacks, validationSplit: 0.2)
            )
        }
        let (plain, without) = try train([])
        let (swapped, with) = try train([SwapEMAWeights()])
        let (kept, onEpoch) = try train([SwapEMAWeights(swapOnEpoch: true)])
        // Training is the same, and ends with the means in any case.
        #expect(with.loss == without.loss)
        #expect(bits(plain) == bits(swapped))
        #expect(bits(plain) == bits(kept))
        #expect(with["val_loss"] != without["val_loss"])
        #expect(with["val_loss"] == onEpoch["val_loss"])
        // The model as it is in the end is what was measured last.
        let held = try swapped.evaluate(
            Self.x.sliced(axis: 0, 16..<20).evaluate(), Self.y.sliced(axis: 0, 16..<20).evaluate(), verbose: 0)
        #expect(held.loss == with["val_loss"]?.last)
        #expect(
            errorText { try Self.model().fit(Self.x, Self.y, verbose: 0, callbacks: [SwapEMAWeights()]) }.contains(
                "useEMA"))
    }

    /// What the real TensorBoard reads of it: Tools/check_events.py, by `make golden-check`.
    @Test func `TensorBoard gets scalars and distributions`() throws {
        let own = Self.directory()
        let directory = ProcessInfo.processInfo.environment["SHINKEI_EVENTS_OUT"] ?? own
        defer { try? FileManager.default.removeItem(atPath: own) }
        let model = try Self.model()
        let history = try model.fit(
            Self.x, Self.y, epochs: 3, batchSize: 4, verbose: 0,
            callbacks: [
                TensorBoard(logDir: directory, histogramFreq: 2, updateFreq: 2), CSVLogger(directory + "/log.csv"),
            ],
            validationSplit: 0.2)
        #expect(history.loss.count == 3)
        for name in ["train", "validation"] {
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(name)")
            #expect(files.count == 1)
            let bytes = StatefulTraining.bytes(of: "\(directory)/\(name)/\(files[0])")
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("epoch_loss"))
            #expect(text.contains("/kernel/histogram") == (name == "train"))
            #expect(text.contains("batch_loss") == (name == "train"))
        }
    }

    @Test func `NaN ends the training without an error`() throws {
        let model = try Self.model()
        let ends = TerminateOnNaN()
        let y = Tensor.full([20, 1], .infinity)
        let history = try model.fit(Self.x, y, epochs: 5, verbose: 0, callbacks: [ends])
        #expect(history.loss.count == 1)
        #expect(ends.reason != nil)
    }

    @Test func `CRC-32C is the standard's`() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    }
}
