import ShinkeiCore
import Testing

@testable import ShinkeiFormats

@Suite struct IDXTests {
    static let folder = TestFiles.committed + "idx/"

    @Test func `Labels are read, plain and compressed`() throws {
        let compressed = try IDX.read(Self.folder + "train-labels-idx1-ubyte.gz")
        #expect(compressed.shape == [24])
        #expect(compressed.dtype == .uint8)
        #expect(
            compressed.bytes == [
                8, 4, 1, 9, 9, 1, 9, 0, 9, 9, 4, 5, 4, 5, 3, 4, 9, 2, 0, 2, 4, 2, 9, 1,
            ])
        let plain = try IDX.read(Self.folder + "t10k-labels-idx1-ubyte")
        #expect(plain == HostArray(shape: [5], dtype: .uint8, bytes: [8, 4, 1, 9, 9]))
        let bytes = try TestFiles.bytes(Self.folder + "train-labels-idx1-ubyte.gz")
        #expect(try IDX.decode(bytes) == compressed)
    }

    @Test func `Big-endian floats are read`() throws {
        let array = try IDX.read(Self.folder + "float-idx2")
        #expect(array.shape == [2, 3])
        #expect(array.dtype == .float32)
        #expect(
            doubles(array)
                == [
                    -1.1239280700683594, -1.2116155624389648, 0.22984516620636, -0.4892445504665375,
                    -1.0215736627578735, 0.8934897184371948,
                ].map { Double(Float($0)) })
        #expect(try Tensor(idx: Self.folder + "float-idx2").hostBytes() == array.bytes)
    }

    @Test(.enabled(if: TestFiles.shared != nil, TestFiles.sharedComment))
    func `Images are read`() throws {
        let folder = try #require(TestFiles.shared) + "/idx/"
        let images = try IDX.read(folder + "train-images-idx3-ubyte.gz")
        #expect(images.shape == [24, 28, 28])
        // Sums by NumPy over `train_images` of expected.npz: all, and each times its position.
        #expect(images.bytes.reduce(0) { $0 + Int($1) } == 457_550)
        #expect(
            images.bytes.enumerated().reduce(0) { $0 + $1.offset * Int($1.element) }
                == 4_278_867_914)
        let plain = try IDX.read(folder + "t10k-images-idx3-ubyte")
        #expect(plain.shape == [5, 28, 28])
        #expect(plain.bytes == Array(images.bytes.prefix(5 * 784)))
    }

    @Test(
        arguments: [
            (0x08, DType.uint8, [1, 255], [1, 255]),
            (0x09, .int32, [1, 255], [1, -1]),
            (0x0B, .int32, [0, 1, 0x80, 0], [1, -32768]),
            (0x0C, .int32, [0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFE], [256, -2]),
            (0x0D, .float32, [0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0], [1, -2.5]),
            (
                0x0E, .float64, [0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0xC0, 4, 0, 0, 0, 0, 0, 0],
                [1, -2.5]
            ),
        ] as [(UInt8, DType, [UInt8], [Double])])
    func `All types are read`(code: UInt8, dtype: DType, data: [UInt8], values: [Double]) throws {
        let array = try IDX.decode([0, 0, code, 1, 0, 0, 0, 2] + data)
        #expect(array.dtype == dtype)
        #expect(doubles(array) == values)
        for count in 0..<8 + data.count {
            #expect(throws: FormatError.self) {
                try IDX.decode(Array(([0, 0, code, 1, 0, 0, 0, 2] + data).prefix(count)))
            }
        }
    }

    @Test func `Scalars and empty arrays are read`() throws {
        #expect(try IDX.decode([0, 0, 8, 0, 7]) == HostArray(shape: [], dtype: .uint8, bytes: [7]))
        let empty = try IDX.decode([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 9])
        #expect(empty == HostArray(shape: [0, 9], dtype: .uint8, bytes: []))
    }

    @Test(
        arguments: [
            ([], FormatError.Kind.notThisFormat),
            ([0, 0, 8], .notThisFormat),
            ([1, 0, 8, 1, 0, 0, 0, 0], .notThisFormat),
            ([0, 1, 8, 1, 0, 0, 0, 0], .notThisFormat),
            ([0, 0, 0x0A, 1, 0, 0, 0, 0], .notThisFormat),
            ([0, 0, 0x0F, 1, 0, 0, 0, 0], .notThisFormat),
            ([0, 0, 8, 1, 0, 0], .truncated),
            ([0, 0, 8, 255, 0, 0, 0, 1], .truncated),
            ([0, 0, 8, 1, 0, 0, 0, 2, 1], .truncated),
            ([0, 0, 8, 1, 0, 0, 0, 1, 1, 2], .malformed),
            ([0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF, 1], .truncated),
            ([0, 0, 8, 1, 0x80, 0, 0, 0, 1], .truncated),
            (
                [0, 0, 8, 3] + [UInt8](repeating: 0xFF, count: 12) + [1], .tooLarge
            ),
            (
                // A zero size does not hide the overflow of the others.
                [0, 0, 8, 3, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8), .tooLarge
            ),
        ] as [([UInt8], FormatError.Kind)])
    func `Hostile files are refused`(bytes: [UInt8], kind: FormatError.Kind) throws {
        _ = formatError(kind) { _ = try IDX.decode(bytes, name: "bad") }
        try TestFiles.withFolder { folder in
            try TestFiles.write(bytes, folder + "/bad")
            _ = formatError(kind) { _ = try IDX.read(folder + "/bad") }
        }
    }

    @Test func `A zero size beside sizes that fit is no overflow`() throws {
        #expect(try IDX.decode([0, 0, 8, 2, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]).bytes == [])
    }

    @Test func `Compressed files are checked too`() throws {
        let bytes = try TestFiles.bytes(Self.folder + "train-labels-idx1-ubyte.gz")
        try TestFiles.withFolder { folder in
            for count in 2..<bytes.count {
                try TestFiles.write(Array(bytes.prefix(count)), folder + "/a")
                _ = formatError(.truncated) { _ = try IDX.read(folder + "/a") }
            }
            var changed = bytes
            changed[bytes.count - 6] ^= 1  // in the checksum
            try TestFiles.write(changed, folder + "/a")
            _ = formatError(.malformed) { _ = try IDX.read(folder + "/a") }
            try TestFiles.write(bytes, folder + "/a")
            _ = formatError(.tooLarge) { _ = try IDX.read(folder + "/a", limit: 20) }
            #expect(try IDX.read(folder + "/a", limit: 32).bytes.count == 24)

            // 100,000 zeros are a header of rank 0, then more data than that.
            try TestFiles.write(GzipTests.zeros, folder + "/a")
            _ = formatError(.notThisFormat) { _ = try IDX.read(folder + "/a") }
        }
    }

    @Test func `A compressed claim that cannot be true is refused at once`() throws {
        try TestFiles.withFolder { folder in
            // Python: gzip.compress(bytes([0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff, 1]), mtime=0)
            try TestFiles.write(Self.hugeClaim, folder + "/a")
            let error = formatError(.truncated) { _ = try IDX.read(folder + "/a") }
            #expect(error.contains("cannot hold"))
            _ = formatError(.truncated) { _ = try IDX.decode(Self.hugeClaim) }
        }
    }

    static let hugeClaim: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 252, 15, 4, 140, 0, 24, 177, 96, 80, 9, 0,
        0, 0,
    ]
}
