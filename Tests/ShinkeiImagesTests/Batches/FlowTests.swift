import FoundationEssentials
import ShinkeiCore
import ShinkeiFormats
import Testing

@testable import ShinkeiImages

@Suite struct FlowTests {
    /// Three classes with 5, 4 and 3 images.
    static func folders(_ root: String, _ counts: [Int] = [5, 4, 3]) throws {
        for (number, name) in ["cat", "dog", "Zebra"].enumerated() where number < counts.count {
            for i in 0..<counts[number] {
                let bytes = try TestImages.waves(6 + i, 8, phase: number * 10 + i).encoded(
                    as: i % 2 == 0 ? .png() : .jpeg())
                try TestImages.write(bytes, "\(root)/\(name)/\(i).\(i % 2 == 0 ? "png" : "jpg")")
            }
        }
        try TestImages.write([1, 2, 3], "\(root)/notes.txt")
    }

    @Test func `Folders are classes`() throws {
        try TestImages.withFolder { root in
            try Self.folders(root)
            let flow = try ImageDataGenerator().flowFromDirectory(
                root, targetSize: (5, 4), batchSize: 5, shuffle: false, verbose: false)
            #expect(flow.classNames == ["Zebra", "cat", "dog"])
            #expect(flow.classIndices == ["Zebra": 0, "cat": 1, "dog": 2])
            #expect(flow.count == 12 && flow.batchesPerEpoch == 3)
            let batches = Array(flow.epoch(0))
            #expect(batches.map { $0.x.shape.sizes } == [[5, 5, 4, 3], [5, 5, 4, 3], [2, 5, 4, 3]])
            #expect(batches[0].y?.argmax(axis: 1).array(of: Int.self) == [0, 0, 0, 1, 1])
            #expect(batches[2].items == [10, 11])
            // Endless: the next epoch follows.
            #expect(flow.prefix(7).map { $0.items.count } == [5, 5, 2, 5, 5, 2, 5])
            let first = try Image(contentsOf: flow.filePaths[3], as: .rgb).resized(
                height: 5, width: 4, method: .nearest)
            #expect(distance(Image(batches[0].x[3]), first) == 0)
        }
    }

    @Test func `S3-29: Labels of every kind`() throws {
        try TestImages.withFolder { root in
            try Self.folders(root, [2, 1])
            func y(_ mode: ClassMode?) throws -> Tensor? {
                try ImageDataGenerator().flowFromDirectory(
                    root, targetSize: (3, 3), classMode: mode, shuffle: false, verbose: false
                ).all().y
            }
            #expect(try y(.binary)?.array() == [0, 0, 1])
            #expect(try y(.sparse)?.dtype == .float32)
            #expect(try y(.categorical)?.shape == [3, 2])
            #expect(try y(.input)?.shape == [3, 3, 3, 3])
            #expect(try y(nil) == nil)
            let chosen = try ImageDataGenerator().flowFromDirectory(
                root, targetSize: (3, 3), colorMode: .grayscale, classes: ["dog", "cat"], shuffle: false, verbose: false
            )
            #expect(chosen.classNames == ["dog", "cat"] && chosen.imageShape == [3, 3, 1])
        }
    }

    @Test func `The parts of a split are of every class and have nothing in common`() throws {
        try TestImages.withFolder { root in
            try Self.folders(root)
            let generator = ImageDataGenerator(validationSplit: 0.4)
            let parts = try [Subset.training, .validation].map {
                try generator.flowFromDirectory(root, targetSize: (3, 3), subset: $0, verbose: false).filePaths
            }
            #expect(parts.map(\.count) == [8, 4])
            #expect(Set(parts[0]).isDisjoint(with: parts[1]))
            #expect(parts[1].filter { $0.contains("/cat/") }.map { $0.hasSuffix("0.png") } == [true, false])
            let x = Tensor.arange(10).cast(to: .float32).reshaped([10, 1, 1, 1])
            #expect(try generator.flow(x, shuffle: false, subset: .validation).all().x.array() == [0, 1, 2, 3])
            #expect(try generator.flow(x, shuffle: false, subset: .training).all().x.array() == [4, 5, 6, 7, 8, 9])
        }
    }

