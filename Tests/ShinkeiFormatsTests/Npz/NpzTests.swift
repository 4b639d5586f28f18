import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiFormats

@Suite struct NpzTests {
    static let folder = TestFiles.committed + "npz/"

    @Test(arguments: ["stored.npz", "compressed.npz"])
    func `NumPy's files are read`(name: String) throws {
        let file = try Npz(Self.folder + name)
        #expect(file.names == ["z", "a", "scalar", "none", "flags", "big_endian"])
        let z = try file.read("z")
        #expect(z.shape == [2, 3] && z.dtype == .float32)
        #expect(doubles(z) == [0, 0.25, 0.5, 0.75, 1, 1.25])
        #expect(try file.read("z.npy") == z)
        #expect(doubles(try file.read("a")) == [1, -2, 3])
        #expect(try file.read("scalar").shape == [] && doubles(try file.read("scalar")) == [2.5])
        #expect(try file.read("none").shape == [0, 3])
        #expect(try file.read("flags").bytes == [1, 0])
        #expect(doubles(try file.read("big_endian")) == [1, 3, 2, 4])
        #expect(try Npz.read(Self.folder + name).map(\.name) == file.names)
        let error = formatError(.malformed) { _ = try file.read("b") }
        #expect(error.hasSuffix("npz: no array 'b'; there are z, a, scalar, none, flags, big_endian"))
    }

    @Test func `Arrays without names, and objects`() throws {
        let arrays = try Npz.read(Self.folder + "positional.npz")
        #expect(arrays.map(\.name) == ["arr_0", "arr_1"])
        #expect(doubles(arrays[0].array) == [1.5] && arrays[1].array.bytes == [2])
        let file = try Npz(Self.folder + "object.npz")
        #expect(doubles(try file.read("good")) == [7])
        let error = formatError(.unsupported) { _ = try file.read("bad") }
        #expect(error.contains("object.npz: bad.npy: npy: Python objects"))
    }

    static func array(_ dtype: DType, _ shape: Shape) -> HostArray {
        var bytes = [UInt8](repeating: 0, count: shape.count * dtype.byteCount)
        for i in bytes.indices { bytes[i] = dtype == .bool ? UInt8(i & 1) : UInt8(i * 7 % 50) }
        return HostArray(shape: shape, dtype: dtype, bytes: bytes)
    }

    @Test(arguments: [false, true])
    func `What is written reads the same`(compressed: Bool) throws {
        try TestFiles.withFolder { folder in
            var arrays = DType.allCases.reversed().map { (name: "x/\($0)", array: Self.array($0, [3, 50])) }
            arrays.append((name: "é.npy", array: Self.array(.float32, [])))
            arrays.append((name: "none", array: Self.array(.int64, [2, 0])))
            try Npz.write(arrays, to: folder + "/a.npz", compressed: compressed)
            let read = try Npz.read(folder + "/a.npz")
            #expect(read.map(\.name) == arrays.map(\.name))
            for (got, want) in zip(read, arrays) {
                if want.array.dtype == .bfloat16 {
                    #expect(got.array.dtype == .float32 && doubles(got.array) == doubles(want.array))
                } else {
                    #expect(got.array == want.array)
                }
            }
            try Npz.write(arrays, to: folder + "/b.npz", compressed: compressed)
            #expect(try TestFiles.bytes(folder + "/a.npz") == TestFiles.bytes(folder + "/b.npz"))
            _ = formatError(.unwritable) { try Npz.write([arrays[0], arrays[0]], to: folder + "/a.npz") }
            #expect(try TestFiles.bytes(folder + "/a.npz") == TestFiles.bytes(folder + "/b.npz"))
        }
    }

    @Test func `A name with and one without the ending stay apart`() throws {
        let npy = Npy.encode(Self.array(.uint8, [2]))
        try TestFiles.withFolder { folder in
            let writer = try ZipWriter(folder + "/a.npz")
            try writer.add("a.npy", npy)
            try writer.add("a", Npy.encode(Self.array(.int32, [1])))
            try writer.add("b.txt", [1, 2])
            try writer.finish()
            let file = try Npz(folder + "/a.npz")
            #expect(file.names == ["a.npy", "a", "b.txt"])
            #expect(try file.read("a").dtype == .int32)
            #expect(try file.read("a.npy").dtype == .uint8)
            _ = formatError(.notThisFormat) { _ = try file.read("b.txt") }
        }
    }

    @Test func `The limit holds for all arrays together`() throws {
        _ = formatError(.tooLarge) { _ = try Npz(Self.folder + "compressed.npz", limit: 500) }
    }

    @Test func `Mutations are read or refused`() throws {
        let files = try ["stored", "compressed", "positional", "object"].map {
            try TestFiles.bytes(Self.folder + "\($0).npz")
        }
        var mutator = Mutator(seed: 3, marks: [[0x50, 0x4B, 1, 2], [0x50, 0x4B, 3, 4], [0x50, 0x4B]])
        mutator.run(files) { bytes in
            let file = try Npz(MemoryBytes(bytes, name: "a.npz"))
            for name in file.names {
                let array = try file.read(name)
                #expect(array.bytes.count <= 8 * 1032 * bytes.count)
            }
        }
        // The archive's checksums hide the arrays from such changes, so these are made before they are packed.
        let arrays = try files[..<2].flatMap { bytes in
            let archive = try ZipReader(MemoryBytes(bytes, name: "a"))
            return try archive.names.map { try #require(archive.member($0)).bytes() }
        }
        mutator.run(arrays) { bytes in
            var archive = TestArchive(.init("x.npy", ""))
            archive.members[0].data = bytes
            archive.members[0].crc = CRC32.of(bytes)
            (archive.members[0].size, archive.members[0].compressedSize) = (bytes.count, bytes.count)
            let array = try Npz(MemoryBytes(archive.bytes, name: "a.npz")).read("x")
            #expect(array.bytes.count <= 4 * bytes.count)
        }
    }
}
