import Testing

@testable import ShinkeiFormats

/// The compressed bytes were written by Python 3.11's `gzip.compress(…, mtime=0)` and `zlib`.
@Suite struct GzipTests {
    static let hello: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 215, 81, 200, 64, 161, 0, 248, 85,
        142, 20, 21, 0, 0, 0,
    ]
    static let helloText = Array("hello, hello, hello, ".utf8)
    static let world: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 43, 207, 47, 202, 73, 1, 0, 67, 17, 119, 58, 5, 0, 0, 0,
    ]
    /// 100,000 zeros.
    static let zeros: [UInt8] =
        [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 245, 79, 109, 13,
            15, 160,
        ] + [UInt8](repeating: 0, count: 96)
        + [128, 87, 3, 125, 149, 17, 212, 160, 134, 1, 0]

    @Test func `A file is decompressed`() throws {
        #expect(try Gzip.decompress(Self.hello, limit: 1000) == Self.helloText)
        #expect(Gzip.isGzip(Self.hello))
        #expect(!Gzip.isGzip(Self.hello.dropFirst()))
        #expect(!Gzip.isGzip([]))
    }

    @Test func `All members are decompressed, and zeros may follow`() throws {
        let both = Self.helloText + Array("world".utf8)
        #expect(try Gzip.decompress(Self.hello + Self.world, limit: 1000) == both)
        let padded = Self.hello + Self.world + [UInt8](repeating: 0, count: 70_000)
        #expect(try Gzip.decompress(padded, limit: 1000) == both)
        _ = formatError(.malformed) { _ = try Gzip.decompress(padded + [1], limit: 1000) }
        _ = formatError(.malformed) { _ = try Gzip.decompress(Self.hello + [1, 2], limit: 1000) }
        // The beginning of a further member, cut.
        _ = formatError(.truncated) {
            _ = try Gzip.decompress(Self.hello + [31, 139], limit: 1000)
        }
    }

    @Test func `Every cut of a file is refused`() {
        for count in 0..<Self.hello.count {
            let error = formatError(.truncated) {
                _ = try Gzip.decompress(Array(Self.hello.prefix(count)), limit: 1000, name: "x.gz")
            }
            #expect(error.hasPrefix("x.gz: gzip: "))
        }
    }

    @Test func `A changed checksum, length or content is refused`() {
        for position in 10..<Self.hello.count {
            var bytes = Self.hello
            bytes[position] ^= 0x10
            #expect(throws: FormatError.self) { try Gzip.decompress(bytes, limit: 1000) }
        }
        var bytes = Self.hello
        bytes[22] ^= 1
        #expect(
            formatError(.malformed) { _ = try Gzip.decompress(bytes, limit: 1000) }
                .contains("incorrect data check"))
        _ = formatError(.malformed) { _ = try Gzip.decompress([1, 2, 3], limit: 1000) }
    }

    @Test(arguments: [0, 1, 20])
    func `The limit holds`(limit: Int) {
        let error = formatError(.tooLarge) { _ = try Gzip.decompress(Self.hello, limit: limit) }
        #expect(error.contains("limit of \(limit) bytes"))
    }

    @Test func `The limit counts all members, and the exact size passes`() throws {
        #expect(try Gzip.decompress(Self.hello, limit: 21).count == 21)
        #expect(try Gzip.decompress(Self.hello + Self.world, limit: 26).count == 26)
        _ = formatError(.tooLarge) {
            _ = try Gzip.decompress(Self.hello + Self.world, limit: 25)
        }
        #expect(
            try Gzip.decompress(Self.zeros, limit: 100_000) == .init(repeating: 0, count: 100_000))
        _ = formatError(.tooLarge) { _ = try Gzip.decompress(Self.zeros, limit: 99_999) }
    }

    @Test func `Any sizes of pieces give the same bytes`() throws {
        for inputSize in [1, 2, 7] {
            for outputSize in [1, 3, 64] {
                let all = Self.hello + Self.world
                var position = 0
                let reader = InflateReader(name: "x", wrapping: .gzip, limit: 1000) { buffer in
                    let count = min(inputSize, all.count - position)
                    for i in 0..<count { buffer[i] = all[position + i] }
                    position += count
                    return count
                }
                var result: [UInt8] = []
                var piece = [UInt8](repeating: 0, count: outputSize)
                while true {
                    let count = try piece.withUnsafeMutableBytes { try reader.read(into: $0) }
                    if count == 0 { break }
                    result += piece[..<count]
                }
                #expect(result == Self.helloText + Array("world".utf8))
            }
        }
    }

    @Test(
        arguments: [
            (InflateReader.Wrapping.zlib, [120, 156, 203, 72, 205, 201, 201, 7, 0, 6, 44, 2, 21]),
            (.raw, [203, 72, 205, 201, 201, 7, 0]),
        ] as [(InflateReader.Wrapping, [UInt8])])
    func `Other wrappings are read`(wrapping: InflateReader.Wrapping, bytes: [UInt8]) throws {
        var left = bytes[...]
        let reader = InflateReader(name: "x", wrapping: wrapping, limit: 5) { buffer in
            buffer.copyBytes(from: left)
            defer { left = [] }
            return left.count
        }
        #expect(try reader.readAll() == Array("hello".utf8))
    }

    @Test func `A file on disk is read`() throws {
        try TestFiles.withFolder { folder in
            try TestFiles.write(Self.hello, folder + "/a.gz")
            #expect(try Gzip.read(folder + "/a.gz", limit: 21) == Self.helloText)
            _ = formatError(.tooLarge) { _ = try Gzip.read(folder + "/a.gz", limit: 20) }
            _ = formatError(.unreadable) { _ = try Gzip.read(folder + "/b.gz", limit: 20) }
        }
    }
}
