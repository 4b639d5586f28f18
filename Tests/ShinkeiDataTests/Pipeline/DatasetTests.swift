import FoundationEssentials
import ShinkeiCore
import ShinkeiFormats
import Synchronization
import Testing

@testable import ShinkeiData

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

struct Broken: Error, Equatable { var file: String }

@Suite(.serialized) struct DatasetTests {
    static func rows(_ count: Int) -> Dataset<Example> {
        .fromTensorSlices(
            Tensor((0..<2 * count).map(Float.init), shape: [count, 2]), Tensor(Array(0..<count), shape: [count]))
    }
    static func labels(_ data: Dataset<Example>) throws -> [[Int]] {
        try data.collect().map { $0.y[0].array(of: Int.self) }
    }

    @Test func `Rows become batches, the last one smaller`() throws {
        let batches = try Self.rows(10).batch(4).collect()
        #expect(batches.map { $0.x[0].shape.sizes } == [[4, 2], [4, 2], [2, 2]])
        #expect(batches[2].x[0].array() == [16, 17, 18, 19])
        #expect(batches[2].y[0].array(of: Int.self) == [8, 9])
        #expect(try Self.rows(10).batch(4, dropRemainder: true).collect().count == 2)
        #expect(Self.rows(10).batch(4).knownCount == 3)
        #expect(Array(Self.rows(3)).map { $0.x[0].shape.sizes } == [[2], [2], [2]])
    }

    @Test func `S3-32: Shuffling reshuffles each pass, and the seed repeats it`() throws {
        let a = Self.rows(100).shuffle(30, seed: 5)
        let (first, second) = (try Self.labels(a), try Self.labels(a))
        #expect(first != second)
        #expect(Set(first) == Set((0..<100).map { [$0] }))
        // From a buffer of 30, no element comes more than 29 places early.
        #expect(first.enumerated().allSatisfy { $0.element[0] - $0.offset < 30 })
        let b = Self.rows(100).shuffle(30, seed: 5)
        #expect(try Self.labels(b) == first)
        #expect(try Self.labels(Self.rows(100).shuffle(30, seed: 5).repeat(2)) == first + second)
        let fixed = Self.rows(100).shuffle(100, seed: 5, reshuffleEachIteration: false)
        #expect(try Self.labels(fixed) == Self.labels(fixed))
    }

