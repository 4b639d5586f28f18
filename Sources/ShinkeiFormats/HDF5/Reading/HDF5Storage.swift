/// The bytes of one HDF5 file as its structures see them: addresses count from the superblock, sizes of offsets and
/// lengths are the file's own, and whatever is read is checked and counted.
///
/// **Limits.** A few bytes can lead a reader around in circles or claim to be gigabytes. So everything that is read
/// from one file is charged to two budgets that grow with the file's real size only. Both are spent once for every
/// path that is opened: repeating a call is the caller's business and costs nothing, but a file that offers the same
/// bytes under a million names runs out.
///
/// - metadata: 8 bytes for each of the file, and 1 MB;
/// - data: `Expansion.limit`, which also bounds the data that no byte stands for, since chunks that are absent have the
///   fill value.
final class HDF5Storage {
    let source: any ByteSource
    /// Where the superblock is in the source; all addresses count from there.
    let start: Int
    /// Bytes of an address in this file: 2, 4 or 8.
    var offsetSize = 8
    /// Bytes of a length in this file: 2, 4 or 8.
    var lengthSize = 8
    /// Whether checksums are compared. Only a test that changes bytes at random looks away, to get behind them.
    let comparesChecksums: Bool
    /// The object that is being read, for errors.
    private(set) var path = "/"

    private let dataLimit: Int
    private var metadataLeft = 0
    private var dataLeft = 0
    private var seen: Set<String> = []
    private var headers: [Int: HDF5ObjectHeader] = [:]
    private var links: [Int: HDF5Links] = [:]
    private var attributes: [Int: HDF5Attributes] = [:]
    private(set) lazy var globalHeap = HDF5GlobalHeap()

    // Structures lie close together: most are found in the piece that the last one came from.
    private var window: [UInt8] = []
    private var windowStart = 0
    private static let windowSize = 4096

    /// - Parameter fileSize: The real size of the file that the source is, or lies in.
    init(_ source: any ByteSource, start: Int, fileSize: Int, comparesChecksums: Bool) {
        self.source = source
        dataLimit = Expansion.limit(ofFile: fileSize)
        self.comparesChecksums = comparesChecksums
        self.start = start
        refill()
    }

    /// The number of bytes from the superblock to the end of the file.
    var count: Int { source.count - start }

    // MARK: - Limits

    private func refill() {
        metadataLeft = count.multipliedReportingOverflow(by: 8).partialValue &+ 1 << 20
        dataLeft = dataLimit
    }

    /// Counts bytes of structures.
    func chargeMetadata(_ bytes: Int) throws(FormatError) {
        guard bytes <= metadataLeft else {
            throw error(.tooLarge, "its structures lead to more than 8 times the file's \(count) bytes")
        }
        metadataLeft -= bytes
    }

    /// Counts bytes of elements, as they are in memory.
    func chargeData(_ bytes: Int) throws(FormatError) {
        guard bytes <= dataLeft else {
            throw error(.tooLarge, "\(bytes) bytes of data; a file of this size may have \(dataLimit)")
        }
        dataLeft -= bytes
    }

    /// Runs something that is charged the first time only; `key` says what it is.
    func charged<T>(
        once key: String, _ body: () throws(FormatError) -> T
    ) throws(FormatError) -> T {
        if seen.contains(key) {
            let (metadata, data) = (metadataLeft, dataLeft)
            refill()
            defer { (metadataLeft, dataLeft) = (metadata, data) }
            return try body()
        }
        try chargeMetadata(key.utf8.count + 64)
        seen.insert(key)
        return try body()
    }

    // MARK: - Errors

    /// An error that names the object being read.
    func error(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
        reading(path, kind, reason)
    }

    /// An error that names another object.
    func reading(_ path: String, _ kind: FormatError.Kind, _ reason: String) -> FormatError {
        FormatError(kind, file: source.name, format: "hdf5", reason: "\(printable(path)): \(reason)")
    }

    /// Runs something with the name of the object it reads, which every error then has.
    func reading<T>(_ path: String, _ body: () throws(FormatError) -> T) throws(FormatError) -> T {
        let outer = self.path
        self.path = path
        defer { self.path = outer }
        do throws(FormatError) {
            return try body()
        } catch {
            // From the source or from zlib.
            throw error.format == "hdf5" ? error : self.error(error.kind, error.reason)
        }
    }

    // MARK: - Bytes

    /// Checks that bytes lie within the file.
    func check(_ what: String, at address: Int, _ size: Int) throws(FormatError) {
        guard address >= 0, size >= 0, address <= count, size <= count - address else {
            throw error(.malformed, "\(what): \(size) bytes at \(address) reach beyond the file's \(count)")
        }
    }

    /// The bytes of a structure.
    func cursor(_ what: StaticString, at address: Int, count size: Int) throws(FormatError) -> HDF5Cursor {
        try check("\(what)", at: address, size)
        try chargeMetadata(size)
        if address < windowStart || address - windowStart > window.count - size {
            let length = max(size, min(Self.windowSize, count - address))
            window = try source.read(start + address..<start + address + length)
            windowStart = address
        }
        let first = address - windowStart
        return HDF5Cursor(self, what, Array(window[first..<first + size]), at: address)
    }

    /// The bytes of a structure whose size is not known yet: as many as there are, up to `limit`.
    func cursor(_ what: StaticString, at address: Int, upTo limit: Int) throws(FormatError) -> HDF5Cursor {
        try check("\(what)", at: address, 0)
        return try cursor(what, at: address, count: min(limit, count - address))
    }

    /// Stored elements, straight from the source.
    func data(at address: Int, count size: Int) throws(FormatError) -> [UInt8] {
        try check("data", at: address, size)
        return try source.read(start + address..<start + address + size)
    }

    // MARK: - What is kept

    /// The object header at an address, parsed once.
    func header(at address: Int) throws(FormatError) -> HDF5ObjectHeader {
        if let known = headers[address] { return known }
        let header = try HDF5ObjectHeader(self, at: address)
        headers[address] = header
        return header
    }

    /// The links of a group, parsed once.
    func links(of header: HDF5ObjectHeader) throws(FormatError) -> HDF5Links {
        if let known = links[header.address] { return known }
        let found = try HDF5Links(self, header)
        links[header.address] = found
        return found
    }

    /// The attributes of an object, parsed once.
    func attributes(of header: HDF5ObjectHeader) throws(FormatError) -> HDF5Attributes {
        if let known = attributes[header.address] { return known }
        let found = try HDF5Attributes(self, header)
        attributes[header.address] = found
        return found
    }
}