    @Test func `The seed alone decides, not the threads`() throws {
        try TestImages.withFolder { root in
            try Self.folders(root)
            func run(_ workers: Int, seed: Int) throws -> [Float] {
                var flow = try ImageDataGenerator(rotationRange: 30, zoomRange: 0.3, horizontalFlip: true)
                    .flowFromDirectory(
                        root, targetSize: (8, 8), batchSize: 2, seed: seed, verbose: false)
                flow.workers = workers
                return flow.prefix(14).flatMap { $0.x.array() }
            }
            let one = try run(1, seed: 4)
            for workers in [2, 3, 8] { #expect(try run(workers, seed: 4) == one) }
            #expect(try run(1, seed: 5) != one)
            #expect(one.prefix(1000) != one.dropFirst(one.count / 2).prefix(1000))
        }
    }

    @Test func `Every epoch has each image once, in another order`() throws {
        let x = Tensor.arange(20).cast(to: .float32).reshaped([20, 1, 1, 1])
        let flow = ImageDataGenerator().flow(x, Tensor.arange(20), batchSize: 6, seed: 1)
        let orders = try (0..<3).map { try flow.epoch($0).all().items }
        #expect(orders.allSatisfy { $0.sorted() == Array(0..<20) })
        #expect(Set(orders).count == 3)
        for pair in flow.epoch(2).pairs { #expect(pair.x.array() == pair.y.array()) }
    }

    @Test func `Bad files are named, thrown once or skipped`() throws {
        try TestImages.withFolder { root in
            try Self.folders(root)
            try TestImages.write(Array("no image".utf8), "\(root)/cat/1.jpg")
            func flow(_ choice: BadFiles) throws -> ImageBatches {
                try ImageDataGenerator().flowFromDirectory(
                    root, targetSize: (3, 3), batchSize: 3, shuffle: false, badFiles: choice, verbose: false)
            }
            let iterator = try flow(.thrown).epoch(0).makeIterator()
            #expect(try iterator.nextBatch()?.items == [0, 1, 2])
            #expect(formatError(.notThisFormat) { _ = try iterator.nextBatch() }.contains("/cat/1.jpg"))
            #expect(try iterator.nextBatch() == nil)
            let kept = try flow(.skipped).all()
            #expect(kept.items == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11])
            #expect(kept.y?.shape == [11, 3])
        }
    }

    @Test func `What is handed out can be looked at`() throws {
        try TestImages.withFolder { root in
            let x = Tensor.arange(24).cast(to: .float32).reshaped([2, 2, 2, 3])
            let flow = ImageDataGenerator(rescale: 0.01).flow(x, shuffle: false, saveToDir: root, savePrefix: "seen")
            _ = try flow.epoch(3).all()
            // Keras's rule: stretched over 0 ... 255 and cut off.
            for item in 0..<2 {
                let image = try Image(contentsOf: "\(root)/seen_\(item)_3.png")
                #expect(image.bytes == (0..<12).map { UInt8($0 * 255 / 11) })
            }
            let nowhere = ImageDataGenerator().flow(x, saveToDir: root + "/none").epoch(0)
            #expect(throws: FormatError.self) { try nowhere.all() }
        }
    }

    @Test func `S3-29: Where no images are, the error lists what was found`() throws {
        try TestImages.withFolder { root in
            try TestImages.write([1], "\(root)/a/readme.md")
            try TestImages.write([1], "\(root)/b.png")
            let text = formatError(.unsupported) {
                _ = try ImageDataGenerator().flowFromDirectory(root, targetSize: (3, 3), verbose: false)
            }
            #expect(text.contains("a (readme.md)") && text.contains("b.png"))
            let missing = formatError(.unreadable) {
                _ = try ImageDataGenerator().flowFromDirectory(root, classes: ["zoo"], verbose: false)
            }
            #expect(missing.contains("zoo") && missing.contains("there are: a"))
            _ = formatError(.unreadable) { _ = try imageDatasetFromDirectory("\(root)/none", verbose: false) }
        }
    }

    @Test func `A link in a circle is not followed`() throws {
        try TestImages.withFolder { root in
            try Self.folders(root)
            try FileManager.default.createSymbolicLink(atPath: "\(root)/cat/again", withDestinationPath: root)
            #expect(try ImageDataGenerator().flowFromDirectory(root, targetSize: (3, 3), verbose: false).count == 12)
        }
    }

    @Test(.enabled(if: TestImages.cifar != nil, TestImages.cifarComment))
    func `CIFAR-10's pictures`() throws {
        let root = try #require(TestImages.cifar)
        let flow = try ImageDataGenerator(rotationRange: 20, rescale: 1.0 / 255).flowFromDirectory(
            "\(root)/train", targetSize: (32, 32), batchSize: 64, verbose: false)
        #expect(flow.count == 1500 && flow.classNames.count == 10 && flow.batchesPerEpoch == 24)
        let all = try flow.all()
        #expect(all.y?.sum(axis: 0).array() == [Float](repeating: 150, count: 10))
        let mean = all.x.mean().scalar()
        #expect((0.4...0.55).contains(mean))
    }
}
