import FoundationEssentials
import Testing

@testable import ShinkeiFormats

@Suite struct ZipReaderTests {
    static let config = Array(String(repeating: #"{"class_name": "Sequential"}"#, count: 3).utf8)
    static let data = (0..<1500).map { UInt8($0 * $0 % 251) }
    static let files = [
        "stored", "deflated", "comment", "prefix", "zip64", "zip64_prefix", "descriptor", "descriptor64", "unicode",
    ]

    static func golden(_ name: String) throws -> [UInt8] {
        try TestFiles.bytes(TestFiles.committed + "zip/\(name).zip")
    }

    private func open(_ bytes: [UInt8], limits: ZipReader.Limits = .init()) throws(FormatError) -> ZipReader {
        try ZipReader(MemoryBytes(bytes, name: "a.zip"), limits: limits)
    }

    /// Opens an archive and reads all of it.
    private func readAll(_ archive: TestArchive) throws {
        let reader = try open(archive.bytes)
        for name in reader.names { _ = try #require(reader.member(name)).bytes() }
    }

    /// The error of an archive with one member that was changed.
    private func refused(
        _ kind: FormatError.Kind = .malformed, _ member: TestArchive.Member = .init("folder/a"),
        sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout TestArchive.Member) -> Void
    ) -> String {
        var member = member
        change(&member)
        let archive = TestArchive(member, TestArchive.Member("b"))
        let error = formatError(kind, sourceLocation: sourceLocation) { try readAll(archive) }
        #expect(error.hasPrefix("a.zip: zip: "), sourceLocation: sourceLocation)
        return error
    }

    @Test(arguments: ZipReaderTests.files)
    func `Python's archives are read`(file: String) throws {
        let reader = try open(try Self.golden(file))
        let isUnicode = file == "unicode"
        let names = isUnicode ? ["神経.json", "folder/data.bin", "é"] : ["config.json", "folder/data.bin", "empty"]
        #expect(reader.names == names)
        for (name, content) in zip(names, [Self.config, Self.data, []]) {
            let member = try #require(reader.member(name))
            #expect(member.size == content.count)
            #expect(try member.bytes() == content)
            #expect(try member.bytes(limit: content.count) == content)
            try member.verify()
            for verified in [true, false] {
                let source = try member.source(verified: verified)
                #expect(source.name == "a.zip: \(name)")
                #expect(try source.readAll() == content)
                if content.count > 10 { #expect(try source.read(3..<10) == Array(content[3..<10])) }
            }
            if !content.isEmpty {
                #expect(formatError(.tooLarge) { _ = try member.bytes(limit: content.count - 1) }.contains("limit"))
            }
        }
        #expect(reader.member("config") == nil)
    }

    @Test func `An archive on disk is read where it lies`() throws {
        let reader = try ZipReader(path: TestFiles.committed + "zip/stored.zip")
        #expect(try reader.member("folder/data.bin")?.bytes() == Self.data)
        _ = formatError(.unreadable) { _ = try ZipReader(path: "/nowhere.zip") }
        _ = formatError(.unreadable) { _ = try ZipReader(path: "/tmp") }
    }

    @Test func `What is no archive is told from what is a part of one`() throws {
        #expect(formatError(.notThisFormat) { _ = try open([]) } == "a.zip: zip: the file is empty")
        _ = formatError(.notThisFormat) { _ = try open(Array("hello, I am a text".utf8)) }
        _ = formatError(.notThisFormat) { _ = try open([UInt8](repeating: 7, count: 100_000)) }
        let whole = try Self.golden("stored")
        for count in 4..<whole.count - 1 {
            let error = formatError(.truncated) { _ = try open(Array(whole[..<count])) }
            #expect(error.contains("cut short"))
        }
    }

    @Test func `An empty archive, and one with folders, is read`() throws {
        #expect(try open(TestArchive().bytes).names == [])
        let archive = TestArchive(.init("folder/", ""), .init("folder/a"))
        let reader = try open(archive.bytes)
        #expect(reader.names == ["folder/a"])
        #expect(reader.member("folder/") == nil)
        _ = refused { $0.name = Array("folder/".utf8) }
    }

    @Test func `A name without the UTF-8 flag is in code page 437`() throws {
        var member = TestArchive.Member("a")
        member.name = [0x80, 0xE0, 0xFF]
        #expect(try open(TestArchive(member).bytes).names == ["Çα\u{A0}"])
        #expect(refused { ($0.name, $0.flags) = ([0xFF], 1 << 11) }.contains("UTF-8"))
    }

    @Test(
        arguments: [
            ("/etc/passwd", "absolute path"), ("../a", "'..'"), ("a/../../b", "'..'"), ("..", "'..'"),
            ("a\\b", "backslash"),
            ("C:/a", "drive letter"), ("c:a", "drive letter"), ("", "without a name"), ("a\nb", "control characters"),
            ("a\0b", "control characters"), ("//host/a", "absolute path"),
        ])
    func `Names that lead elsewhere are refused`(name: String, message: String) {
        let error = refused { $0.name = Array(name.utf8) }
        #expect(error.contains(message))
        #expect(error.contains("name"))
    }

    @Test func `Names with dots that lead nowhere are read`() throws {
        for name in ["..a", "a..b/c..", ".hidden", "./a", "a//b", "ab:c"] {
            #expect(try open(TestArchive(.init(name)).bytes).names == [name])
        }
    }

    @Test func `A name that comes twice is refused`() {
        let archive = TestArchive(.init("a"), .init("b"), .init("a"))
        #expect(formatError(.malformed) { _ = try open(archive.bytes) } == "a.zip: zip: a: two entries of this name")
    }

    @Test func `Links and devices are refused`() {
        #expect(refused { $0.attributes = 0o120777 << 16 }.contains("a symbolic link"))
        #expect(refused { $0.attributes = 0o020666 << 16 }.contains("neither a file nor a folder"))
    }

    @Test func `What cannot be read is named`() {
        for flag in [0, 6, 13] { #expect(refused(.unsupported) { $0.flags = 1 << flag }.contains("encrypted")) }
        for (method, name) in [(12, "bzip2"), (14, "LZMA"), (93, "Zstandard"), (9, "deflate64"), (77, "method 77")] {
            #expect(refused(.unsupported) { $0.method = method }.contains("folder/a: compressed with \(name)"))
        }
        #expect(refused(.unsupported) { $0.version = 64 }.contains("version 64"))
        #expect(refused(.unsupported) { $0.flags = 1 << 5 }.contains("patch"))
        #expect(refused(.unsupported) { $0.disk = 1 }.contains("another part"))
        var archive = TestArchive(.init("a"))
        archive.disk = 1
        #expect(formatError(.unsupported) { try readAll(archive) }.contains("several parts"))
    }

    @Test func `An unread member of another method does not spoil the rest`() throws {
        var member = TestArchive.Member("a")
        member.method = 12
        let reader = try open(TestArchive(member, .init("b")).bytes)
        #expect(try reader.member("b")?.bytes() == Array("hello".utf8))
    }

    @Test func `A changed byte is found`() {
        let message = "folder/a: the checksum (CRC-32) differs: the data are damaged"
        #expect(refused { $0.data[2] ^= 1 }.hasSuffix(message))
        let archive = TestArchive(.init("a"))
        var bytes = archive.bytes
        bytes[33] ^= 1
        _ = formatError(.malformed) { try open(bytes).member("a")?.verify() }
        _ = formatError(.malformed) { _ = try open(bytes).member("a")?.source() }
        #expect(throws: Never.self) { try open(bytes).member("a")?.source(verified: false).readAll() }
        let deflated = TestArchive.Member.deflated("folder/a", String(repeating: "abc", count: 100))
        #expect(refused(.malformed, deflated) { $0.crc ^= 1 }.hasSuffix(message))
    }

    @Test func `A size that lies is found`() {
        let text = String(repeating: "abc", count: 1000)
        let good = TestArchive.Member.deflated("folder/a", text)
        #expect(refused(.malformed, good) { $0.size = 100 }.contains("inflates to more than its size of 100"))
        #expect(refused(.malformed, good) { $0.size = 3001 }.contains("inflates to 3000 bytes"))
        #expect(refused(.malformed, good) { $0.size = 1 << 20 }.contains("cannot inflate"))
        #expect(refused { $0.size = 6 }.contains("two sizes differ"))
        #expect(
            refused(.malformed, good) {
                $0.data += [1, 2]
                $0.compressedSize += 2
            }.contains("other bytes follow"))
        let error = formatError(.truncated) {
            var member = TestArchive.Member.deflated("a", text)
            member.data.removeLast(3)
            member.compressedSize -= 3
            try readAll(TestArchive(member))
        }
        #expect(error.contains("a.zip: a: deflate: "))
    }

    @Test func `All members together stay within the limit`() throws {
        var limits = ZipReader.Limits()
        limits.total = 10
        let archive = TestArchive(.init("a"), .init("b")).bytes
        #expect(try open(archive, limits: limits).names.count == 2)
        limits.total = 9
        #expect(formatError(.tooLarge) { _ = try open(archive, limits: limits) }.contains("limit of 9 bytes"))
        limits.directory = 93
        #expect(formatError(.tooLarge) { _ = try open(archive, limits: limits) }.contains("central directory of 94"))
    }

    @Test func `Members that share bytes are refused`() {
        // The second entry uses the first one's data, as archives do that grow to petabytes.
        var second = TestArchive.Member("folder/a")
        second.isWritten = false
        second.offset = 0
        second.name = Array("other".utf8)
        let error = formatError(.malformed) { try readAll(TestArchive(.init("folder/a"), second)) }
        #expect(error.contains("overlaps the next member"))
        // A member whose data contain the next one's header.
        let inner = TestArchive(.init("inner")).bytes
        var outer = TestArchive.Member("a", "")
        outer.data = Array(inner[..<40])
        outer.crc = CRC32.of(outer.data)
        (outer.size, outer.compressedSize) = (40, 40)
        var quoted = TestArchive.Member("inner")
        quoted.isWritten = false
        quoted.offset = 31
        #expect(
            formatError(.malformed) { try readAll(TestArchive(outer, quoted)) }.contains("a: overlaps the next member"))
        #expect(throws: Never.self) { try readAll(TestArchive(outer)) }
    }

    @Test func `A local header that says something else is refused`() {
        #expect(refused { $0.localName = Array("folder/b".utf8) }.contains("differ in the name"))
        #expect(refused { $0.localMethod = 8 }.contains("differ in the method"))
        #expect(refused { $0.localFlags = 1 << 3 }.contains("differ in the flags"))
        #expect(refused { $0.localFlags = 1 }.contains("differ in the flags"))
        #expect(refused { $0.localCRC = 0 }.contains("differ in the checksum"))
        #expect(refused { $0.localSize = 4 }.contains("differ in the sizes"))
        #expect(refused { $0.localSize = 0xFFFF_FFFF }.contains("extra fields"))
        #expect(refused { $0.offset = 1 }.contains("no local header at offset 1"))
        let zip64 = TestArchive.number(1, 2) + TestArchive.number(16, 2) + TestArchive.number(5, 8)
        #expect(throws: Never.self) {
            var member = TestArchive.Member("a")
            member.localSize = 0xFFFF_FFFF
            member.localExtra = zip64 + TestArchive.number(5, 8)
            try readAll(TestArchive(member))
        }
        #expect(
            refused {
                $0.localSize = 0xFFFF_FFFF
                $0.localExtra = zip64 + TestArchive.number(6, 8)
            }.contains("differ in the sizes"))
    }

