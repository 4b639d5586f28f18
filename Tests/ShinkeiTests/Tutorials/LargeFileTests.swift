import FoundationEssentials
import ShinkeiTesting
import Testing

@testable import Shinkei

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@Suite struct LargeFileTests {
    static let isWanted = ProcessInfo.processInfo.environment["SHINKEI_BIG_TESTS"] != nil

    /// A sparse file: the disk holds next to nothing of it, but every byte is read.
    @Test(
        .enabled(
            if: isWanted, "reads 10 GB and looks at the whole process's memory; set SHINKEI_BIG_TESTS, run it alone"))
    func `S3-34: 10 GB in a file are trained on in less than 500 MB`() throws {
        let (rows, width) = (10_000_000_000 / 4096, 1024)
        let path = FileManager.default.temporaryDirectory.appending(
            path: "shinkei-\(UInt64.random(in: 0 ... .max)).npy"
        )
        .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // NumPy's header, version 1: 128 bytes.
        let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(width)), }"
        let padded = dictionary + String(repeating: " ", count: 117 - dictionary.utf8.count) + "\n"
        try Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8)).write(to: URL(filePath: path))
        try #require(truncate(path, off_t(128 + rows * width * 4)) == 0)

        setRandomSeed(0)
        let network = Sequential { Dense(1, inputShape: [.some(width)]) }
        try network.compile(optimizer: .sgd(), loss: .meanSquaredError)
        let zeros = Tensor.zeros([256, 1])
        let data = try Dataset<Example>.npy(path).shuffle(10_000, seed: 1).batch(256, dropRemainder: true).prefetch()
        let clock = ContinuousClock()
        var read = 0
        let time = try clock.measure {
            try data.forEach { batch in
                try network.trainOnBatch(batch.x[0], zeros)
                read += batch.x[0].shape[0]
            }
        }
        #expect(read == rows / 256 * 256)
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
        print("10 GB in \(time): \(peak)")
        #expect(try #require(Int(peak.filter(\.isNumber))) < 500_000)
    }
}
