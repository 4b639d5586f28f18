import Shinkei

/// A base taught on the digits 0 to 4, and what it is worth for the digits 5 to 9.
package struct TransferExperiment {
    /// Sides of a picture, in which the digit's 28×28 pixels have a random place.
    let side: Int
    /// How many pieces of other digits, 8×8 pixels, lie about in it.
    let clutter: Int
    /// How many pictures teach the base.
    let baseCount: Int
    let baseEpochs: Int
    /// How many pictures of each new class there are.
    let countPerClass: Int
    /// Passes over these, for the new head as for the network from scratch.
    package var epochs: Int

    package init(
        side: Int = 48, clutter: Int = 8, baseCount: Int = 20_000, baseEpochs: Int = 6, countPerClass: Int = 40,
        epochs: Int = 40
    ) {
        (self.side, self.clutter, self.baseCount, self.baseEpochs) = (side, clutter, baseCount, baseEpochs)
        (self.countPerClass, self.epochs) = (countPerClass, epochs)
    }

    package struct Result: Equatable {
        /// The accuracy on new pictures with the frozen base.
        var transferred: Double
        /// The accuracy of the same network that began with random weights.
        var fromScratch: Double
        /// How many pictures the accuracies are of.
        package var testCount: Int
    }

    package func run(_ digits: ImageDataSet, seed: Int) throws -> Result {
        try withSession(seed: seed) { try runInSession(digits, seed: 3 * seed) }
    }

    private func runInSession(_ digits: ImageDataSet, seed: Int) throws -> Result {
        let old = pictures(digits.train, of: 0..<5, atMost: baseCount, seed: seed)
        let few = pictures(digits.train, of: 5..<10, atMostEach: countPerClass, seed: seed + 1)
        let test = pictures(digits.test, of: 5..<10, seed: seed + 2)

        let base = makeBase()
        _ = try trained(base, old, epochs: baseEpochs, batchSize: 64)
        base.isTrainable = false
        let transferred = try trained(base, few, epochs: epochs, batchSize: 20).evaluate(
            test.x, test.y, verbose: .silent)
        let fromScratch = try trained(makeBase(), few, epochs: epochs, batchSize: 20).evaluate(
            test.x, test.y, verbose: .silent)
        return Result(
            transferred: transferred.accuracy, fromScratch: fromScratch.accuracy, testCount: test.y.shape[0])
    }

    private func makeBase() -> Sequential {
        Sequential {
            Input(shape: [.some(side), .some(side), 1])
            Rescaling(1 / 255)
            for filters in [16, 32, 64, 64] {
                Conv2D(filters, 3, padding: .same, activation: .relu)
                MaxPooling2D(2)
            }
            GlobalMaxPooling2D()
        }
    }

    /// The base with a new head, which is all that is trained if the base is frozen.
    private func trained(
        _ base: Sequential, _ data: (x: Tensor, y: Tensor), epochs: Int, batchSize: Int
    ) throws -> Model {
        let hidden = Dense(64, activation: .relu)(base.output)
        let model = Model(inputs: base.input, outputs: Dense(5, activation: .softmax)(hidden))
        func fit(_ part: Model, _ x: Tensor) throws {
            try part.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
            try part.fit(x, data.y, epochs: epochs, batchSize: batchSize, verbose: .silent)
        }
        if let parts = try model.splitAtFrozenPart(), !base.isTrainable {
            // The frozen base gives the same features in every epoch: once is enough.
            try fit(parts.head, try parts.base.predict(data.x))
        } else {
            try fit(model, data.x)
        }
        try model.compile(loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        return model
    }

    /// Pictures of some digits at random places among pieces of others, `uint8` `[count, side, side, 1]`, with their
    /// classes from 0.
    package func pictures(
        _ part: LabelledImages, of digits: Range<Int>, atMost limit: Int = .max, atMostEach limitEach: Int = .max,
        seed: Int
    ) -> (x: Tensor, y: Tensor) {
        var counts = [Int](repeating: 0, count: digits.count)
        var rows: [Int] = []
        let labels = part.labels.array(of: Int32.self).map(Int.init)
        for (row, label) in labels.enumerated() where digits.contains(label) && rows.count < limit {
            guard counts[label - digits.lowerBound] < limitEach else { continue }
            counts[label - digits.lowerBound] += 1
            rows.append(row)
        }
        func draw(_ count: Int, below end: Int, _ number: Int) -> [Int] {
            Tensor.randomIntegers([count], in: 0..<end, seed: 10 * seed + number).array(of: Int32.self).map(Int.init)
        }
        let pieces = rows.count * clutter
        let (lines, columns) = (draw(rows.count, below: side - 27, 0), draw(rows.count, below: side - 27, 1))
        let (pieceLines, pieceColumns) = (draw(pieces, below: side - 7, 2), draw(pieces, below: side - 7, 3))
        let (sources, offsets) = (draw(pieces, below: labels.count, 4), draw(pieces, below: 20 * 20, 5))
        let pixels = part.images.array(of: UInt8.self)
        var x = [UInt8](repeating: 0, count: rows.count * side * side)
        /// Lays a square of a digit into a picture; the brighter pixel is seen.
        func lay(_ size: Int, from source: Int, at line: Int, _ column: Int, of picture: Int) {
            for dy in 0..<size {
                let (from, to) = (source + dy * 28, (picture * side + line + dy) * side + column)
                for dx in 0..<size { x[to + dx] = max(x[to + dx], pixels[from + dx]) }
            }
        }
        for (i, row) in rows.enumerated() {
            lay(28, from: row * 28 * 28, at: lines[i], columns[i], of: i)
            for j in i * clutter..<(i + 1) * clutter {
                let source = (sources[j] * 28 + offsets[j] / 20) * 28 + offsets[j] % 20
                lay(8, from: source, at: pieceLines[j], pieceColumns[j], of: i)
            }
        }
        return (
            Tensor(x, shape: [rows.count, side, side, 1], dtype: .uint8),
            Tensor(rows.map { Int32(labels[$0] - digits.lowerBound) }, shape: [rows.count])
        )
    }
}
