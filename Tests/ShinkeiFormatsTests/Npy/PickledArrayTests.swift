import Testing

@testable import ShinkeiFormats

/// Arrays of Python's lists, which `imdb.npz` and `reuters.npz` hold.
@Suite struct PickledArrayTests {
    static func file(_ name: String) throws -> [UInt8] { try TestFiles.bytes(TestFiles.committed + "data/\(name).npy") }

    static func lists(_ npy: [UInt8]) throws -> [[Int]] {
        var archive = TestArchive(.init("x.npy", ""))
        archive.members[0].data = npy
        archive.members[0].crc = CRC32.of(npy)
        (archive.members[0].size, archive.members[0].compressedSize) = (npy.count, npy.count)
        return try Npz(MemoryBytes(archive.bytes, name: "a.npz")).readLists("x")
    }

    /// NumPy's header for an array of objects, then these instructions.
    static func lists(pickle: [UInt8]) throws -> [[Int]] {
        let good = try file("lists_3")
        return try lists(Array(good[..<128]) + pickle)
    }

    @Test(arguments: [3, 4, 5])
    func `Lists as NumPy wrote them`(pickleProtocol: Int) throws {
        let expected = [[1, 300, 70000], [], [-1, 1 << 40], [5], [6, 7], [1, 0]]
        #expect(try Self.lists(Self.file("lists_\(pickleProtocol)")) == expected)
    }

    @Test func `Mutations are read or refused`() throws {
        let files = try [3, 4, 5].map { try Self.file("lists_\($0)") }
        // Instructions that put things together, call, and refer to what was there before.
        let tokens: [[UInt8]] = [
            [0x28], [0x5D], [0x29], [0x85], [0x86], [0x74], [0x6C], [0x61], [0x65], [0x52], [0x62], [0x2E], [0x94],
            [0x68, 0], [0x68, 2], [0x71, 1], [0x30], [0x8A, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            Array("cnumpy\nndarray\n".utf8), Array("cos\nsystem\n".utf8), [0x58, 0xFF, 0xFF, 0xFF, 0xFF],
        ]
        var mutator = Mutator(seed: 17, tokens: tokens, marks: [[0x80], [0x5D], [0x74], [0x62]])
        mutator.run(files) { bytes in
            let lists = try Self.lists(bytes)
            #expect(lists.count + lists.joined().count <= 2 * bytes.count)
        }
    }

    /// Each of these would take the stack, or memory that is never given back.
    @Test func `Depth and circles are refused`() throws {
        func text(_ pickle: [UInt8]) -> String { formatError(.unsupported) { _ = try Self.lists(pickle: pickle) } }
        let start: [UInt8] = [0x80, 3]
        let many = 300_000
        // Tuples in tuples, lists in lists.
        #expect(text(start + [0x29] + [UInt8](repeating: 0x85, count: many) + [0x2E]).contains("tuples within tuples"))
        let inward = [UInt8](repeating: 0x5D, count: many) + [UInt8](repeating: 0x61, count: many - 1)
        #expect(text(start + inward + [0x2E]).contains("lists within lists"))
        // A list that is put into one and afterwards gets one itself: the depth grows where nobody looks.
        #expect(
            text(start + [0x5D, 0x5D, 0x71, 0, 0x61, 0x30, 0x68, 0, 0x5D, 0x61, 0x2E]).contains("lists within lists"))
        // A list that holds itself, and one within a tuple that it holds.
        #expect(text(start + [0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E]).contains("lists within lists"))
        #expect(text(start + [0x5D, 0x71, 0, 0x68, 0, 0x85, 0x61, 0x2E]).contains("lists within lists"))
        // The same long list again and again, as the elements of NumPy's array of six.
        let numbers = [[UInt8]](repeating: [0x4B, 1], count: 1000).joined()
        let long = [0x5D, 0x71, 200, 0x28] + numbers + [0x65, 0x30]
        let good = try Self.file("lists_3")
        let end = try #require(good.firstRange(of: [0x89, 0x5D])).lowerBound
        let again =
            [0x89, 0x5D, 0x28] + [[UInt8]](repeating: [0x68, 200], count: 6).joined() + [0x65, 0x74, 0x62, 0x2E]
        #expect(text(start + long + good[130..<end] + again).contains("the same list many times"))
    }

    @Test func `Nothing is called`() throws {
        let call = Array("cos\nsystem\n".utf8) + [0x58, 2, 0, 0, 0] + Array("ls".utf8) + [0x85, 0x52, 0x2E]
        let text = formatError(.unsupported) { _ = try Self.lists(pickle: [0x80, 2] + call) }
        #expect(text.contains("os.system"))
        for (code, name) in [(0x69, "INST"), (0x6F, "OBJ"), (0x81, "NEWOBJ"), (0x51, "BINPERSID")] as [(UInt8, String)]
        {
            let text = formatError(.unsupported) { _ = try Self.lists(pickle: [0x80, 2, 0x28, code]) }
            #expect(text.contains("instruction 0x\(String(code, radix: 16))"), "\(name)")
        }
    }

    @Test func `A size that is not the number of elements is damage`() throws {
        var bytes = try Self.file("lists_3")
        // The shape of the state: a version, then a tuple of one size.
        let place = try #require(bytes.firstRange(of: [0x4B, 1, 0x4B, 6, 0x85]))
        bytes[place.lowerBound + 3] = 5
        #expect(formatError(.malformed) { _ = try Self.lists(bytes) }.contains("6 elements instead of 5"))
    }
}
