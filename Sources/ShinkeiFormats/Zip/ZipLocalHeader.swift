/// The header right before a member's data, and the descriptor behind them. It repeats what the central directory says;
/// a reader that goes by one and a checker that goes by the other must see the same.
struct ZipLocalHeader {
    let entry: ZipEntry
    /// Where the next member begins: everything of this one lies before.
    let end: Int
    let source: any ByteSource

    private func error(_ reason: String) -> FormatError {
        zipError(.malformed, source.name, member: entry.name, reason)
    }

    private func differs(_ what: String) -> FormatError {
        error("the local header and the central directory differ in \(what): the archive is damaged")
    }

    /// Checks the header and the descriptor.
    ///
    /// - Returns: Where the data begin. They end, with their descriptor, at `end` or before.
    func dataOffset() throws(FormatError) -> Int {
        let start = entry.headerOffset
        guard end - start >= ZipEntry.localFixedSize else { throw error("overlaps the next member") }
        let fixed = ByteRecord(try source.read(start..<start + ZipEntry.localFixedSize))
        guard fixed.u32(0) == ZipEntry.localSignature else {
            throw error("no local header at offset \(start): the archive is damaged")
        }
        let nameEnd = start + ZipEntry.localFixedSize + Int(fixed.u16(26))
        let dataStart = nameEnd + Int(fixed.u16(28))
        // In this order nothing overflows, and nothing is read twice for members that overlap.
        guard dataStart <= end, entry.compressedSize <= end - dataStart else { throw error("overlaps the next member") }
        let name = try source.read(start + ZipEntry.localFixedSize..<nameEnd)
        guard name[...] == entry.nameBytes else { throw differs("the name") }
        let compared = ZipEntry.encrypted | ZipEntry.hasDescriptor | ZipEntry.isPatch | ZipEntry.isUTF8
        guard fixed.u16(6) & compared == entry.flags & compared else { throw differs("the flags") }
        guard fixed.u16(8) == entry.method else { throw differs("the method") }
        try compareSizes(fixed, extra: nameEnd..<dataStart)
        if entry.flags & ZipEntry.hasDescriptor != 0 { try checkDescriptor(dataStart + entry.compressedSize) }
        return dataStart
    }

    private func compareSizes(_ fixed: ByteRecord, extra: Range<Int>) throws(FormatError) {
        let sizes = [fixed.u32(22), fixed.u32(18)]
        let isLarge = sizes.contains(Zip64Values.marker)
        let bytes = isLarge ? try source.read(extra) : []
        let values = Zip64Values(size: sizes[0], compressedSize: sizes[1], offset: 0, disk: 0, extra: bytes[...])
        guard let values else { throw error("the extra fields of its local header are damaged") }
        // With a descriptor the header was written before the sizes were known, and may hold zeros.
        let isOpen = entry.flags & ZipEntry.hasDescriptor != 0
        func agree(_ local: UInt64, _ central: UInt64) -> Bool { local == central || isOpen && local == 0 }
        guard agree(values.size, UInt64(entry.size)), agree(values.compressedSize, UInt64(entry.compressedSize)) else {
            throw differs("the sizes")
        }
        guard agree(UInt64(fixed.u32(14)), UInt64(entry.crc)) else { throw differs("the checksum") }
    }

    /// Checksum and sizes in 32 or 64 bits, with a signature before them or without.
    private func checkDescriptor(_ start: Int) throws(FormatError) {
        let bytes = try source.read(start..<min(end, start + 24))
        func number(_ value: UInt64, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
        }
        for width in [4, 8] {
            let content =
                number(UInt64(entry.crc), 4) + number(UInt64(entry.compressedSize), width)
                + number(UInt64(entry.size), width)
            if bytes.starts(with: [0x50, 0x4B, 7, 8] + content) || bytes.starts(with: content) { return }
        }
        throw error("the descriptor behind its data and the central directory differ: the archive is damaged")
    }
}