    /// Batches of rows take a shorter way than those of other elements, which `filter` makes them.
    @Test(arguments: [1, 7, 30, 100, 500])
    func `Rows come in the order of other elements`(bufferSize: Int) throws {
        let short = Self.rows(100).shuffle(bufferSize, seed: 5)
        let long = Self.rows(100).filter { _ in true }.shuffle(bufferSize, seed: 5)
        for dropRemainder in [false, true] {
            let (a, b) = (short.batch(7, dropRemainder: dropRemainder), long.batch(7, dropRemainder: dropRemainder))
            for _ in 0..<2 { #expect(try Self.labels(a) == Self.labels(b)) }
            #expect(try Self.labels(a.skip(5)) == Self.labels(b.skip(5)))
        }
        let twice = (short.shuffle(10, seed: 6).batch(9), long.shuffle(10, seed: 6).batch(9))
        #expect(try Self.labels(twice.0) == Self.labels(twice.1))
    }

    @Test func `A position goes on where an iteration stood`() throws {
        func make() -> Dataset<Example> {
            Self.rows(50).shuffle(20, seed: 3).map(workers: 2) { $0 }.repeat().batch(7).prefetch()
        }
        let iterator = make().makeIterator()
        for _ in 0..<11 { _ = iterator.next() }
        let position = iterator.position
        let expected = (0..<5).map { _ in iterator.next()?.y[0].array(of: Int.self) }
        let resumed = make().makeIterator(at: position)
        #expect((0..<5).map { _ in resumed.next()?.y[0].array(of: Int.self) } == expected)
    }

    @Test func `Numbers through every simple stage`() throws {
        let data = Dataset.range(0..<10)
        #expect(try data.take(3).collect() == [0, 1, 2])
        #expect(try data.skip(8).collect() == [8, 9])
        #expect(try data.shard(3, index: 1).collect() == [1, 4, 7])
        #expect(data.shard(3, index: 1).knownCount == 3)
        #expect(try data.filter { $0 % 2 == 0 }.collect() == [0, 2, 4, 6, 8])
        #expect(try data.take(2).repeat(3).collect() == [0, 1, 0, 1, 0, 1])
        #expect(try data.take(2).concatenate(data.skip(9)).collect() == [0, 1, 9])
        #expect(try data.window(3).collect() == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]])
        #expect(try data.window(3, shift: 4, stride: 2, dropRemainder: true).collect() == [[0, 2, 4], [4, 6, 8]])
        #expect(try data.window(3, shift: 4, stride: 2, dropRemainder: true).skip(1).collect() == [[4, 6, 8]])
        let pairs = try Dataset<(Int, Int)>.zip(data, data.skip(5)).collect()
        #expect(pairs.map { $0.0 * 10 + $0.1 } == [5, 16, 27, 38, 49])
        // As tf.data's example: cycle 2, block 4.
        let five = Dataset.range(1..<6)
        let mixed = five.interleave(cycleLength: 2, blockLength: 4) { n in Dataset([Int](repeating: n, count: 6)) }
        #expect(
            try mixed.collect() == [
                1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5,
            ])
        #expect(try Dataset<Int>(generator: { 0..<4 }).collect() == [0, 1, 2, 3])
    }

    @Test func `Padded batches grow to the largest`() throws {
        let data = Dataset([[1], [2, 3], [4, 5, 6]] as [[Float]]).map { Example(x: [Tensor($0)], y: [Tensor($0)]) }
        let batch = try data.paddedBatch(3, padding: Padding(value: 0, targetValue: -1)).collect()[0]
        #expect(batch.x[0].array() == [1, 0, 0, 2, 3, 0, 4, 5, 6])
        #expect(batch.y[0].array() == [1, -1, -1, 2, 3, -1, 4, 5, 6])
        let fixed = try data.paddedBatch(3, padding: Padding(shape: [4])).collect()[0]
        #expect(fixed.x[0].shape.sizes == [3, 4])
        #expect(throws: DataError.self) { try data.paddedBatch(3, padding: Padding(shape: [2])).collect() }
        #expect(throws: DataError.self) { try data.batch(3).collect() }
    }

    @Test func `Parallel map keeps the order and uses threads`() throws {
        let threads = Mutex(Set<String>())
        let data = Dataset.range(0..<200).map(workers: 4) { number in
            threads.withLock { _ = $0.insert("\(pthread_self())") }
            usleep(UInt32((number * 7) % 5) * 200)
            return number * 2
        }
        #expect(try data.collect() == (0..<200).map { $0 * 2 })
        #expect(threads.withLock { $0.count } > 1)
        #expect(WorkerThread.running.load(ordering: .relaxed) == 0)
    }

    @Test(arguments: [1, 3])
    func `A worker's error reaches the caller once`(workers: Int) throws {
        let data = Dataset.range(0..<100).map(workers: workers) { number in
            if number >= 40 { throw Broken(file: "\(number).png") }
            return number
        }.prefetch()
        let iterator = data.makeIterator()
        var seen = 0
        #expect(throws: Broken(file: "40.png")) { while try iterator.tryNext() != nil { seen += 1 } }
        #expect(seen == 40)
        #expect(try iterator.tryNext() == nil)
        #expect(WorkerThread.running.load(ordering: .relaxed) == 0)
    }

