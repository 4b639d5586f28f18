/// Where the central directory lies, from the records at the end of an archive.
struct ZipDirectory {
    private static let endSignature: UInt32 = 0x0605_4B50
    private static let end64Signature: UInt32 = 0x0606_4B50
    private static let locatorSignature: UInt32 = 0x0706_4B50
    private static let endSize = 22
    private static let end64Size = 56
    private static let locatorSize = 20

    /// The directory's bytes in the file.
    var range: Range<Int>
    var entryCount: Int
    /// What stands before the archive, a program that unpacks it for example. Offsets count from behind it.
    var prefix: Int

    /// Finds the records, as Python's `zipfile` does: the last end record counts, and the directory lies right before it.
    init(_ source: any ByteSource) throws(FormatError) {
        let file = source.name
        let count = source.count
        let tailStart = max(0, count - Self.endSize - 0xFFFF)
        let tail = ByteRecord(try source.read(tailStart..<count))
        guard let found = Self.lastEnd(tail) else {
            let start = try source.read(0..<min(4, count))
            if count == 0 { throw zipError(.notThisFormat, file, "the file is empty") }
            if start == [0x50, 0x4B, 3, 4] {
                throw zipError(.truncated, file, "no central directory at the end: the file is cut short")
            }
            throw zipError(.notThisFormat, file, "not a zip archive")
        }
        let end = tailStart + found
        let comment = Int(tail.u16(found + 20))
        guard tail.count - found - Self.endSize == comment else {
            throw zipError(
                .malformed, file,
                "the end record announces a comment of \(comment) bytes, \(tail.count - found - Self.endSize) follow it"
            )
        }
        var disks = [UInt64(tail.u16(found + 4)), UInt64(tail.u16(found + 6))]
        var here = UInt64(tail.u16(found + 8))
        var total = UInt64(tail.u16(found + 10))
        var size = UInt64(tail.u32(found + 12))
        var offset = UInt64(tail.u32(found + 16))
        var directoryEnd = end
        if let large = try Self.end64(source, end: end) {
            // A field that could hold its value must hold it.
            let pairs: [(UInt64, UInt64, marker: UInt64)] = [
                (here, large.u64(24), 0xFFFF), (total, large.u64(32), 0xFFFF), (size, large.u64(40), 0xFFFF_FFFF),
                (offset, large.u64(48), 0xFFFF_FFFF), (disks[0], UInt64(large.u32(16)), 0xFFFF),
                (disks[1], UInt64(large.u32(20)), 0xFFFF),
            ]
            for (small, large, marker) in pairs where small != large && small != marker {
                throw zipError(.malformed, file, "the end record and the zip64 end record differ")
            }
            disks = [UInt64(large.u32(16)), UInt64(large.u32(20))]
            here = large.u64(24)
            total = large.u64(32)
            size = large.u64(40)
            offset = large.u64(48)
            directoryEnd = end - Self.locatorSize - Self.end64Size
        }
        guard disks == [0, 0], here == total else {
            throw zipError(.unsupported, file, "an archive in several parts")
        }
        guard size <= UInt64(directoryEnd), offset <= UInt64(directoryEnd) - size else {
            throw zipError(
                .malformed, file,
                "the central directory is said to have \(size) bytes at offset \(offset), beyond the end of the file")
        }
        guard total <= size / UInt64(ZipEntry.fixedSize) else {
            throw zipError(.malformed, file, "\(total) entries do not fit in a directory of \(size) bytes")
        }
        range = directoryEnd - Int(size)..<directoryEnd
        entryCount = Int(total)
        prefix = range.lowerBound - Int(offset)
        try checkLocator(source, end: end)
    }

    private static func lastEnd(_ tail: ByteRecord) -> Int? {
        guard tail.count >= endSize else { return nil }
        return (0...tail.count - endSize).reversed().first { tail.u32($0) == endSignature }
    }

    /// The zip64 end record, if its locator stands before the end record.
    private static func end64(_ source: any ByteSource, end: Int) throws(FormatError) -> ByteRecord? {
        let start = end - locatorSize - end64Size
        guard start >= 0 else { return nil }
        let record = ByteRecord(try source.read(start..<end))
        guard record.u32(end64Size) == locatorSignature else { return nil }
        guard record.u32(0) == end64Signature, record.u64(4) == UInt64(end64Size - 12) else {
            throw zipError(.malformed, source.name, "a zip64 locator without its end record before it")
        }
        return record
    }

    /// The locator names the place of the zip64 end record, which is known already.
    private func checkLocator(_ source: any ByteSource, end: Int) throws(FormatError) {
        guard range.upperBound != end else { return }
        let locator = ByteRecord(try source.read(end - Self.locatorSize..<end))
        guard locator.u32(4) == 0, locator.u32(16) <= 1 else {
            throw zipError(.unsupported, source.name, "an archive in several parts")
        }
        guard locator.u64(8) == UInt64(range.upperBound - prefix) else {
            throw zipError(.malformed, source.name, "the zip64 locator names another offset than its end record has")
        }
    }
}

/// An error in an archive, of a member if one is named.
func zipError(
    _ kind: FormatError.Kind, _ file: String, member: String? = nil, _ reason: String
) -> FormatError {
    let place = member.map { "\(printable($0)): " } ?? ""
    return FormatError(kind, file: file, format: "zip", reason: place + reason)
}