    @Test func `Descriptors of all four forms are read, others refused`() throws {
        let crc = TestArchive.number(Int(CRC32.of(Array("hello".utf8))), 4)
        for signature in [[], [0x50, 0x4B, 7, 8]] as [[UInt8]] {
            for width in [4, 8] {
                var member = TestArchive.Member("a")
                member.flags = 1 << 3
                (member.localCRC, member.localSize) = (0, 0)
                let size = TestArchive.number(5, width)
                member.descriptor = signature + crc + size + size
                try readAll(TestArchive(member))
                try readAll(TestArchive(member, .init("b")))
                member.descriptor[signature.count] ^= 1
                let archive = TestArchive(member, .init("b"))
                #expect(formatError(.malformed) { try readAll(archive) }.contains("descriptor"))
            }
        }
        #expect(refused { ($0.flags, $0.localSize, $0.localCRC) = (1 << 3, 0, 0) }.contains("descriptor"))
    }

    @Test func `Places outside of the file are refused`() {
        #expect(refused { $0.offset = 100_000 }.contains("beyond the end of the members"))
        #expect(refused { ($0.size, $0.compressedSize) = (100_000, 100_000) }.contains("beyond the end of the members"))
        let big = TestArchive.number(1, 2) + TestArchive.number(24, 2) + [UInt8](repeating: 0xFF, count: 24)
        _ = refused {
            ($0.size, $0.compressedSize, $0.offset) = (0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF)
            $0.extra = big
        }
        #expect(refused { $0.offset = 0xFFFF_FFFF }.contains("extra fields"))
        #expect(refused { $0.extra = [1, 0, 200, 0] }.contains("extra fields"))
        for change in [
            { $0.directoryOffset = 1_000_000 }, { $0.directorySize = 1_000_000 }, { $0.directoryOffset = 0xFFFF_FFFF },
        ] as [(inout TestArchive) -> Void] {
            var archive = TestArchive(.init("a"))
            change(&archive)
            let error = formatError(.malformed) { try readAll(archive) }
            #expect(error.contains("offset") && error.contains("beyond the end"))
        }
    }

