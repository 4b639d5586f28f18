/// The members of a zip archive, read where they lie.
///
/// Stored and deflated members are read, of archives up to any size (zip64), with data descriptors, a comment, and other
/// bytes before the archive. Nothing is written to files, and nothing is believed that can be checked: an archive is
/// refused as a whole if members overlap, lie outside of the file, claim more than their bytes can hold, if a local header
/// says other than the central directory, or if a name is absolute, leads out of its folder, comes twice or is a link.
/// What is inside a member is checked when it is read.
///
/// Source: PKWARE's APPNOTE.TXT 6.3.10; where it leaves a choice, Python's `zipfile`.
package struct ZipReader: Sendable {
    /// What an archive may hold at most.
    package struct Limits: Sendable {
        /// All members together, in bytes when inflated.
        package var total = 64 << 30
        /// The central directory, in bytes: about a million members.
        package var directory = 64 << 20

        package init() {}
    }

    /// Whether bytes begin as an archive with members does.
    package static func isZip(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x50, 0x4B]) }

    /// The archive.
    package let source: any ByteSource
    /// The members that are files, in the order of the central directory.
    package let names: [String]
    private let entries: [ZipEntry]
    private let places: [ExactText: Int]

    /// Reads the central directory and every member's local header.
    ///
    /// - Throws: `FormatError`: `notThisFormat` if it is no archive, `truncated` if its end is missing, `unsupported` if it
    ///   is encrypted or in several parts, `tooLarge` beyond the limits, `malformed` for everything named above.
    package init(_ source: any ByteSource, limits: Limits = Limits()) throws(FormatError) {
        let directory = try ZipDirectory(source)
        guard directory.range.count <= limits.directory else {
            throw zipError(
                .tooLarge, source.name,
                "a central directory of \(directory.range.count) bytes; the limit is \(limits.directory)")
        }
        var entries = try Self.entries(directory, source)
        try Self.checkTotal(entries, limits, source.name)
        var places: [ExactText: Int] = [:]
        places.reserveCapacity(entries.count)
        for (place, entry) in entries.enumerated() {
            guard places.updateValue(place, forKey: ExactText(entry.name)) == nil else {
                throw zipError(.malformed, source.name, member: entry.name, "two entries of this name")
            }
        }
        try Self.locate(&entries, before: directory.range.lowerBound, source)
        self.source = source
        self.entries = entries
        self.places = places
        names = entries.filter { !$0.isFolder }.map(\.name)
    }

    /// Opens an archive.
    package init(path: String, limits: Limits = Limits()) throws(FormatError) {
        try self.init(try FileBytes(path), limits: limits)
    }

    /// The member of this name, by bytes; `nil` if there is none, or it is a folder.
    package func member(_ name: String) -> ZipMember? {
        guard let place = places[ExactText(name)], !entries[place].isFolder else { return nil }
        return ZipMember(entry: entries[place], archive: source)
    }

    // MARK: - The central directory

    private static func entries(
        _ directory: ZipDirectory, _ source: any ByteSource
    ) throws(FormatError) -> [ZipEntry] {
        let bytes = try source.read(directory.range)
        var entries: [ZipEntry] = []
        entries.reserveCapacity(directory.entryCount)
        var place = 0
        for number in 0..<directory.entryCount {
            guard bytes.count - place >= ZipEntry.fixedSize else {
                throw zipError(.malformed, source.name, "the central directory ends within entry \(number)")
            }
            let fixed = ByteRecord(bytes[place..<place + ZipEntry.fixedSize])
            guard fixed.u32(0) == ZipEntry.signature else {
                throw zipError(.malformed, source.name, "the central directory is damaged at entry \(number)")
            }
            let nameEnd = place + ZipEntry.fixedSize + Int(fixed.u16(28))
            let extraEnd = nameEnd + Int(fixed.u16(30))
            let end = extraEnd + Int(fixed.u16(32))
            guard end <= bytes.count else {
                throw zipError(.malformed, source.name, "the central directory ends within entry \(number)")
            }
            let name = bytes[place + ZipEntry.fixedSize..<nameEnd]
            entries.append(
                try entry(fixed, name: name, extra: bytes[nameEnd..<extraEnd], directory, source.name, number))
            place = end
        }
        guard place == bytes.count else {
            throw zipError(
                .malformed, source.name,
                "\(bytes.count - place) bytes follow the \(directory.entryCount) entries of the central directory")
        }
        return entries
    }

    private static func entry(
        _ fixed: ByteRecord, name: ArraySlice<UInt8>, extra: ArraySlice<UInt8>, _ directory: ZipDirectory,
        _ file: String,
        _ number: Int
    ) throws(FormatError) -> ZipEntry {
        let flags = fixed.u16(8)
        guard let text = ZipName.decoded(name, isUTF8: flags & ZipEntry.isUTF8 != 0) else {
            throw zipError(.malformed, file, "entry \(number) has a name that is not valid UTF-8")
        }
        func error(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
            zipError(kind, file, member: text, reason)
        }
        if let fault = ZipName.fault(text) { throw error(.malformed, fault) }
        if flags & ZipEntry.encrypted != 0 { throw error(.unsupported, "the member is encrypted") }
        let values = Zip64Values(
            size: fixed.u32(24), compressedSize: fixed.u32(20), offset: fixed.u32(42), disk: fixed.u16(34), extra: extra
        )
        guard let values else { throw error(.malformed, "its extra fields are damaged") }
        guard fixed.u16(34) == 0 || fixed.u16(34) == 0xFFFF else {
            throw error(.unsupported, "the member lies in another part of the archive")
        }
        let room = UInt64(directory.range.lowerBound - directory.prefix)
        guard values.offset <= room, values.compressedSize <= room - values.offset else {
            throw error(
                .malformed,
                "\(values.compressedSize) bytes at offset \(values.offset) lie beyond the end of the members")
        }
        guard let size = Int(exactly: values.size) else { throw error(.malformed, "a size of \(values.size) bytes") }
        // The kind of file that Unix would make of it. A link would lead whoever unpacks it elsewhere.
        let mode = fixed.u32(38) >> 16 & 0o170000
        guard [0, 0o100000, 0o040000].contains(mode) else {
            throw error(.malformed, mode == 0o120000 ? "a symbolic link" : "neither a file nor a folder")
        }
        let entry = ZipEntry(
            name: text, nameBytes: name, versionNeeded: fixed.u16(6), flags: flags, method: fixed.u16(10),
            crc: fixed.u32(16), compressedSize: Int(values.compressedSize), size: size,
            headerOffset: directory.prefix + Int(values.offset))
        try checkSizes(entry, file)
        return entry
    }

    private static func checkSizes(_ entry: ZipEntry, _ file: String) throws(FormatError) {
        func error(_ reason: String) -> FormatError { zipError(.malformed, file, member: entry.name, reason) }
        if entry.isFolder, entry.size > 0 { throw error("a folder with a size of \(entry.size) bytes") }
        switch entry.method {
        case ZipEntry.stored where entry.size != entry.compressedSize:
            throw error("stored without compression, but its two sizes differ: \(entry.size), \(entry.compressedSize)")
        // The most that deflate can do is 258 bytes for 2 bits.
        case ZipEntry.deflated where entry.size / 1032 > entry.compressedSize:
            throw error("\(entry.compressedSize) bytes cannot inflate to the size of \(entry.size)")
        default: break
        }
    }

    private static func checkTotal(
        _ entries: [ZipEntry], _ limits: Limits, _ file: String
    ) throws(FormatError) {
        var total = 0
        for entry in entries {
            let (sum, overflow) = total.addingReportingOverflow(entry.size)
            guard !overflow, sum <= limits.total else {
                throw zipError(.tooLarge, file, "the members inflate to more than the limit of \(limits.total) bytes")
            }
            total = sum
        }
    }

    // MARK: - Local headers

    /// Finds where every member's data begin, in the order of the file, and makes sure that no two share a byte.
    private static func locate(
        _ entries: inout [ZipEntry], before directory: Int, _ source: any ByteSource
    ) throws(FormatError) {
        let order = entries.indices.sorted { entries[$0].headerOffset < entries[$1].headerOffset }
        for (rank, index) in order.enumerated() {
            let next = rank + 1 < order.count ? entries[order[rank + 1]].headerOffset : directory
            let header = ZipLocalHeader(entry: entries[index], end: next, source: source)
            entries[index].dataOffset = try header.dataOffset()
        }
    }
}
