import FoundationEssentials
import Testing

@testable import Shinkei

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Trainings in processes of their own, ended from outside and gone on with.
@Suite(.serialized) struct ResumeTests {
    /// What a training comes to that nobody interrupts, and how many steps it takes.
    private func whole(_ source: StatefulTraining.Source) throws -> (StatefulTraining.Outcome, steps: Int) {
        let directory = StatefulTraining.newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let counter = StatefulTraining.Signal()
        return (try StatefulTraining.run(source, in: directory, [counter]), counter.batches)
    }

    @Test(arguments: [(StatefulTraining.Source.arrays, 20), (.dataset, 8)])
    func `A training that is killed anywhere goes on to the same bits`(
        source: StatefulTraining.Source, kills: Int
    ) async throws {
        let (expected, steps) = try whole(source)
        var (inWriting, withState) = (0, 0)
        for i in 0..<kills {
            let directory = StatefulTraining.newDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            // Each second training is killed twice. Any other number of threads makes the same bits.
            for _ in 0...i % 2 {
                let (step, microseconds) = (Int.random(in: 1...steps), Int.random(in: 0...3000))
                let threads = [1, 2, 4][i % 3]
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [
                        source = source as StatefulTraining.Source, directory = directory as String,
                        step = step as Int, microseconds = microseconds as Int, threads = threads as Int
                    ] in
                    StatefulTraining.setThreads(threads)
                    let end = StatefulTraining.Signal(SIGKILL, at: step, after: microseconds)
                    _ = try StatefulTraining.run(source, in: directory, [end])
                    kill(getpid(), SIGKILL)
                }
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: directory)
            inWriting += files.contains { $0.hasSuffix(".tmp") } ? 1 : 0
            withState += files.contains("training.safetensors") ? 1 : 0
            #expect(try StatefulTraining.run(source, in: directory, [LambdaCallback()]) == expected, "kill \(i)")
            let left = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(!left.contains { $0.contains("training") }, "\(left)")
            let lines = String(decoding: StatefulTraining.bytes(of: directory + "/log.csv"), as: UTF8.self).split(
                separator: "\n")
            #expect(lines.count == 1 + (expected.history["loss"]?.count ?? 0))
        }
        print("\(kills) of \(source) killed: \(withState) had a state, \(inWriting) were writing a file")
    }

    @Test(arguments: [1, 2, 4])
    func `Any number of threads makes the same bits`(threads: Int) async throws {
        let directory = StatefulTraining.newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        await #expect(processExitsWith: .success) {
            [directory = directory as String, threads = threads as Int] in
            StatefulTraining.setThreads(threads)
            let outcome = try StatefulTraining.run(.arrays, in: directory)
            try StatefulTraining.write(outcome.weights, to: directory + "/weights")
        }
        #expect(StatefulTraining.bytes(of: directory + "/weights") == (try whole(.arrays).0.weights))
    }

    @Test(arguments: [StatefulTraining.Source.arrays, .dataset])
    func `Ctrl-C ends a training cleanly, and the next goes on to the same bits`(source: StatefulTraining.Source)
        async throws
    {
        let (expected, steps) = try whole(source)
        let directory = StatefulTraining.newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        await #expect(processExitsWith: .success) {
            [source = source as StatefulTraining.Source, directory = directory as String, steps = steps as Int] in
            let stop = StopOnInterrupt()
            let interrupt = StatefulTraining.Signal(SIGINT, at: steps / 2)
            let outcome = try StatefulTraining.run(source, in: directory, [stop, interrupt])
            try #require(stop.wasInterrupted)
            try StatefulTraining.write(Array("\(outcome.history["loss"]?.count ?? 0)".utf8), to: directory + "/epochs")
            // Nobody waits for Ctrl-C any more.
            #expect(signal(SIGINT, SIG_DFL) == nil)
        }
        let epochs = Int(String(decoding: StatefulTraining.bytes(of: directory + "/epochs"), as: UTF8.self)) ?? 0
        #expect(epochs >= 1 && epochs <= 8)
        #expect(FileManager.default.fileExists(atPath: directory + "/training.safetensors"))
        #expect(FileManager.default.fileExists(atPath: directory + "/last.weights.h5"))
        #expect(try StatefulTraining.run(source, in: directory, [LambdaCallback(), LambdaCallback()]) == expected)
    }

    @Test func `A state of another training is refused`() throws {
        let directory = StatefulTraining.newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (x, y) = (Tensor.ones([6, 3]), Tensor.ones([6, 1]))
        func fit(_ units: Int, metrics: [Metric] = []) throws {
            let model = Sequential([Input(shape: [3]), Dense(units), Dense(1)])
            try model.compile(optimizer: .sgd(), loss: .mse, metrics: metrics)
            try model.fit(x, y, verbose: 0, callbacks: [BackupAndRestore(directory, deleteCheckpoint: false)])
        }
        try fit(4)
        try fit(4)
        #expect(errorText { try fit(5) }.contains("is the state of another training: dense"))
        #expect(errorText { try fit(4, metrics: [.mae]) }.contains("losses, metrics or data differ"))
        let path = directory + "/training.safetensors"
        try StatefulTraining.write(Array(StatefulTraining.bytes(of: path).dropLast(7)), to: path)
        #expect(errorText { try fit(4) }.contains("training.safetensors"))
    }
}
