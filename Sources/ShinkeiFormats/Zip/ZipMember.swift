/// A file in an archive.
package struct ZipMember: Sendable {
    private let entry: ZipEntry
    private let archive: any ByteSource
    private static let pieceSize = 1 << 18

    init(entry: ZipEntry, archive: any ByteSource) {
        self.entry = entry
        self.archive = archive
    }

    /// The name in the archive.
    package var name: String { entry.name }
    /// The number of bytes when inflated.
    package var size: Int { entry.size }
    /// The number of bytes in the archive.
    package var compressedSize: Int { entry.compressedSize }
    /// Whether the bytes stand in the archive as they are.
    package var isStored: Bool { entry.method == ZipEntry.stored }
    /// The checksum that the archive names.
    package var crc: UInt32 { entry.crc }
    /// Where the data begin in the archive.
    package var dataOffset: Int { entry.dataOffset }

    /// All bytes, inflated, once their checksum was compared.
    ///
    /// - Parameter limit: The most bytes to be read; nothing is allocated for more.
    /// - Throws: `FormatError`: `tooLarge` beyond the limit, `unsupported` for other methods than stored and deflated,
    ///   `malformed` if the checksum or the size is another, `truncated` if the data end too early.
    package func bytes(limit: Int = .max) throws(FormatError) -> [UInt8] {
        try checkReadable(limit)
        if isStored {
            let bytes = try archive.read(range)
            try check(CRC32.of(bytes))
            return bytes
        }
        var bytes: [UInt8] = []
        // The size is only a claim yet, of at most 1032 times what the archive holds.
        bytes.reserveCapacity(min(size, max(1 << 24, Gzip.guess(compressed: compressedSize))))
        try inflate { bytes += $0 }
        return bytes
    }

    /// Compares the checksum, and keeps nothing.
    ///
    /// - Complexity: O(n) time, a quarter of a megabyte.
    /// - Throws: `FormatError`, as `bytes(limit:)` does.
    package func verify() throws(FormatError) {
        try checkReadable(.max)
        if !isStored { return try inflate { _ in } }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 64)
        defer { piece.deallocate() }
        var sum = CRC32()
        var offset = entry.dataOffset
        while offset < range.upperBound {
            let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<min(piece.count, range.upperBound - offset)])
            try archive.read(at: offset, into: part)
            sum.update(UnsafeRawBufferPointer(part))
            offset += part.count
        }
        try check(sum.value)
    }

    /// The member as bytes to be read from any place: of a stored member the part of the archive, without a copy; of a
    /// deflated one its inflated bytes in memory.
    ///
    /// - Parameters:
    ///   - limit: The most bytes to be inflated into memory.
    ///   - verified: Whether a stored member's checksum is compared now, which reads it once. Deflated ones always are.
    /// - Throws: `FormatError`, as `bytes(limit:)` does.
    package func source(limit: Int = .max, verified: Bool = true) throws(FormatError) -> any ByteSource {
        let name = "\(archive.name): \(printable(self.name))"
        guard isStored else { return MemoryBytes(try bytes(limit: limit), name: name) }
        if verified { try verify() }
        return PartOfBytes(archive, range, name: name)
    }

    private var range: Range<Int> { entry.dataOffset..<entry.dataOffset + entry.compressedSize }

    private func error(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
        zipError(kind, archive.name, member: name, reason)
    }

    private func checkReadable(_ limit: Int) throws(FormatError) {
        guard entry.method == ZipEntry.stored || entry.method == ZipEntry.deflated else {
            let name = ZipEntry.methodName(entry.method)
            throw error(.unsupported, "compressed with \(name); stored and deflated members are read")
        }
        guard entry.versionNeeded & 0xFF <= 63 else {
            throw error(.unsupported, "needs version \(entry.versionNeeded & 0xFF) of the format; 63 is known")
        }
        guard entry.flags & ZipEntry.isPatch == 0 else {
            throw error(.unsupported, "the member is a patch for another")
        }
        guard size <= limit else { throw error(.tooLarge, "inflates to \(size) bytes; the limit is \(limit)") }
    }

    private func check(_ sum: UInt32) throws(FormatError) {
        guard sum == entry.crc else { throw error(.malformed, "the checksum (CRC-32) differs: the data are damaged") }
    }

    private func inflate(_ take: (UnsafeMutableRawBufferPointer) -> Void) throws(FormatError) {
        let range = range
        let archive = archive
        var offset = range.lowerBound
        let title = "\(archive.name): \(printable(name))"
        let reader = InflateReader(name: title, wrapping: .raw, limit: size) { buffer throws(FormatError) in
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, range.upperBound - offset)])
            try archive.read(at: offset, into: part)
            offset += part.count
            return part.count
        }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 64)
        defer { piece.deallocate() }
        var sum = CRC32()
        var total = 0
        while true {
            let got: Int
            do throws(FormatError) {
                got = try reader.read(into: piece)
            } catch {
                // The limit is what the archive says, so to pass it is a lie.
                guard error.kind == .tooLarge else { throw error }
                throw self.error(.malformed, "inflates to more than its size of \(size) bytes")
            }
            let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<got])
            sum.update(UnsafeRawBufferPointer(part))
            take(part)
            total += got
            if got < piece.count { break }
        }
        guard total == size else { throw error(.malformed, "inflates to \(total) bytes, its size should be \(size)") }
        guard offset - reader.unusedInput == range.upperBound else {
            throw error(.malformed, "other bytes follow the compressed data")
        }
        try check(sum.value)
    }
}
