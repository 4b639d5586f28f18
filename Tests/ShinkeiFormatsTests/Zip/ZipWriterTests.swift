import FoundationEssentials
import Testing

@testable import ShinkeiFormats

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@Suite struct ZipWriterTests {
    private let text = Array(String(repeating: "hello ", count: 500).utf8)

    private func write(_ path: String, zip64From: Int = 0xFFFF_FFFF) throws(FormatError) {
        let writer = try ZipWriter(path, zip64From: zip64From)
        try writer.add("stored", text)
        try writer.add("deflated", text, compressed: true)
        try writer.add("no smaller", [1, 2, 3], compressed: true)
        try writer.add("神経/aligned", text, alignment: 64)
        try writer.add("streamed", size: text.count, alignment: 64) { sink throws(FormatError) in
            try sink.write(Array(text[..<1000]))
            try sink.write(Array(text[1000...]))
        }
        try writer.add("empty", [])
        try writer.add("folder/", [])
        try writer.finish()
    }

    @Test(arguments: [0xFFFF_FFFF, 0, 1000])
    func `What is written reads the same, in 32 bits and in 64`(zip64From: Int) throws {
        try TestFiles.withFolder { folder in
            try write(folder + "/a.zip", zip64From: zip64From)
            let reader = try ZipReader(path: folder + "/a.zip")
            #expect(reader.names == ["stored", "deflated", "no smaller", "神経/aligned", "streamed", "empty"])
            for name in ["stored", "deflated", "神経/aligned", "streamed"] {
                #expect(try reader.member(name)?.bytes() == text)
            }
            #expect(try reader.member("no smaller")?.bytes() == [1, 2, 3])
            #expect(try reader.member("empty")?.bytes() == [])
            #expect(reader.member("no smaller")?.isStored == true)
            let deflated = try #require(reader.member("deflated"))
            #expect(!deflated.isStored && deflated.compressedSize < 100)
            for name in ["神経/aligned", "streamed"] {
                #expect(try #require(reader.member(name)).dataOffset % 64 == 0)
            }
            // Equal members give equal bytes.
            try write(folder + "/b.zip", zip64From: zip64From)
            #expect(try TestFiles.bytes(folder + "/a.zip") == TestFiles.bytes(folder + "/b.zip"))
        }
    }

    @Test func `More members than 16 bits count are written`() throws {
        try TestFiles.withFolder { folder in
            for count in [65_534, 65_535, 65_536] {
                let writer = try ZipWriter(folder + "/a.zip")
                for i in 0..<count { try writer.add("\(i)", []) }
                try writer.finish()
                let reader = try ZipReader(path: folder + "/a.zip")
                #expect(reader.names.count == count)
                #expect(reader.names.last == "\(count - 1)")
            }
        }
    }

    @Test func `A pipe gets what a file gets, with the checksum behind the data`() async throws {
        let pipe = FileManager.default.temporaryDirectory.appending(path: "shinkei-\(UInt64.random(in: 0 ... .max))")
            .path
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        let bytes = Task.detached {
            var bytes: [UInt8] = []
            let file = try #require(fopen(pipe, "r"))
            defer { fclose(file) }
            while case let byte = getc(file), byte >= 0 { bytes.append(UInt8(byte)) }
            return bytes
        }
        try write(pipe)
        let reader = try ZipReader(MemoryBytes(try await bytes.value, name: "a.zip"))
        #expect(try reader.member("streamed")?.bytes() == text)
        #expect(try reader.member("deflated")?.bytes() == text)
    }

    @Test func `Names that a reader would refuse are not written`() throws {
        try TestFiles.withFolder { folder in
            let writer = try ZipWriter(folder + "/a.zip")
            try writer.add("a", [1])
            for name in ["a", "../a", "/a", "a\\b", "", "C:a", String(repeating: "x", count: 65_536)] {
                _ = formatError(.unwritable) { try writer.add(name, []) }
            }
            _ = formatError(.unwritable) { try writer.add("folder/", [1]) }
            try writer.finish()
            #expect(try ZipReader(path: folder + "/a.zip").names == ["a"])
        }
    }

    @Test func `What fails midway leaves the old file`() throws {
        try TestFiles.withFolder { folder in
            let path = folder + "/a.zip"
            try write(path)
            let old = try TestFiles.bytes(path)
            do {
                let writer = try ZipWriter(path)
                try writer.add("a", size: 10) { _ throws(FormatError) in
                    throw FormatError(.unwritable, file: "x", reason: "no")
                }
            } catch {}
            #expect(try TestFiles.bytes(path) == old)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.zip"])
        }
    }

    @Test func `A size that was announced wrongly traps`() async {
        await #expect(processExitsWith: .failure) {
            let writer = try ZipWriter("/dev/null")
            try writer.add("a", size: 2) { sink throws(FormatError) in try sink.write([1]) }
        }
        await #expect(processExitsWith: .failure) {
            let writer = try ZipWriter("/dev/null")
            try writer.add("a", size: 2) { sink throws(FormatError) in try sink.write([1, 2, 3]) }
        }
    }
}
