import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiFormats

@Suite struct NpyTests {
    struct Expected: Decodable {
        var shape: [Int]
        var dtype: String
        var fortran: Bool
        var values: [Double]
    }

    static func expected(in folder: String) throws -> [String: Expected] {
        let data = try Data(contentsOf: URL(filePath: folder + "/expected.json"))
        return try JSONDecoder().decode([String: Expected].self, from: data)
    }

    static let types: [String: DType] = [
        "b1": .bool, "u1": .uint8, "i1": .int32, "i2": .int32, "u2": .int32, "i4": .int32,
        "u4": .int64, "i8": .int64, "u8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]

    static func check(folder: String, atLeast count: Int) throws {
        let all = try expected(in: folder)
        #expect(all.count >= count)
        for (name, one) in all.sorted(by: { $0.key < $1.key }) {
            let path = "\(folder)/\(name)"
            let array = try Npy.read(path)
            #expect(array.shape == Shape(one.shape), "\(name)")
            #expect(array.dtype == types[String(one.dtype.suffix(2))], "\(name)")
            // As bit patterns, to tell minus zero from zero.
            let bits = doubles(array).map(\.bitPattern)
            #expect(bits == one.values.map(\.bitPattern), "\(name)")

            let bytes = try TestFiles.bytes(path)
            #expect(try Npy.decode(bytes, name: name) == array, "\(name)")
            // What NumPy wrote in our order and type, we write byte for byte.
            let isSame = ["|b1", "|u1", "<i4", "<i8", "<f2", "<f4", "<f8"].contains(one.dtype)
            if isSame && !one.fortran { #expect(Npy.encode(array) == bytes, "\(name)") }
            #expect(try Npy.decode(Npy.encode(array)) == array, "\(name)")
        }
    }

    @Test func `NumPy's files read as NumPy wrote them`() throws {
        try Self.check(folder: TestFiles.committed + "npy", atLeast: 8)
    }

    @Test(.enabled(if: TestFiles.shared != nil, TestFiles.sharedComment))
    func `All of NumPy's files read as NumPy wrote them`() throws {
        let folder = try #require(TestFiles.shared) + "/npy"
        try Self.check(folder: folder, atLeast: 23)
        let special = doubles(try Npy.read(folder + "/nan_inf.npy"))
        #expect(special[0].isNaN)
        #expect(special[1...] == [.infinity, -.infinity, 1])
    }

    /// A file with any version, dictionary and data.
    static func file(
        version: UInt8 = 1, _ dictionary: String, data: [UInt8] = []
    ) -> [UInt8] {
        let text = Array(dictionary.utf8)
        let count = text.count
        let length: [UInt8] =
            version == 1
            ? [UInt8(count & 0xFF), UInt8(count >> 8)]
            : [UInt8(count & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count >> 16), 0]
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
    }

    static func dictionary(
        _ type: String = "'<i4'", _ order: String = "False", _ shape: String = "(2,)"
    ) -> String {
        "{'descr': \(type), 'fortran_order': \(order), 'shape': \(shape), }\n"
    }

    static let two: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0]

    @Test(arguments: [1, 2, 3] as [UInt8])
    func `All versions are read`(version: UInt8) throws {
        let bytes = Self.file(version: version, Self.dictionary(), data: Self.two)
        let array = try Npy.decode(bytes)
        #expect(array == HostArray(shape: [2], dtype: .int32, bytes: Self.two))
        try TestFiles.withFolder { folder in
            try TestFiles.write(bytes, folder + "/a.npy")
            #expect(try Npy.read(folder + "/a.npy") == array)
            // Bytes behind the array, as a second np.save leaves them.
            try TestFiles.write(bytes + [9, 9, 9], folder + "/b.npy")
            #expect(try Npy.read(folder + "/b.npy") == array)
            // A header that ends far within the file's first bytes.
            let short = Self.file(
                version: version, "{'shape':(),'descr':'|u1','fortran_order':False}", data: [7])
            try TestFiles.write(short, folder + "/c.npy")
            #expect(try Npy.read(folder + "/c.npy").bytes == [7])
        }
    }

    @Test(arguments: [
        "{'shape': (2,), 'fortran_order': False, 'descr': '<i4'}",
        "{\"descr\":\"<i4\",\"fortran_order\":False,\"shape\":(2,)}",
        "  { 'descr' : '=i4' , 'fortran_order' : True , 'shape' : ( 2 , ) , }   \n",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (2L,), }",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 2), }",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 1,), }",
    ])
    func `Any spelling of the dictionary is read`(text: String) throws {
        let array = try Npy.decode(Self.file(text, data: Self.two))
        #expect(array.dtype == .int32)
        #expect(array.bytes == Self.two)
    }

    @Test(arguments: [
        ("", "expected '{'"),
        ("{", "expected a string"),
        ("{}", "no key 'descr'"),
        ("{'descr': '<i4'}", "no key 'fortran_order'"),
        ("{'descr': '<i4', 'fortran_order': False}", "no key 'shape'"),
        ("{'descr': '<i4', 'descr': '<i4', 'fortran_order': False, 'shape': ()}", "got 'descr'"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': (), 'x': 1}", "got 'x'"),
        ("{'descr': '<i4', 'fortran_order': 0, 'shape': ()}", "expected True or False"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': (2)}", "expected ','"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': (-2,)}", "expected a shape with sizes"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': (2.5,)}", "expected ','"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': [2]}", "expected '('"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': (2, }", "expected a shape with sizes"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': (,)}", "expected a shape with sizes"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': ()} + 1", "expected nothing more"),
        ("{'descr': '<i4', 'fortran_order': False, 'shape': ()", "expected '}'"),
        ("{'descr': '<i4, 'fortran_order': False, 'shape': ()}", "expected '}'"),
        ("{'descr': '\\x3ci4', 'fortran_order': False, 'shape': ()}", "escapes"),
        ("{'descr': open('x'), 'fortran_order': False, 'shape': ()}", "expected a string"),
        ("{'descr': '<i4", "without an end"),
        ("{'descr': '<ï4', 'fortran_order': False, 'shape': ()}", "non-ASCII"),
        (
            "{'shape': (\(String(repeating: "1,", count: 65)))}",
            "more than 64 axes"
        ),
    ])
    func `A bad dictionary is refused`(text: String, reason: String) {
        let error = formatError(.malformed) {
            _ = try Npy.decode(Self.file(text, data: Self.two), name: "bad.npy")
        }
        #expect(error.hasPrefix("bad.npy: npy: header: "))
        #expect(error.contains(reason), "\(error)")
    }

    @Test(arguments: [
        "'|O'", "'O'", "'|O8'", "'<c8'", "'<f16'", "'|S3'", "'<U4'", "'<M8[ns]'", "'|V2'", "'|i4'",
        "'f4'", "''",
        "'<'", "'<b2'", "'<f4 '", "[('x', '<f4')]",
    ])
    func `Other elements are refused`(type: String) {
        let error = formatError(.unsupported) {
            _ = try Npy.decode(Self.file(Self.dictionary(type), data: Self.two))
        }
        if type.contains("O") { #expect(error.contains("Python objects")) }
    }

    @Test(arguments: [
        "(1000000000000,)", "(4611686018427387904,)", "(3,)", "(1, 3)", "(2, 2)",
    ])
    func `A claim beyond the file's end is refused before memory is asked for`(shape: String) throws {
        let bytes = Self.file(Self.dictionary("'|u1'", "False", shape), data: [1, 2])
        #expect(formatError(.truncated) { _ = try Npy.decode(bytes) }.contains("there are 2"))
        try TestFiles.withFolder { folder in
            try TestFiles.write(bytes, folder + "/a.npy")
            _ = formatError(.truncated) { _ = try Npy.read(folder + "/a.npy") }
        }
    }

    @Test(arguments: [
        "(9223372036854775807,)", "(4294967296, 4294967296)", "(99999999999999999999,)",
        "(0, 4294967296, 4294967296)", "(4294967296, 4294967296, 0)",
    ])
    func `A shape beyond any memory is refused`(shape: String) {
        _ = formatError(.tooLarge) {
            _ = try Npy.decode(Self.file(Self.dictionary("'<i2'", "False", shape), data: [1, 2]))
        }
    }

    @Test func `Every cut of a file is refused`() throws {
        let whole = Self.file(Self.dictionary(), data: Self.two)
        try TestFiles.withFolder { folder in
            for count in 0..<whole.count {
                let kind: FormatError.Kind = count < 6 ? .notThisFormat : .truncated
                let part = Array(whole.prefix(count))
                _ = formatError(kind) { _ = try Npy.decode(part) }
                try TestFiles.write(part, folder + "/a.npy")
                _ = formatError(kind) { _ = try Npy.read(folder + "/a.npy") }
            }
        }
    }

    @Test func `Every changed byte gives an array or a typed error`() throws {
        let whole = Self.file(Self.dictionary(), data: Self.two)
        for position in whole.indices {
            for value in [0, 1, 0x27, 0x28, 0x2D, 0x39, 0x7F, 0x80, 0xFF] as [UInt8] {
                var bytes = whole
                bytes[position] = value
                do {
                    _ = try Npy.decode(bytes)
                } catch {
                    #expect(!error.reason.isEmpty)
                }
            }
        }
    }

    /// A loop over a billion rows of nothing would never end.
    @Test func `Rows of no width are refused where rows are read`() throws {
        for sizes in [[5, 0], [1_000_000_000, 3, 0]] {
            let bytes = Npy.encode(HostArray(shape: Shape(sizes), dtype: .float32, bytes: []))
            #expect(try Npy.decode(bytes).shape.sizes == sizes)
            #expect(
                formatError(.unsupported) { _ = try StoredRows(npy: MemoryBytes(bytes, name: "x")) }
                    == "x: npy: \(sizes[0]) rows of nothing")
        }
        let none = Npy.encode(HostArray(shape: [0, 3], dtype: .float32, bytes: []))
        #expect(try StoredRows(npy: MemoryBytes(none, name: "x")).rowCount == 0)
        let idx: [UInt8] = [0, 0, 8, 2, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
        #expect(
            formatError(.unsupported) { _ = try StoredRows(idx: MemoryBytes(idx, name: "x")) }
                == "x: idx: 2147483647 rows of nothing")
    }

    @Test func `An oversized header is refused`() {
        let bytes = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x7B]
        _ = formatError(.tooLarge) { _ = try Npy.decode(bytes) }
    }

    @Test func `Other versions and files are refused`() {
        let bytes = Self.file(version: 4, Self.dictionary(), data: Self.two)
        #expect(formatError(.unsupported) { _ = try Npy.decode(bytes) }.contains("version 4.0"))
        _ = formatError(.notThisFormat) { _ = try Npy.decode(Array("PK\u{3}\u{4} a zip".utf8)) }
        _ = formatError(.unreadable) { _ = try Npy.read("/nowhere/at/all.npy") }
        _ = formatError(.unreadable) { _ = try Npy.read("/") }
        _ = formatError(.unreadable) { _ = try Npy.read("/dev/null") }
    }

    @Test func `uint64 beyond int64 is refused`() throws {
        let data: [UInt8] = [
            1, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F,
        ]
        let bytes = Self.file(Self.dictionary("'<u8'"), data: data)
        #expect(try doubles(Npy.decode(bytes)) == [1, Double(Int64.max)])
        _ = formatError(.unsupported) {
            _ = try Npy.decode(bytes.dropLast() + [0x80])
        }
    }

    @Test func `Signs survive the widening`() throws {
        func values(_ type: String, _ data: [UInt8]) throws -> [Double] {
            try doubles(Npy.decode(Self.file(Self.dictionary("'\(type)'"), data: data)))
        }
        #expect(try values("|i1", [0x80, 0x7F]) == [-128, 127])
        #expect(try values(">i2", [0x80, 0, 0x7F, 0xFF]) == [-32768, 32767])
        #expect(try values("<u2", [0xFF, 0xFF, 1, 0]) == [65535, 1])
        #expect(try values(">u4", [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]) == [4_294_967_295, 1])
        #expect(try values("|b1", [0, 7]) == [0, 1])
    }

    @Test func `Column-major order of rank 3 is turned`() throws {
        // numpy.arange(24).reshape(2, 3, 4), saved as its column-major copy.
        let shape = [2, 3, 4]
        var data: [UInt8] = []
        for k in 0..<4 {
            for j in 0..<3 { for i in 0..<2 { data.append(UInt8(i * 12 + j * 4 + k)) } }
        }
        let bytes = Self.file(Self.dictionary("'|u1'", "True", "(2, 3, 4)"), data: data)
        let array = try Npy.decode(bytes)
        #expect(array.shape == Shape(shape))
        #expect(array.bytes == Array(0..<24))
    }

    @Test func `bfloat16 is written as float32`() throws {
        let array = HostArray(shape: [2], dtype: .bfloat16, bytes: [0x80, 0x3F, 0x20, 0xC0])
        let back = try Npy.decode(Npy.encode(array))
        #expect(back.dtype == .float32)
        #expect(doubles(back) == [1, -2.5])
    }

    @Test func `Tensors pass through files`() throws {
        try TestFiles.withFolder { folder in
            let tensor = Tensor(shape: [2], dtype: .int32, bytes: Self.two)
            try tensor.saveNpy(to: folder + "/a.npy")
            let back = try Tensor(npy: folder + "/a.npy")
            #expect(back.shape == [2])
            #expect(back.dtype == .int32)
            #expect(back.hostBytes() == Self.two)
        }
    }
}