    @Test func `The directory holds what the end record says`() {
        for change in [
            { $0.count = 2 }, { $0.count = 60_000 }, { $0.count = 0 }, { $0.afterDirectory = [1, 2, 3] },
            { $0.directorySize = 40 },
            { $0.comment = Array("PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0, count: 18 + 5) },
        ] as [(inout TestArchive) -> Void] {
            var archive = TestArchive(.init("a"))
            change(&archive)
            _ = formatError(.malformed) { try readAll(archive) }
        }
        let bytes = TestArchive(.init("a")).bytes
        #expect(formatError(.malformed) { _ = try open(bytes + [0]) }.contains("comment of 0 bytes, 1 follow"))
    }

    @Test func `A prefix and the largest comment are read`() throws {
        var archive = TestArchive(.init("a"), .deflated("b", "hello hello hello hello"))
        archive.prefix = [UInt8](repeating: 0x50, count: 100_000)
        archive.comment = [UInt8](repeating: 0x4B, count: 65_535)
        try readAll(archive)
    }

    @Test func `Records of zip64 that disagree are refused`() throws {
        let bytes = try Self.golden("zip64")
        let end = bytes.count - 22
        let record = end - 20 - 56
        // Locator: disks, offset. Record: size, disks, counts, size and offset of the directory.
        for place in [end - 16, end - 12, end - 4, record + 4, record + 16, record + 24, record + 32, record + 40] {
            var changed = bytes
            changed[place] ^= 2
            #expect(throws: FormatError.self, "\(place)") { try open(changed) }
        }
        var changed = bytes
        changed[end + 10] = 9
        #expect(formatError(.malformed) { _ = try open(changed) }.contains("zip64 end record differ"))
    }

    @Test func `A large archive costs little time and memory to refuse`() {
        // Entries that all name one large member: what an archive of overlapping members looks like.
        var archive = TestArchive(.deflated("a", String(repeating: "x", count: 10_000)))
        for i in 0..<5000 {
            var member = archive.members[0]
            member.name = Array("m\(i)".utf8)
            member.isWritten = false
            member.offset = 0
            archive.members.append(member)
        }
        let clock = ContinuousClock()
        let bytes = archive.bytes
        let time = clock.measure { _ = formatError(.malformed) { _ = try open(bytes) } }
        #expect(time < .seconds(2))
    }

    @Test func `Mutations of archives are read or refused`() throws {
        let files = try Self.files.map { try Self.golden($0) }
        let marks: [[UInt8]] = [
            [0x50, 0x4B, 1, 2], [0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], [0x50, 0x4B, 6, 6], [0x50, 0x4B],
        ]
        var mutator = Mutator(seed: 2, marks: marks)
        mutator.run(files) { bytes in
            let reader = try open(bytes)
            var total = 0
            for name in reader.names {
                let member = try #require(reader.member(name))
                total += member.size
                #expect(member.size <= 1032 * (bytes.count + 1))
                let content = try member.bytes(limit: 1 << 20)
                #expect(content.count == member.size)
            }
            #expect(total <= 1032 * (bytes.count + 1))
        }
    }

    @Test func `What another method claims counts too`() {
        var limits = ZipReader.Limits()
        limits.total = 1 << 20
        var member = TestArchive.Member("a")
        (member.method, member.size) = (14, 0x7FFF_FFFF)
        let archive = TestArchive(member, .init("b")).bytes
        _ = formatError(.tooLarge) { _ = try open(archive, limits: limits) }
    }

    static let corpus = ProcessInfo.processInfo.environment["SHINKEI_CONFORMANCE"]

    @Test(.enabled(if: ZipReaderTests.corpus != nil, "SHINKEI_CONFORMANCE does not name the corpus"))
    func `The corpus's archives are refused in its words, or read`() throws {
        let corpus = try #require(Self.corpus)
        func all(_ path: String) throws {
            let reader = try ZipReader(path: path)
            for name in reader.names { _ = try #require(reader.member(name)).source(limit: 64 << 20) }
        }
        let words = [
            "keras_empty": "empty|short|zip", "keras_truncated_half": "trunc|end|central|short|corrupt|damag",
            "keras_truncated_tail": "trunc|end|central|short|corrupt|damag", "keras_crc_mismatch": "crc|checksum|damag",
            "keras_random_bytes": "zip", "keras_text": "zip", "keras_missing_file": "no such|not found",
            "zip_absolute_path": "path|absolute|entry|name", "zip_bomb_config": "large|size|limit|inflat",
            "zip_bomb_lying_size": "size|limit|differ|more|inflat", "zip_encrypted_flag": "encrypt",
            "zip_offset_out_of_file": "offset|beyond|damag", "zip_path_traversal": "path|entry|name",
        ]
        for (name, word) in words {
            let path = "\(corpus)/errors/\(name)/model.keras"
            do {
                try all(path)
                Issue.record("\(name) was read")
            } catch let error as FormatError {
                let text = error.description.replacing(path, with: "").lowercased()
                #expect(word.split(separator: "|").contains { text.contains($0) }, "\(name): \(error)")
                #expect(name == "zip_encrypted_flag" || error.kind != .unsupported, "\(name): \(error)")
                print("\(name): \(text)")
            }
        }
        for name in ["zip_deflated", "zip_other_order_and_extra_file", "zip_with_comment"] {
            try all("\(corpus)/containers/\(name)/model.keras")
        }
        for (name, word) in ["keras_json_deep": "nested", "keras_bad_json": "end of the text"] {
            let reader = try ZipReader(path: "\(corpus)/errors/\(name)/model.keras")
            let bytes = try #require(reader.member("config.json")).bytes()
            do {
                _ = try JSON(parsing: bytes, name: "config.json")
                Issue.record("\(name) was read")
            } catch {
                #expect("\(error)".contains(word), "\(error)")
            }
        }
    }
}
