/// Writes a zip archive, atomically: it appears complete or not at all.
///
/// Equal members give equal bytes: every time stamp is the first of January 1980. Members are stored unless asked
/// otherwise; sizes and offsets from 4 GiB on, and 65,535 members or more, are written in zip64's records.
package final class ZipWriter {
    private let file: AtomicFile
    private let path: String
    private let zip64From: Int
    private var offset = 0
    private var names: Set<ExactText> = []
    private var directory: [UInt8] = []
    private var isComplete = true

    /// - Parameter zip64From: The least number that is written in 64 bits; tests make it smaller.
    /// - Throws: `FormatError` of kind `unwritable`.
    package init(_ path: String, zip64From: Int = 0xFFFF_FFFF) throws(FormatError) {
        file = try AtomicFile(path)
        self.path = path
        self.zip64From = zip64From
    }

    /// Adds a member.
    ///
    /// - Parameters:
    ///   - name: Relative, with `/` between folders.
    ///   - compressed: Whether to deflate it, if that makes it smaller.
    ///   - alignment: In the file the data begin at a multiple of this many bytes.
    /// - Throws: `FormatError` of kind `unwritable`: a name that `ZipReader` refuses, or that comes twice, or the system's.
    package func add(
        _ name: String, _ bytes: [UInt8], compressed: Bool = false, alignment: Int = 1
    ) throws(FormatError) {
        try add(name, pieces: [bytes], compressed: compressed, alignment: alignment)
    }

    /// Adds a member that consists of several pieces. They are not joined in memory.
    package func add(
        _ name: String, pieces: [[UInt8]], compressed: Bool = false, alignment: Int = 1
    ) throws(FormatError) {
        var sum = CRC32()
        var size = 0
        for piece in pieces {
            piece.withUnsafeBytes { sum.update($0) }
            size += piece.count
        }
        var member = try Member(self, name, size: size)
        member.crc = sum.value
        if compressed {
            var deflate = DeflateWriter()
            for piece in pieces { piece.withUnsafeBytes { deflate.write($0) } }
            let deflated = deflate.finish()
            if deflated.count < size {
                member.method = ZipEntry.deflated
                member.compressedSize = deflated.count
                try write(localHeader(member, alignment))
                try write(deflated)
                return finish(member)
            }
        }
        try write(localHeader(member, alignment))
        for piece in pieces { try write(piece) }
        finish(member)
    }

    /// Adds a stored member whose bytes come while it is written.
    ///
    /// - Parameters:
    ///   - size: How many bytes will come.
    ///   - body: Writes exactly so many. If it throws, the archive cannot be finished.
    /// - Precondition: `body` writes `size` bytes.
    /// - Throws: `FormatError`, as the other forms do, and what `body` throws.
    package func add(
        _ name: String, size: Int, alignment: Int = 1, _ body: (any ByteSink) throws(FormatError) -> Void
    ) throws(FormatError) {
        var member = try Member(self, name, size: size)
        // The checksum is known at the end. In a file it is then put in its place; a pipe gets it behind the data.
        if !file.isPatchable { member.flags |= ZipEntry.hasDescriptor }
        try write(localHeader(member, alignment))
        let sink = Sink(file, name: name, size: size)
        isComplete = false
        try body(sink)
        isComplete = true
        guard sink.room == 0 else {
            fatalError("ZipWriter: \(name) was announced with \(size) bytes, \(size - sink.room) came")
        }
        offset += size
        member.crc = sink.sum.value
        if file.isPatchable {
            try file.patch(Self.number(member.crc), at: member.headerOffset + 14)
        } else {
            let sizes =
                member.size >= zip64From
                ? Self.number(UInt64(size)) + Self.number(UInt64(size))
                : Self.number(UInt32(size)) + Self.number(UInt32(size))
            try write(Self.number(0x0807_4B50 as UInt32) + Self.number(member.crc) + sizes)
        }
        finish(member)
    }

    /// Writes the central directory and puts the file in place.
    ///
    /// - Throws: `FormatError` of kind `unwritable`; an existing file is then as it was.
    package func finish() throws(FormatError) {
        guard isComplete else { fatalError("ZipWriter: a member of \(path) was not written to its end") }
        let start = offset
        try write(directory)
        let count = names.count
        if count >= 0xFFFF || start >= zip64From || directory.count >= zip64From {
            let end64 = offset
            // Made by Unix in version 4.5, which readers must have; no further disks.
            try write(
                Self.number(0x0606_4B50 as UInt32) + Self.number(44 as UInt64) + Self.number(3 << 8 | 45 as UInt16)
                    + Self.number(45 as UInt16) + Self.number(0 as UInt64) + Self.number(UInt64(count))
                    + Self.number(UInt64(count)) + Self.number(UInt64(directory.count)) + Self.number(UInt64(start)))
            try write(
                Self.number(0x0706_4B50 as UInt32) + Self.number(0 as UInt32) + Self.number(UInt64(end64))
                    + Self.number(1 as UInt32))
        }
        let small = UInt16(min(count, 0xFFFF))
        try write(
            Self.number(0x0605_4B50 as UInt32) + Self.number(0 as UInt32) + Self.number(small) + Self.number(small)
                + capped(directory.count) + capped(start) + Self.number(0 as UInt16))
        try file.commit()
    }

    // MARK: - Records

    private struct Member {
        var name: [UInt8]
        var flags: UInt16
        var method = ZipEntry.stored
        var crc: UInt32 = 0
        var compressedSize: Int
        var size: Int
        var headerOffset: Int

        init(_ writer: ZipWriter, _ name: String, size: Int) throws(FormatError) {
            func error(_ reason: String) -> FormatError {
                zipError(.unwritable, writer.path, member: name, reason)
            }
            if let fault = ZipName.fault(name) { throw error(fault) }
            guard name.utf8.count <= 0xFFFF else {
                throw error("a name of \(name.utf8.count) bytes; 65535 are allowed")
            }
            guard !name.hasSuffix("/") || size == 0 else { throw error("a folder cannot hold data") }
            guard writer.names.insert(ExactText(name)).inserted else { throw error("two members of this name") }
            self.name = Array(name.utf8)
            flags = self.name.allSatisfy { $0 < 0x80 } ? 0 : ZipEntry.isUTF8
            compressedSize = size
            self.size = size
            headerOffset = writer.offset
        }
    }

    private func write(_ bytes: [UInt8]) throws(FormatError) {
        isComplete = false
        try file.write(bytes)
        isComplete = true
        offset += bytes.count
    }

    private func capped(_ value: Int) -> [UInt8] {
        Self.number(value >= zip64From ? Zip64Values.marker : UInt32(value))
    }

    /// What both headers share, from the version to the sizes.
    private func common(_ member: Member, version: UInt16, isLarge: Bool) -> [UInt8] {
        // Midnight of 1980-01-01, the first moment that the format knows.
        let time = Self.number(0 as UInt16) + Self.number(1 << 5 | 1 as UInt16)
        let sizes = [member.compressedSize, member.size].flatMap { size in
            Self.number(isLarge ? Zip64Values.marker : UInt32(size))
        }
        return Self.number(version) + Self.number(member.flags) + Self.number(member.method) + time
            + Self.number(member.crc) + sizes + Self.number(UInt16(member.name.count))
    }

    private func localHeader(_ member: Member, _ alignment: Int) -> [UInt8] {
        let isLarge = max(member.size, member.compressedSize) >= zip64From
        var extra = isLarge ? zip64Field([member.size, member.compressedSize]) : []
        let end = offset + ZipEntry.localFixedSize + member.name.count + extra.count
        if alignment > 1, !end.isMultiple(of: alignment) {
            // Android's field for the purpose: the alignment, then zeros. The field's head takes 6 bytes.
            let padding = (alignment - (end + 6) % alignment) % alignment
            extra += Self.number(0xD935 as UInt16) + Self.number(UInt16(2 + padding)) + Self.number(UInt16(alignment))
            extra += repeatElement(0, count: padding)
        }
        return Self.number(ZipEntry.localSignature) + common(member, version: isLarge ? 45 : 20, isLarge: isLarge)
            + Self.number(UInt16(extra.count)) + member.name + extra
    }

    private func finish(_ member: Member) {
        let isLarge = max(member.size, member.compressedSize) >= zip64From
        var large = isLarge ? [member.size, member.compressedSize] : []
        if member.headerOffset >= zip64From { large.append(member.headerOffset) }
        let extra = large.isEmpty ? [] : zip64Field(large)
        // A regular file that everybody may read, made by Unix; what makes a folder of it is the name.
        let mode: UInt32 = member.name.last == UInt8(ascii: "/") ? 0o040755 << 16 | 0x10 : 0o100644 << 16
        let version: UInt16 = large.isEmpty ? 20 : 45
        directory += Self.number(ZipEntry.signature) + Self.number(3 << 8 | version)
        directory += common(member, version: version, isLarge: isLarge)
        directory += Self.number(UInt16(extra.count)) + Self.number(0 as UInt16) + Self.number(0 as UInt16)
        directory += Self.number(0 as UInt16) + Self.number(mode) + capped(member.headerOffset) + member.name + extra
    }

    private func zip64Field(_ values: [Int]) -> [UInt8] {
        Self.number(1 as UInt16) + Self.number(UInt16(8 * values.count))
            + values.flatMap { Self.number(UInt64($0)) }
    }

    private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// Counts and sums what is written to a member.
    private final class Sink: ByteSink {
        private let file: AtomicFile
        private let name: String
        private(set) var room: Int
        private(set) var sum = CRC32()

        init(_ file: AtomicFile, name: String, size: Int) {
            self.file = file
            self.name = name
            room = size
        }

        func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
            guard bytes.count <= room else {
                fatalError("ZipWriter: more bytes were written to \(name) than it was announced with")
            }
            room -= bytes.count
            sum.update(bytes)
            try file.write(bytes)
        }
    }
}
