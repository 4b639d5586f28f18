import Dispatch
public import ShinkeiCore
public import ShinkeiData
public import ShinkeiFormats
import Synchronization

/// Batches of images, read and changed on several threads ahead of the one who takes them.
///
/// The order and the numbers follow from the seed alone, for any number of threads. Iterating `flow…` never ends, as in Keras,
/// every epoch in another order; `epoch(0)` is one pass over the images. An iterator's `nextBatch` throws what is wrong with a file;
/// the plain `for` loop has no way to throw and ends the program with the same text.
///
/// ```swift
/// for batch in flow.epoch(0) { print(batch.x.shape) }
/// ```
public struct ImageBatches: Sequence, Sendable {
    /// The number of images.
    public let count: Int
    /// How many a batch has; the last of an epoch may have fewer.
    public let batchSize: Int
    /// `[height, width, channels]` of every image.
    public let imageShape: [Int]
    /// The files in order of their numbers; empty if the images come from an array.
    public let filePaths: [String]
    /// The names of the classes in order of their numbers.
    public let classNames: [String]
    /// The class of each file.
    public let classes: [Int]
    /// How many batches are worked on at a time, each on a thread of its own.
    public var workers = Swift.max(1, processorCount)

    let seed: Int
    let isShuffled: Bool
    let badFiles: BadFiles
    let labels: Labels
    /// What each image counts for, one row for each.
    var sampleWeight: Tensor?
    var epochs: Epochs
    var saving: ImageSaving?
    /// Writes an image of an epoch.
    let load:
        @Sendable (_ item: Int, _ epoch: Int, _ target: UnsafeMutableBufferPointer<Float>) throws(FormatError) -> Void

    /// Which epochs an iterator goes through.
    enum Epochs: Sendable {
        case all
        case one(Int)
        /// The next one at each iteration.
        case next(EpochCounter)
    }

    final class EpochCounter: Sendable {
        private let count = Atomic<Int>(0)
        func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
    }

    /// The number of batches of an epoch. Keras: `len(flow)`.
    public var batchesPerEpoch: Int { (count + batchSize - 1) / batchSize }

    /// The class's number by its name. Keras: `class_indices`.
    public var classIndices: [String: Int] {
        Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($0.element, $0.offset) })
    }

    /// One pass over the images, in this epoch's order.
    public func epoch(_ number: Int) -> ImageBatches {
        var copy = self
        copy.epochs = .one(number)
        return copy
    }

    /// The batches as pairs, for what wants no more.
    ///
    /// - Precondition: The batches have labels.
    public var pairs: some Sequence<(x: Tensor, y: Tensor)> {
        lazy.map { batch in
            guard let y = batch.y else { trap("pairs: these batches have no labels") }
            return (x: batch.x, y: y)
        }
    }

    /// The batches as a data set of examples, for `fit`, which then throws what is wrong with a file, and for further stages.
    public var dataset: Dataset<Example> {
        Dataset(unfolding: {
            let iterator = makeIterator()
            return {
                try iterator.nextBatch().map {
                    Example(x: [$0.x], y: $0.y.map { [$0] } ?? [], sampleWeight: $0.sampleWeight)
                }
            }
        })
    }

    /// All images in one batch: of the epoch that this is, or of the first.
    ///
    /// - Throws: `FormatError` with the name of a file that cannot be read.
    public func all() throws(FormatError) -> ImageBatch {
        var (xs, ys, weights, items): ([Tensor], [Tensor], [Tensor], [Int]) = ([], [], [], [])
        var once = self
        if case .all = epochs { once.epochs = .one(0) }
        let iterator = once.makeIterator()
        while let batch = try iterator.nextBatch() {
            xs.append(batch.x)
            items += batch.items
            if let y = batch.y { ys.append(y) }
            if let weight = batch.sampleWeight { weights.append(weight) }
        }
        let x = xs.isEmpty ? Tensor.zeros([0] + imageShape) : Tensor.concatenate(xs)
        func joined(_ parts: [Tensor]) -> Tensor? { parts.isEmpty ? nil : Tensor.concatenate(parts).evaluate() }
        return ImageBatch(x: x.evaluate(), y: joined(ys), sampleWeight: joined(weights), items: items)
    }

    public func makeIterator() -> Iterator {
        switch epochs {
        case .all: Iterator(self, first: 0, isEndless: true)
        case .one(let number): Iterator(self, first: number, isEndless: false)
        case .next(let counter): Iterator(self, first: counter.next(), isEndless: false)
        }
    }

    func order(_ epoch: Int) -> [Int] {
        isShuffled ? shuffledOrder(count, seed: seed, epoch: epoch) : Array(0..<count)
    }
}

