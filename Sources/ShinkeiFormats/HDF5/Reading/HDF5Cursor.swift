/// Walks through the bytes of one structure. Every step is checked; what is missing throws.
///
/// All numbers in HDF5's structures are little-endian.
struct HDF5Cursor {
    /// Unowned, since the storage keeps headers, which keep cursors. Whoever uses a cursor holds the storage.
    unowned let storage: HDF5Storage
    /// What the structure is called in errors.
    let what: StaticString
    private let all: [UInt8]
    private let start: Int
    /// Where the structure, or the part of it, begins in `all`.
    private let first: Int
    private var position: Int
    private let end: Int

    init(_ storage: HDF5Storage, _ what: StaticString, _ bytes: [UInt8], at address: Int) {
        self.storage = storage
        self.what = what
        all = bytes
        start = address
        first = 0
        position = 0
        end = bytes.count
    }

    private init(_ whole: HDF5Cursor, _ what: StaticString, _ range: Range<Int>) {
        storage = whole.storage
        self.what = what
        all = whole.all
        start = whole.start
        first = range.lowerBound
        position = range.lowerBound
        end = range.upperBound
    }

    /// The bytes that are left.
    var remaining: Int { end - position }
    /// Where the next byte is in the file.
    var place: Int { start + position }
    /// The number of bytes already taken.
    var taken: Int { position - first }

    /// An error that names the structure and its place.
    func error(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
        storage.error(kind, "\(what) at \(start + first): \(reason)")
    }

    /// An error about something that is valid, but not read here.
    func unsupported(_ reason: String) -> FormatError { error(.unsupported, reason) }
    func malformed(_ reason: String) -> FormatError { error(.malformed, reason) }

    private mutating func take(_ count: Int) throws(FormatError) -> Int {
        guard count >= 0, count <= remaining else {
            throw malformed("needs \(count) bytes at \(place), has \(remaining)")
        }
        defer { position += count }
        return position
    }

    mutating func skip(_ count: Int) throws(FormatError) { _ = try take(count) }

    /// An unsigned number of 0 to 8 bytes.
    mutating func uint64(_ size: Int) throws(FormatError) -> UInt64 {
        let first = try take(size)
        var value: UInt64 = 0
        for i in 0..<min(size, 8) { value |= UInt64(all[first + i]) << UInt64(8 * i) }
        return value
    }

    /// An unsigned number of up to 8 bytes that an `Int` holds.
    mutating func int(_ size: Int) throws(FormatError) -> Int {
        let value = try uint64(size)
        guard let int = Int(exactly: value) else { throw malformed("\(value) is more than any file can hold") }
        return int
    }

    mutating func byte() throws(FormatError) -> UInt8 { all[try take(1)] }

    /// A length in the file's size of lengths.
    mutating func length() throws(FormatError) -> Int { try int(storage.lengthSize) }

    /// An address in the file's size of offsets; `nil` for "undefined", which is all ones.
    mutating func address() throws(FormatError) -> Int? {
        let value = try uint64(storage.offsetSize)
        if value == UInt64.max >> UInt64(64 - 8 * storage.offsetSize) { return nil }
        guard let int = Int(exactly: value) else { throw malformed("\(value) is no address in any file") }
        return int
    }

    /// An address that must be there.
    mutating func definedAddress() throws(FormatError) -> Int {
        guard let address = try address() else { throw malformed("an address is undefined") }
        return address
    }

    mutating func bytes(_ count: Int) throws(FormatError) -> [UInt8] {
        let first = try take(count)
        return Array(all[first..<first + count])
    }

    /// The next bytes as a structure of their own.
    mutating func part(_ what: StaticString, _ count: Int) throws(FormatError) -> HDF5Cursor {
        let first = try take(count)
        return HDF5Cursor(self, what, first..<first + count)
    }

    /// Text of a known length, without what follows a zero byte.
    mutating func text(_ count: Int) throws(FormatError) -> String {
        let first = try take(count)
        let bytes = all[first..<first + count].prefix { $0 != 0 }
        return try storage.text(bytes)
    }

    /// Text that ends with a zero byte, which is taken as well.
    mutating func text() throws(FormatError) -> String {
        guard let zero = all[position..<end].firstIndex(of: 0) else { throw malformed("a text has no end") }
        let text = try storage.text(all[position..<zero])
        position = zero + 1
        return text
    }

    /// Four letters that a structure begins with.
    mutating func expect(_ signature: StaticString) throws(FormatError) {
        let first = try take(4)
        let found = all[first..<first + 4]
        guard found.elementsEqual(UnsafeBufferPointer(start: signature.utf8Start, count: 4)) else {
            throw malformed("begins with other bytes than \(signature)")
        }
    }

    /// A version that must be the only one there is.
    mutating func expect(version: UInt8) throws(FormatError) {
        let found = try byte()
        guard found == version else { throw unsupported("version \(found); \(version) is known") }
    }

    /// Compares the checksum that stands in the next four bytes with that of all bytes before it.
    mutating func expectChecksum() throws(FormatError) {
        let sum = HDF5Checksum.lookup3(all[first..<position])
        guard try uint64(4) == UInt64(sum) || !storage.comparesChecksums else {
            throw malformed("its checksum differs")
        }
    }

    /// Compares a checksum that stands within the bytes it is of, where it counts as zero.
    mutating func expectInnerChecksum() throws(FormatError) {
        let place = try take(4)
        var bytes = all
        var stored: UInt32 = 0
        for i in 0..<4 {
            stored |= UInt32(bytes[place + i]) << UInt32(8 * i)
            bytes[place + i] = 0
        }
        guard HDF5Checksum.lookup3(bytes[...]) == stored || !storage.comparesChecksums else {
            throw malformed("its checksum differs")
        }
    }
}

extension HDF5Storage {
    /// Text as the file holds it: UTF-8, of which ASCII is a part.
    func text(_ bytes: ArraySlice<UInt8>) throws(FormatError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.malformed, "a text is not UTF-8")
        }
        return text
    }
}
