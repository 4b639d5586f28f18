import ShinkeiCore
import Testing

@testable import ShinkeiFormats

@Suite struct HDF5ReadingTests {
    @Test func `h5py's files read as h5py reads them`() throws {
        let all = try HDF5Golden.expected()
        #expect(all.count >= 24)
        for (name, objects) in all.sorted(by: { $0.key < $1.key }) {
            let root = try HDF5Golden.open(name).root
            for (path, expected) in objects.sorted(by: { $0.key < $1.key }) {
                try check(root, path, expected, "\(name): \(path)")
            }
        }
    }

    private func check(_ root: HDF5Group, _ path: String, _ expected: HDF5Golden.Object, _ place: Comment) throws {
        if path.contains("circle") {
            #expect(formatError(.malformed) { _ = try root.member(path) }.contains("soft links lead in a circle"))
            return
        }
        switch (expected.kind, try root.member(path)) {
        case ("group", .group(let group)):
            #expect(group.memberNames.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } == expected.members, place)
            try check(group, expected, place)
        case ("dataset", .dataset(let dataset)):
            try check(dataset, expected, place)
            let value = try #require(expected.value, place)
            if value.refused == true {
                _ = formatError(.unsupported) { _ = try dataset.read() }
            } else if dataset.isText {
                #expect(try dataset.readStrings() == value.strings, place)
                #expect(dataset.shape == value.shape, place)
                #expect(dataset.type == "string", place)
            } else {
                let array = try dataset.read()
                #expect(array.dtype == dataset.dtype, place)
                value.check(array, place)
                // Read twice, it is the same.
                #expect(try dataset.read() == array, place)
                #expect(
                    expected.type?.hasSuffix(dataset.type) == true || Self.types[expected.type ?? ""] == dataset.type,
                    place)
            }
        case ("soft", let member?):
            let targetPath = try #require(expected.target, place)
            let target = try #require(try root.member(targetPath), place)
            switch (member, target) {
            case (.group(let one), .group(let other)):
                #expect(one.headerAddress == other.headerAddress, place)
                #expect(one.path == path, place)
            case (.dataset(let one), .dataset(let other)):
                #expect(one.headerAddress == other.headerAddress, place)
                #expect(one.path == path, place)
            default: Issue.record(place)
            }
        case ("dangling", nil), ("other", .other): break
        default: Issue.record(place)
        }
    }

    /// NumPy's names for other byte orders.
    static let types = [
        ">i2": "int16", ">i4": "int32", ">i8": "int64", ">u2": "uint16", ">u4": "uint32", ">u8": "uint64",
        ">f2": "float16", ">f4": "float32", ">f8": "float64",
    ]

    private func check(_ object: some HDF5Object, _ expected: HDF5Golden.Object, _ place: Comment) throws {
        #expect(object.attributeNames.sorted() == expected.attributes?.keys.sorted(), place)
        for (name, value) in expected.attributes ?? [:] {
            if value.refused == true {
                _ = formatError(.unsupported) { _ = try object.attribute(name) }
            } else {
                value.check(try object.attribute(name), "\(place) \(name)")
            }
        }
        #expect(try object.attribute("none of this name") == nil)
    }

    @Test func `Order is the file's if it has one, else that of the names`() throws {
        let order = (0..<25).map { "member_\($0 * 7 % 25)" } + ["data"]
        #expect(try HDF5Golden.open("many_ordered.h5").root.memberNames == order)
        let sorted = order.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(try HDF5Golden.open("many.h5").root.memberNames == sorted)
        #expect(try HDF5Golden.open("many_latest.h5").root.memberNames == sorted)
        #expect(
            try HDF5Golden.open("many_ordered.h5").root.attributeNames == (0..<20).map { "attribute_\($0 * 7 % 20)" })
    }

    @Test(arguments: ["refused.h5", "refused_latest.h5"])
    func `What is not read is named`(_ name: String) throws {
        let root = try HDF5Golden.open(name).root
        let texts = [
            "compound": "compound", "arrays": "array [3] of float32", "reference": "reference", "opaque": "opaque",
            "sequence": "variable length float32", "complex": "compound", "lzf": "lzf", "scaled": "scale-offset",
            "external": "external storage", "virtual": "virtual dataset", "long_double": "float of 80 bits",
            "large": "uint64 values above",
        ]
        for (path, text) in texts {
            let dataset = try #require(try root.dataset(path))
            let message = formatError(.unsupported) { _ = try dataset.read() }
            #expect(message.hasPrefix("\(name): hdf5: /\(path): "), "\(message)")
            #expect(message.contains(text), "\(message)")
        }
        #expect(try root.dataset("compound")?.type == "compound")
        #expect(try root.dataset("committed")?.read() == root.dataset("committed")?.read())
        guard case .other("committed type float32") = try root.member("type") else {
            Issue.record("not a committed type")
            return
        }
        #expect(formatError(.unsupported) { _ = try root.attribute("compound") }.contains("attribute 'compound'"))
        let links = try HDF5Golden.open("links.h5").root
        #expect(
            formatError(.unsupported) { _ = try links.dataset("external") }
                .contains("/external: external link to other.h5:/x is refused"))
        #expect(formatError(.unsupported) { _ = try links.member("external/more") }.contains("external link"))
    }

    @Test func `Paths`() throws {
        let root = try HDF5Golden.open("links.h5").root
        #expect(try root.dataset("a/b/c/d/data")?.path == "/a/b/c/d/data")
        #expect(try root.dataset("//a/./b/c/d/data")?.path == "/a/b/c/d/data")
        let inner = try #require(try root.group("a/b"))
        #expect(try inner.dataset("c/d/data")?.shape == [4])
        #expect(try inner.dataset("/hard")?.shape == [4])
        #expect(try root.group("/")?.path == "/")
        for path in ["a/none/d", "hard/x", "none"] {
            if let found = try root.member(path) { Issue.record("\(path) is \(found)") }
        }
        #expect(formatError(.malformed) { _ = try root.dataset("a") }.contains("is a group"))
        #expect(formatError(.malformed) { _ = try root.group("hard") }.contains("is a dataset"))
    }

    @Test func `Text and numbers are not taken for each other`() throws {
        let root = try HDF5Golden.open("strings.h5").root
        #expect(
            formatError(.unsupported) { _ = try root.dataset("variable")?.read() }
                == "strings.h5: hdf5: /variable: its elements are of type string, not numbers")
        let types = try HDF5Golden.open("types.h5").root
        #expect(
            formatError(.unsupported) { _ = try types.dataset("int8")?.readStrings() }
                == "types.h5: hdf5: /int8: its elements are of type int8, not text")
    }

    @Test func `A file can be read from a part of another`() throws {
        let bytes = try HDF5Golden.bytes("types.h5")
        let whole = MemoryBytes([1, 2, 3] + bytes + [4], name: "archive")
        let part = PartOfBytes(whole, 3..<3 + bytes.count, name: "archive/weights.h5")
        #expect(try HDF5File(part).root.dataset("scalar")?.read().bytes == [0, 0, 0x20, 0x40])
    }

    @Test func `Other files are told from HDF5`() throws {
        for bytes in [[], [1, 2, 3], [UInt8](repeating: 0x89, count: 5000)] as [[UInt8]] {
            #expect(!HDF5File.isHDF5(bytes))
            #expect(
                formatError(.notThisFormat) { _ = try HDF5File(bytes, name: "x") }
                    == "x: hdf5: does not begin with \\x89HDF")
        }
        let bytes = try HDF5Golden.bytes("empty.h5")
        #expect(HDF5File.isHDF5(bytes))
        _ = formatError(.truncated) { _ = try HDF5File(Array(HDF5Superblock.signature.prefix(5))) }
    }

    @Test(arguments: ["keras.h5", "keras_latest.h5"])
    func `A file that was cut off is told`(_ name: String) throws {
        let bytes = try HDF5Golden.bytes(name)
        for count in [8, 20, 60, bytes.count / 2, bytes.count - 1] {
            _ = formatError(.truncated) { _ = try HDF5File(Array(bytes.prefix(count)), name: name) }
        }
    }

    @Test func `A wrong checksum is told`() throws {
        // Of lookup3: the values from its own documentation.
        #expect(HDF5Checksum.lookup3([]) == 0xDEAD_BEEF)
        #expect(HDF5Checksum.lookup3(Array("Four score and seven years ago".utf8)[...]) == 0x1777_0551)
        var bytes = try HDF5Golden.bytes("chunks_latest.h5")
        let found = bytes.indices.dropLast(4).first { Array(bytes[$0..<$0 + 4]) == Array("FADB".utf8) }
        let start = try #require(found)
        bytes[start + 14] ^= 1
        let root = try HDF5File(bytes, name: "x").root
        let failures = root.memberNames.filter { name in
            do {
                _ = try root.dataset(name)?.read()
                return false
            } catch { return "\(error)".contains("checksum differs") }
        }
        #expect(failures.count == 1)
    }
}