extension ImageBatches {
    /// Hands out batches in order. Several are made at the same time; the threads stop with the iterator.
    public final class Iterator: IteratorProtocol {
        private let source: ImageBatches
        private let isEndless: Bool
        private var epoch: Int
        private var order: [Int]
        private var position = 0
        private var pending: [Job] = []
        private var isOver = false
        private let cancelled = Cancellation()

        init(_ source: ImageBatches, first epoch: Int, isEndless: Bool) {
            (self.source, self.epoch, self.isEndless) = (source, epoch, isEndless)
            order = source.order(epoch)
        }

        deinit { cancelled.set() }

        /// The next batch, `nil` at the end.
        ///
        /// - Throws: `FormatError` of the first file of the batch that cannot be read, once; the iteration is then over.
        public func nextBatch() throws(FormatError) -> ImageBatch? {
            while !isOver {
                while pending.count < Swift.max(source.workers, 1), let job = nextJob() { pending.append(job) }
                guard !pending.isEmpty else { break }
                do {
                    let batch = try pending.removeFirst().wait()
                    // All files of the batch were bad and have been named.
                    if !batch.items.isEmpty { return batch }
                } catch {
                    isOver = true
                    cancelled.set()
                    throw error
                }
            }
            return nil
        }

        /// The next batch, `nil` at the end.
        ///
        /// - Precondition: Every file can be read; `nextBatch` throws instead.
        public func next() -> ImageBatch? {
            do { return try nextBatch() } catch { trap("\(error); nextBatch throws this, BadFiles.skipped goes on") }
        }

        private func nextJob() -> Job? {
            if position >= order.count {
                guard isEndless, !order.isEmpty else { return nil }
                epoch += 1
                order = source.order(epoch)
                position = 0
            }
            let end = Swift.min(position + source.batchSize, order.count)
            defer { position = end }
            return Job(source, Array(order[position..<end]), epoch: epoch, cancelled)
        }
    }
}

/// Set once, seen by all threads.
private final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)
    func set() { flag.store(true, ordering: .relaxed) }
    var isSet: Bool { flag.load(ordering: .relaxed) }
}

/// A batch that is being made.
private final class Job: Sendable {
    private let result = Mutex<Result<ImageBatch, FormatError>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ source: ImageBatches, _ items: [Int], epoch: Int, _ cancelled: Cancellation) {
        DispatchQueue.global().async {
            let made = source.batch(items, epoch: epoch, cancelled)
            self.result.withLock { $0 = made }
            self.done.signal()
        }
    }

    func wait() throws(FormatError) -> ImageBatch {
        done.wait()
        guard let made = result.withLock({ $0 }) else { trap("ImageBatches: a batch is missing") }
        return try made.get()
    }
}

extension ImageBatches {
    fileprivate func batch(_ items: [Int], epoch: Int, _ cancelled: Cancellation) -> Result<ImageBatch, FormatError> {
        let size = imageShape.reduce(1, *)
        var kept: [Int] = []
        var failure: FormatError?
        var x = Tensor(shape: [items.count] + imageShape, dtype: .float32) { memory in
            let floats = memory.bindMemory(to: Float.self)
            floats.initialize(repeating: 0)
            for item in items where failure == nil && !cancelled.isSet {
                let first = kept.count * size
                let target = UnsafeMutableBufferPointer(rebasing: floats[first..<first + size])
                do throws(FormatError) {
                    try load(item, epoch, target)
                    kept.append(item)
                } catch {
                    switch badFiles {
                    case .thrown: failure = error
                    case .skipped: warn("\(error); skipped")
                    }
                    continue
                }
                do throws(FormatError) { try saving?.save(target, imageShape, item, epoch) } catch { failure = error }
            }
        }
        if let failure { return .failure(failure) }
        if kept.count < items.count { x = x.sliced(axis: 0, 0..<kept.count).evaluate() }
        let weight = sampleWeight?.taking(Tensor(kept, dtype: .int32), axis: 0).evaluate()
        return .success(ImageBatch(x: x, y: labels.tensor(kept, x), sampleWeight: weight, items: kept))
    }
}