    @Test func `Cancelling, or letting go, ends every thread`() throws {
        func make() -> Dataset<Example> {
            Self.rows(1000).repeat().map(workers: 3) { $0 }.prefetch().batch(8).map(workers: 2) { $0 }.prefetch(4)
        }
        let iterator = make().makeIterator()
        for _ in 0..<5 { _ = iterator.next() }
        #expect(WorkerThread.running.load(ordering: .relaxed) == 7)
        iterator.cancel()
        #expect(WorkerThread.running.load(ordering: .relaxed) == 0)
        #expect(iterator.next() == nil)
        for (i, _) in make().enumerated() where i == 10 { break }
        #expect(WorkerThread.running.load(ordering: .relaxed) == 0)
    }

    @Test func `S3-32: Prefetching works while the caller does`() throws {
        let data = Dataset.range(0..<20).map { number in
            usleep(5000)
            return number
        }
        func time(_ data: Dataset<Int>) throws -> Duration {
            let clock = ContinuousClock()
            return try clock.measure { try data.forEach { _ in usleep(5000) } }
        }
        #expect(try time(data.prefetch()) < time(data) * 0.8)
    }

    @Test func `Caches make elements once`() throws {
        try TinyMNIST.withFolder { folder in
            let made = Mutex(0)
            let data = Self.rows(6).map { example in
                made.withLock { $0 += 1 }
                return example
            }
            for cached in [data.cache(), data.cache(folder + "/cache")] {
                made.withLock { $0 = 0 }
                let first = try Self.labels(cached)
                #expect(try Self.labels(cached) == first)
                #expect(made.withLock { $0 } == 6)
            }
            try Data("no".utf8).write(to: URL(filePath: folder + "/other"))
            #expect(throws: FormatError.self) { try data.cache(folder + "/other").collect() }
        }
    }

