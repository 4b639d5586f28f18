import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiFormats

@Suite struct SafetensorsTests {
    static let folder = TestFiles.committed + "safetensors/"

    private static func file(_ header: String, data: Int = 0) -> [UInt8] {
        let length = header.utf8.count
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
            + [UInt8](repeating: 1, count: data)
    }

    private func open(_ header: String, data: Int = 0) throws(FormatError) -> Safetensors {
        try Safetensors(MemoryBytes(Self.file(header, data: data), name: "a.safetensors"))
    }

    @Test func `The reference implementation's types are read`() throws {
        let file = try Safetensors(Self.folder + "types.safetensors")
        #expect(
            file.names == [
                "uint64", "i64", "é", "a", "b", "none", "uint32", "i32", "brain", "half", "uint16", "int16",
                "float8_e4m3fn",
                "int8", "bytes", "flags",
            ])
        #expect(file.metadata == [:])
        let expected: [String: (DType, Shape, Double)] = [
            "uint64": (.int64, [4], 1), "i64": (.int64, [3], 1), "é": (.float64, [2], 0.5), "a": (.float32, [], 0.5),
            "b": (.float32, [2, 3], 0.5), "none": (.float32, [0, 4], 0.5), "uint32": (.int64, [4], 1),
            "i32": (.int32, [1, 2, 1], 1), "brain": (.bfloat16, [3], 1), "half": (.float16, [5], 0.5),
            "uint16": (.int32, [4], 1), "int16": (.int32, [4], 1), "int8": (.int32, [4], 1), "bytes": (.uint8, [7], 1),
        ]
        for (name, (dtype, shape, step)) in expected {
            let array = try file.read(name)
            #expect(array.dtype == dtype && array.shape == shape, "\(name)")
            #expect(file.entry(name)?.dtype == dtype && file.entry(name)?.shape == shape, "\(name)")
            #expect(doubles(array) == (0..<shape.count).map { Double($0) * step }, "\(name)")
        }
        #expect(try file.read("flags").bytes == [0, 1, 0])
        #expect(file.entry("float8_e4m3fn")?.storedType == "F8_E4M3")
        #expect(file.entry("float8_e4m3fn")?.dtype == nil)
        #expect(formatError(.unsupported) { _ = try file.read("float8_e4m3fn") }.contains("type F8_E4M3"))
        #expect(formatError(.malformed) { _ = try file.read("x") }.contains("no tensor 'x'; there are uint64, i64"))
        _ = formatError(.unsupported) { _ = try Safetensors.read(Self.folder + "types.safetensors") }
    }

    @Test func `What is written is what the reference implementation writes, to the byte`() throws {
        let golden = Self.folder + "written.safetensors"
        let file = try Safetensors(golden)
        #expect(file.metadata == ["format": "pt"])
        try TestFiles.withFolder { folder in
            let tensors = try Safetensors.read(golden).reversed()
            try Safetensors.write(Array(tensors), metadata: file.metadata, to: folder + "/a")
            #expect(try TestFiles.bytes(folder + "/a") == TestFiles.bytes(golden))
        }
    }

    @Test func `Every type comes back to the bit, and the file is aligned`() throws {
        try TestFiles.withFolder { folder in
            for length in 0..<9 {
                let tensors = DType.allCases.map {
                    (name: String(repeating: "n", count: length) + $0.name, array: NpzTests.array($0, [3, 5]))
                }
                try Safetensors.write(tensors, metadata: ["b": "2\n", "a": "é"], to: folder + "/a")
                let file = try Safetensors(folder + "/a")
                #expect(file.metadata == ["b": "2\n", "a": "é"])
                #expect(file.entries.count == tensors.count)
                for (name, array) in tensors {
                    #expect(try file.read(name) == array)
                    let entry = try #require(file.entry(name))
                    #expect(entry.range.lowerBound % array.dtype.byteCount == 0)
                }
            }
            try Safetensors.write([], to: folder + "/b")
            #expect(try Safetensors(folder + "/b").entries.isEmpty)
            #expect(try TestFiles.bytes(folder + "/b").count == 16)
        }
    }

    @Test func `Names that cannot be are not written`() throws {
        try TestFiles.withFolder { folder in
            let array = NpzTests.array(.uint8, [1])
            _ = formatError(.unwritable) { try Safetensors.write([("a", array), ("a", array)], to: folder + "/a") }
            _ = formatError(.unwritable) { try Safetensors.write([("__metadata__", array)], to: folder + "/a") }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    static func tensor(_ type: String = "U8", _ shape: String = "[2]", _ offsets: String = "[0,2]") -> String {
        #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    /// What version 0.8.0 of the reference implementation takes.
    static let valid: [(String, Int)] = [
        ("{}", 0), ("{}  \n", 0), (#"{"__metadata__":{}}"#, 0), (#"{"__metadata__":null}"#, 0),
        (#"{"a":\#(tensor())}"#, 2), (#"{"a":\#(tensor("U8", "[]", "[0,1]"))}"#, 1),
        (#"{"a":{"x":[{}],"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1),
        (#"{"b":\#(tensor("U8", "[2]", "[2,4]")),"a":\#(tensor())}"#, 4),
        (#"{"b":\#(tensor("F32", "[0]", "[0,0]")),"a":\#(tensor()),"c":\#(tensor("F32", "[0]", "[2,2]"))}"#, 2),
        (#"{"a":\#(tensor("F4", "[4]", "[0,2]"))}"#, 2), (#"{"a":\#(tensor("C64", "[1]", "[0,8]"))}"#, 8),
        (#"{"a":\#(tensor("F6_E2M3", "[4]", "[0,3]"))}"#, 3), ("{\"a\\u00e9\":\(tensor())}", 2),
    ]

    @Test(arguments: SafetensorsTests.valid)
    func `Valid headers are taken`(header: String, data: Int) throws {
        let file = try open(header, data: data)
        for name in file.names where file.entry(name)?.dtype != nil { _ = try file.read(name) }
    }

    /// What it refuses, and the few headers that we refuse besides.
    static let wrong: [(String, Int, FormatError.Kind, String)] = [
        ("", 0, .notThisFormat, "begin with '{'"), ("[]", 0, .notThisFormat, "begin with '{'"),
        (" {}", 0, .notThisFormat, "begin with '{'"), ("{", 0, .truncated, "header: line 1"),
        ("{}x", 0, .malformed, "header: line 1, column 3"), ("{}\0", 0, .malformed, "column 3"),
        (#"{"a":\#(tensor())}"#, 1, .truncated, "ends at byte 2 of the data, there are 1"),
        (#"{"a":\#(tensor())}"#, 3, .malformed, "1 bytes follow the last tensor"),
        ("{}", 1, .malformed, "1 bytes follow"),
        (#"{"a":\#(tensor("U8", "[2]", "[1,3]"))}"#, 3, .malformed, "leave a gap"),
        (#"{"a":\#(tensor()),"b":\#(tensor("U8", "[2]", "[1,3]"))}"#, 3, .malformed, "overlap"),
        (#"{"a":\#(tensor()),"b":\#(tensor())}"#, 2, .malformed, "overlap"),
        (#"{"a":\#(tensor("U8", "[2]", "[2,0]"))}"#, 2, .malformed, "a start and an end"),
        (#"{"a":\#(tensor("U8", "[2]", "[0,2,3]"))}"#, 3, .malformed, "more than 2"),
        (#"{"a":\#(tensor("U8", "[2]", "[0]"))}"#, 2, .malformed, "a start and an end"),
        (#"{"a":\#(tensor("U8", "[3]"))}"#, 2, .malformed, "needs 3 bytes, its offsets span 2"),
        (#"{"a":\#(tensor("F32", "[2]"))}"#, 2, .malformed, "needs 8 bytes"),
        (#"{"a":\#(tensor("F4", "[3]"))}"#, 2, .malformed, "no whole number of bytes"),
        (#"{"a":\#(tensor("U8", "[-1]"))}"#, 2, .malformed, "an integer from 0"),
        (#"{"a":\#(tensor("U8", "[2.0]"))}"#, 2, .malformed, "an integer from 0"),
        (#"{"a":\#(tensor("U8", "[true]"))}"#, 2, .malformed, "expected an integer"),
        (#"{"a":\#(tensor("U8", "2"))}"#, 2, .malformed, "expected a list"),
        (#"{"a":\#(tensor("U8", "[18446744073709551615]"))}"#, 2, .malformed, "an integer from 0"),
        (#"{"a":\#(tensor("U8", "[4611686018427387904,4]"))}"#, 2, .malformed, "no whole number"),
        (#"{"a":\#(tensor("U8", "[4611686018427387904,4,0]", "[0,0]"))}"#, 0, .malformed, "no whole number"),
        (#"{"a":\#(tensor("F32", "[4611686018427387904]"))}"#, 2, .malformed, "no whole number"),
        (#"{"a":\#(tensor("U8", "[2]", "[0,9223372036854775807]"))}"#, 2, .malformed, "needs 2 bytes"),
        (#"{"a":\#(tensor("F128"))}"#, 2, .unsupported, "type 'F128'"),
        (#"{"a":\#(tensor("u8"))}"#, 2, .unsupported, "type 'u8'"),
        (#"{"a":\#(tensor()),"a":\#(tensor())}"#, 2, .malformed, "a key that comes twice"),
        (#"{"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 2, .malformed, "twice"),
        (#"{"a":{"dtype":"U8","shape":[2]}}"#, 2, .malformed, "without 'data_offsets'"),
        (#"{"a":{}}"#, 2, .malformed, "without 'dtype'"), (#"{"a":1}"#, 2, .malformed, "expected an object"),
        (#"{"__metadata__":{"a":1}}"#, 0, .malformed, "expected a string"),
        (#"{"__metadata__":{"a":"","a":""}}"#, 0, .malformed, "twice"),
        (#"{"\ud800":\#(tensor())}"#, 2, .malformed, "surrogate"),
        (#"{"a":{"x":[[[[[[[[[]]]]]]]]],"dtype":"U8"}}"#, 2, .tooLarge, "nested more than 8"),
    ]

    @Test(arguments: SafetensorsTests.wrong)
    func `Other headers are refused`(header: String, data: Int, kind: FormatError.Kind, message: String) {
        let error = formatError(kind) { _ = try open(header, data: data) }
        #expect(error.hasPrefix("a.safetensors: safetensors: "))
        #expect(error.contains(message))
    }

    @Test func `The header's length is checked before anything is read`() throws {
        func error(_ kind: FormatError.Kind, _ bytes: [UInt8]) -> String {
            formatError(kind) { _ = try Safetensors(MemoryBytes(bytes, name: "a")) }
        }
        #expect(error(.notThisFormat, []).contains("no header"))
        #expect(error(.truncated, [1, 2, 3]).contains("no header"))
        #expect(error(.truncated, [9, 0, 0, 0, 0, 0, 0, 0, 0x7B]).contains("needs a header of 9 bytes"))
        #expect(error(.tooLarge, [UInt8](repeating: 0xFF, count: 16)).contains("at most 100000000"))
        #expect(error(.tooLarge, [1, 0xE1, 0xF5, 5, 0, 0, 0, 0, 0x7B]).contains("100000001 bytes"))
        let golden = try TestFiles.bytes(Self.folder + "written.safetensors")
        for count in 0..<golden.count {
            #expect(throws: FormatError.self) { try Safetensors(MemoryBytes(Array(golden[..<count]), name: "a")) }
        }
    }

    @Test func `A uint64 too large is refused when it is read`() throws {
        var bytes = Self.file(#"{"a":\#(Self.tensor("U64", "[1]", "[0,8]"))}"#, data: 8)
        bytes[bytes.count - 1] = 0x80
        let file = try Safetensors(MemoryBytes(bytes, name: "a"))
        _ = formatError(.unsupported) { _ = try file.read("a") }
    }

    @Test(.enabled(if: TestFiles.shared != nil, TestFiles.sharedComment))
    func `Real files read as NumPy wrote what they hold`() throws {
        let folder = try #require(TestFiles.shared) + "/safetensors/"
        for name in ["mlp", "dtypes"] {
            let file = try Safetensors(folder + name + ".safetensors")
            let expected = try Npz(folder + name + "_expected.npz")
            #expect(Set(file.names) == Set(expected.names))
            for tensor in file.names {
                let (got, want) = (try file.read(tensor), try expected.read(tensor))
                #expect(got.shape == want.shape && doubles(got) == doubles(want), "\(name) \(tensor)")
            }
        }
    }

    @Test func `Mutations are read or refused`() throws {
        let files = try ["written", "types"].map { try TestFiles.bytes(Self.folder + "\($0).safetensors") }
        let tokens = [
            "{", "[", "\"", "0", "9", "-", ",", "\"F8_E4M3\"", "[0,0]", "\"a\":", "}", "]", "18446744073709551615",
        ]
        var mutator = Mutator(
            seed: 4, tokens: tokens.map { Array($0.utf8) },
            marks: ["dtype", "shape", "offsets", "{"].map { Array($0.utf8) })
        mutator.run(files) { bytes in
            let file = try Safetensors(MemoryBytes(bytes, name: "a"))
            for name in file.names where file.entry(name)?.dtype != nil {
                let array = try file.read(name)
                #expect(array.bytes.count <= 4 * bytes.count)
            }
        }
    }
}
