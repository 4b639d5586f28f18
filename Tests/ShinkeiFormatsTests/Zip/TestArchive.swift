@testable import ShinkeiFormats

/// An archive put together by hand, in which every field can be wrong.
struct TestArchive {
    struct Member {
        var name: [UInt8]
        var data: [UInt8]
        var flags = 0
        var method = 0
        var crc: UInt32
        var compressedSize: Int
        var size: Int
        var attributes = 0o100644 << 16
        var disk = 0
        var version = 20
        var offset: Int?
        var extra: [UInt8] = []
        /// Fields of the local header that differ from those of the directory.
        var localName: [UInt8]?
        var localFlags: Int?
        var localMethod: Int?
        var localCRC: UInt32?
        var localSize: Int?
        var localExtra: [UInt8] = []
        var descriptor: [UInt8] = []
        /// Whether the directory's entry has data in the file at all.
        var isWritten = true

        init(_ name: String, _ text: String = "hello") {
            self.name = Array(name.utf8)
            data = Array(text.utf8)
            crc = CRC32.of(data)
            compressedSize = data.count
            size = data.count
        }

        /// Deflated, with all fields right.
        static func deflated(_ name: String, _ text: String) -> Member {
            var member = Member(name, text)
            var deflate = DeflateWriter()
            member.data.withUnsafeBytes { deflate.write($0) }
            member.data = deflate.finish()
            member.compressedSize = member.data.count
            member.method = 8
            return member
        }
    }

    var members: [Member]
    var prefix: [UInt8] = []
    var comment: [UInt8] = []
    /// What the end record claims, if not the truth.
    var count: Int?
    var directorySize: Int?
    var directoryOffset: Int?
    var disk = 0
    var afterDirectory: [UInt8] = []

    init(_ members: Member...) { self.members = members }

    static func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    var bytes: [UInt8] {
        func n2(_ value: Int) -> [UInt8] { Self.number(value, 2) }
        func n4(_ value: Int) -> [UInt8] { Self.number(value, 4) }
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let offset = file.count
            if member.isWritten {
                let name = member.localName ?? member.name
                file += n4(0x0403_4B50) + n2(20) + n2(member.localFlags ?? member.flags)
                file += n2(member.localMethod ?? member.method) + n4(0x21_0000)
                file += n4(Int(member.localCRC ?? member.crc)) + n4(member.localSize ?? member.compressedSize)
                file += n4(member.localSize ?? member.size) + n2(name.count) + n2(member.localExtra.count) + name
                file += member.localExtra + member.data + member.descriptor
            }
            directory += n4(0x0201_4B50) + n2(3 << 8 | 20) + n2(member.version) + n2(member.flags) + n2(member.method)
            directory += n4(0x21_0000) + n4(Int(member.crc)) + n4(member.compressedSize) + n4(member.size)
            directory += n2(member.name.count) + n2(member.extra.count) + n2(0) + n2(member.disk) + n2(0)
            directory += n4(member.attributes) + n4(member.offset ?? offset) + member.name + member.extra
        }
        let start = file.count
        let count = count ?? members.count
        let end =
            n4(0x0605_4B50) + n2(disk) + n2(0) + n2(count) + n2(count) + n4(directorySize ?? directory.count)
            + n4(directoryOffset ?? start) + n2(comment.count)
        return prefix + file + directory + afterDirectory + end + comment
    }
}