    @Test func `CSV with quotes, types found, and errors with file and row`() throws {
        try TinyMNIST.withFolder { folder in
            func file(_ name: String, _ text: String) throws -> String {
                try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
                return folder + "/" + name
            }
            let path = try file(
                "a.csv",
                "\u{FEFF}age,name,price,ok\r\n1,\"Smith, \"\"J\"\"\",2.5,true\r\n,\"two\nlines\",1e3,false\n\n3,\"\",NA,yes"
            )
            let rows = try Dataset<TableRow>.csv(path).collect()
            #expect(rows.map { $0["age"] } == [.integer(1), .missing, .integer(3)])
            #expect(rows.map { $0["name"] } == [.text("Smith, \"J\""), .text("two\nlines"), .text("")])
            #expect(rows.map { $0["price"] } == [.number(2.5), .number(1000), .missing])
            #expect(rows.map { $0["ok"] } == [.bool(true), .bool(false), .bool(true)])
            let batch = try Dataset<Example>.csv(path, label: "ok", features: ["age", "price"]).batch(3).collect()[0]
            #expect(batch.x[0].shape.sizes == [3, 2])
            #expect(batch.x[0].array()[2].isNaN)
            #expect(batch.y[0].array() == [1, 0, 1])

            let bad = try file("b.csv", "a\n1\n2\nx\n")
            var text = ""
            do { _ = try Dataset<TableRow>.csv(bad, inferringFrom: 2).collect() } catch { text = "\(error)" }
            #expect(text.contains("b.csv: row 4: column \"a\": expected an integer, got \"x\""), "\(text)")
            for (content, reason) in [
                ("a,b\n1\n", "row 2: has 1 fields"), ("a\n\"x", "without an end"), ("a\n\"x\"y\n", "behind the quoted"),
                ("a,a\n", "two columns"), ("", "empty"),
            ] {
                text = ""
                let path = try file("c.csv", content)
                do { _ = try Dataset<TableRow>.csv(path).collect() } catch { text = "\(error)" }
                #expect(text.contains(reason), "\(text)")
            }
            let lines = try file("d.jsonl", "{\"a\": 1}\n\n[2]\n{\n")
            do {
                _ = try Dataset<JSON>.jsonLines(lines).collect()
                Issue.record("no error")
            } catch { #expect("\(error)".contains("d.jsonl: row 4: ")) }
        }
    }

    @Test func `Arrays in files are read row by row`() throws {
        try TinyMNIST.withFolder { folder in
            let x = Tensor((0..<40).map(Float.init), shape: [10, 4])
            let y = Tensor(Array(0..<10), shape: [10])
            try Npz.write([("x", HostArray(x)), ("y", HostArray(y))], to: folder + "/a.npz")
            try Npz.write([("x", HostArray(x)), ("y", HostArray(y))], to: folder + "/b.npz", compressed: true)
            try Npy.write(HostArray(x), to: folder + "/x.npy")
            try Npy.write(HostArray(y), to: folder + "/y.npy")
            let expected = try Dataset.fromTensorSlices(x, y).shuffle(10, seed: 1).batch(4).collect()
            for data in [
                try Dataset<Example>.npz(folder + "/a.npz"), try .npz(folder + "/b.npz"),
                try .npy(folder + "/x.npy", folder + "/y.npy"),
            ] {
                let got = try data.shuffle(10, seed: 1).batch(4).collect()
                #expect(got.map { $0.x[0].array() } == expected.map { $0.x[0].array() })
                #expect(got.map { $0.y[0].hostBytes() } == expected.map { $0.y[0].hostBytes() })
            }
            try TinyMNIST.write(to: folder)
            let idx = try Dataset<Example>.idx(folder + "/train-images-idx3-ubyte", folder + "/train-labels-idx1-ubyte")
            let batch = try idx.batch(2).collect()[0]
            #expect(batch.x[0].hostBytes() == Array(TinyMNIST.images.dropFirst(16)))
            #expect(batch.y[0].array(of: Int.self) == [3, 9])
        }
    }

    @Test func `Splits, folds, scalers and one-hot rows`() {
        let split = Split(count: 10, testFraction: 0.25, seed: 1)
        #expect(split.test.count == 3 && Set(split.train + split.test) == Set(0..<10))
        let even = Split(count: 100, testFraction: 0.2, stratifiedBy: (0..<100).map { $0 % 4 == 0 ? 1 : 0 })
        #expect(even.test.count { $0 % 4 == 0 } == 5 && even.test.count == 20)
        let folds = Split.kFold(count: 10, folds: 3)
        #expect(folds.map(\.test) == [[0, 1, 2, 3], [4, 5, 6], [7, 8, 9]])
        #expect(folds[1].train == [0, 1, 2, 3, 7, 8, 9])
        let x = Tensor([1, 5, 2, 5, 3, 5] as [Float], shape: [3, 2])
        let standard = StandardScaler(x)
        #expect(standard.transform(x).array().map { ($0 * 1000).rounded() } == [-1225, 0, 0, 0, 1225, 0])
        #expect(standard.inverse(standard.transform(x)).array() == x.array())
        #expect(MinMaxScaler(x, range: -1...1).transform(x).array() == [-1, -1, 0, -1, 1, -1])
        #expect(toCategorical(Tensor([0, 2])).array() == [1, 0, 0, 0, 0, 1])
    }

    @Test(.enabled(if: MNISTTests.isThere))
    func `Speed of MNIST's batches`() throws {
        let mnist = try MNIST.load().train
        let y = mnist.labels.evaluate()
        for (name, x) in [("uint8", mnist.images), ("float32", (mnist.images.cast(to: .float32) / 255).evaluate())] {
            let data = Dataset.fromTensorSlices(x, y).shuffle(1000, seed: 1).batch(32).prefetch()
            var best = Duration.seconds(100)
            for _ in 0..<5 {
                var rows = 0
                best = min(best, try ContinuousClock().measure { try data.forEach { rows += $0.x[0].shape[0] } })
                #expect(rows == 60_000)
            }
            print("MNIST \(name): \(Int(60_000 / (best / .seconds(1)))) samples/s")
        }
    }
}
