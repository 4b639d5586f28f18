import FoundationEssentials
import Shinkei

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A training of some hundred milliseconds in which everything that has state is in play: augmentation, dropout, shuffling,
/// a metric of several values, early stopping, a falling learning rate, checkpoints every third step.
enum StatefulTraining {
    enum Source: String, Codable, Sendable { case arrays, dataset }

    static let x = Tensor(
        (0..<96 * 36).map { (i: Int) -> Float in Float(i * 37 % 101) / 101 - 0.5 }, shape: [96, 6, 6, 1])
    static let y = Tensor((0..<96).map { (row: Int) -> Int in row * 7 % 5 % 3 }, shape: [96], dtype: .int32)
        .oneHot(3).evaluate()

    /// What a training leaves behind: the bits of weights and optimizer, and the history.
    struct Outcome: Equatable {
        var weights: [UInt8]
        var history: [String: [Double]]
        var vectors: [String: [[Double]]]
        var bytes: [UInt8] { weights + Array("\(history.sorted { $0.key < $1.key })\(vectors)".utf8) }
    }

    /// Trains, or goes on with what is in the directory.
    static func run(
        _ source: Source, in directory: String, epochs: Int = 8, _ others: [any Callback] = []
    ) throws -> Outcome {
        // Who goes on need not know the seed.
        let isNew = !FileManager.default.fileExists(atPath: directory + "/training.safetensors")
        return try withSession(seed: isNew ? 17 : 99) { try train(source, directory, epochs, others) }
    }

    private static func train(
        _ source: Source, _ directory: String, _ epochs: Int, _ others: [any Callback]
    ) throws -> Outcome {
        let model = Sequential([
            Input(shape: [6, 6, 1]), RandomFlip(), RandomTranslation(0.2, 0.2), Conv2D(6, 3, activation: .relu),
            BatchNormalization(), Flatten(), Dropout(0.3), Dense(160, activation: .relu), GaussianNoise(0.05),
            Dense(3, activation: .softmax),
        ])
        try model.compile(
            optimizer: .adam(learningRate: 0.003), loss: .categoricalCrossentropy, metrics: [.accuracy, F1Score()])
        let callbacks: [any Callback] =
            others + [
                EarlyStopping(monitor: "loss", patience: 3, restoreBestWeights: true),
                ReduceLROnPlateau(monitor: "val_loss", factor: 0.5, patience: 1),
                ModelCheckpoint(
                    directory + "/last.weights.h5", monitor: "loss", saveWeightsOnly: true, saveFreq: .batches(13)),
                CSVLogger(directory + "/log.csv"),
                BackupAndRestore(directory, saveFreq: .batches(3)),
            ]
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let history =
            switch source {
            case .arrays:
                try model.fit(
                    x, y, epochs: epochs, batchSize: 7, verbose: 0, callbacks: callbacks, validationSplit: 0.2)
            case .dataset:
                try model.fit(
                    Dataset.fromTensorSlices(x, y).skip(16).shuffle(40, seed: 4).batch(7).prefetch(), epochs: epochs,
                    verbose: 0, callbacks: callbacks, validationData: Dataset.fromTensorSlices(x, y).take(16).batch(5))
            }
        let weights = (model.weights + (model.optimizer?.weights ?? [])).flatMap { $0.value.hostBytes() }
        return Outcome(weights: weights, history: history.history, vectors: history.vectors)
    }

    /// Counts batches, and lets the process get a signal soon after one of them has begun, wherever it is then.
    final class Signal: Callback {
        private(set) var batches = 0
        private let number: Int32
        private let batch: Int
        private let microseconds: Int

        init(_ number: Int32 = 0, at batch: Int = .max, after microseconds: Int = 0) {
            (self.number, self.batch, self.microseconds) = (number, batch, microseconds)
        }

        func batchWillBegin(_ batch: Int, _ model: Model) {
            batches += 1
            guard batches == self.batch else { return }
            if number == SIGKILL {
                _ = signal(SIGALRM) { _ in kill(getpid(), SIGKILL) }
            } else {
                _ = signal(SIGALRM) { _ in kill(getpid(), SIGINT) }
            }
            var timer = itimerval()
            timer.it_value.tv_usec = numericCast(max(microseconds, 1))
            #if canImport(Glibc)
                setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
            #else
                setitimer(ITIMER_REAL, &timer, nil)
            #endif
        }
    }

    /// Sets how many threads the engine is to have. Before anything is computed.
    static func setThreads(_ count: Int) { setenv("SHINKEI_THREADS", "\(count)", 1) }

    /// A folder that no other test uses.
    static func newDirectory() -> String {
        FileManager.default.temporaryDirectory.path + "/shinkei-resume-\(UUID().uuidString)"
    }
    static func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }
    static func bytes(of path: String) -> [UInt8] {
        FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    }
}
