/// What was done to every chunk before it was stored, and how to undo it.
struct HDF5Filters {
    private enum Filter {
        case deflate
        case shuffle(elementSize: Int)
        case fletcher32
    }

    private let filters: [Filter]

    /// No filters.
    init() { filters = [] }

    var isEmpty: Bool { filters.isEmpty }

    /// - Throws: `FormatError` of kind `unsupported` with the filter's name if it is another than deflate, shuffle and
    ///   fletcher32.
    init(_ message: HDF5Cursor) throws(FormatError) {
        var cursor = message
        let version = try cursor.byte()
        guard version == 1 || version == 2 else { throw cursor.unsupported("filters of version \(version)") }
        let count = Int(try cursor.byte())
        guard count <= 32 else { throw cursor.malformed("\(count) filters") }
        if version == 1 { try cursor.skip(6) }
        var found: [Filter] = []
        var deflates = 0
        for _ in 0..<count {
            let identifier = try cursor.int(2)
            let nameLength = version == 1 || identifier >= 256 ? try cursor.int(2) : 0
            try cursor.skip(2)
            let valueCount = try cursor.int(2)
            let name = try cursor.text(nameLength)
            var values: [Int] = []
            for _ in 0..<valueCount { values.append(try cursor.int(4)) }
            if version == 1 && valueCount % 2 == 1 { try cursor.skip(4) }
            switch identifier {
            case 1:
                found.append(.deflate)
                deflates += 1
            case 2: found.append(.shuffle(elementSize: max(1, values.first ?? 1)))
            case 3: found.append(.fletcher32)
            default:
                let known = [4: "szip", 5: "nbit", 6: "scale-offset", 32000: "lzf"]
                let text = known[identifier] ?? name
                throw cursor.unsupported("the filter \(identifier)\(text.isEmpty ? "" : " (\(text))")")
            }
        }
        guard deflates <= 1 else { throw cursor.unsupported("data that was compressed \(deflates) times") }
        filters = found
    }

    /// The elements of a stored chunk.
    ///
    /// - Parameters:
    ///   - stored: The chunk's bytes.
    ///   - mask: A bit for every filter that was left out.
    ///   - count: How many bytes must come out.
    func undone(_ stored: [UInt8], mask: Int, count: Int, _ storage: HDF5Storage) throws(FormatError) -> [UInt8] {
        var bytes = stored
        let active = filters.enumerated().filter { mask >> $0.offset & 1 == 0 }.map(\.element)
        for (place, filter) in active.enumerated().reversed() {
            switch filter {
            case .fletcher32: bytes = try Self.checked(bytes, storage)
            case .shuffle(let size): bytes = Self.unshuffled(bytes, elementSize: size)
            case .deflate:
                // Checksums that were added before are still behind the elements.
                let sums = active[..<place].count { if case .fletcher32 = $0 { true } else { false } }
                bytes = try Self.inflated(bytes, count: count + 4 * sums, storage)
            }
        }
        guard bytes.count == count else {
            throw storage.error(.malformed, "a chunk has \(bytes.count) bytes instead of \(count)")
        }
        return bytes
    }

    private static func checked(_ bytes: [UInt8], _ storage: HDF5Storage) throws(FormatError) -> [UInt8] {
        guard bytes.count >= 4 else { throw storage.error(.malformed, "a chunk is shorter than its checksum") }
        let data = bytes.dropLast(4)
        let sum = HDF5Checksum.fletcher32(data)
        let stored = bytes.suffix(4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        // Until version 1.6.2 the library swapped the bytes of each half.
        let swapped = (stored & 0x00FF_00FF) << 8 | stored >> 8 & 0x00FF_00FF
        guard sum == stored || sum == swapped || !storage.comparesChecksums else {
            throw storage.error(.malformed, "a chunk's fletcher32 checksum differs")
        }
        return Array(data)
    }

    /// Puts the bytes of each element together again, of which all first ones were stored first.
    private static func unshuffled(_ bytes: [UInt8], elementSize size: Int) -> [UInt8] {
        let count = bytes.count / size
        guard size > 1, count > 1 else { return bytes }
        return bytes.withUnsafeBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: source.count) { target, filled in
                for byte in 0..<size {
                    let from = byte * count
                    for i in 0..<count { target[i * size + byte] = source[from + i] }
                }
                for i in count * size..<source.count { target[i] = source[i] }
                filled = source.count
            }
        }
    }

    private static func inflated(
        _ bytes: [UInt8], count: Int, _ storage: HDF5Storage
    ) throws(FormatError) -> [UInt8] {
        // Nothing is allocated for what cannot come out.
        guard bytes.count >= count / 1032 else {
            throw storage.error(.malformed, "a chunk of \(bytes.count) bytes cannot be \(count) bytes compressed")
        }
        var position = 0
        let reader = InflateReader(name: storage.source.name, wrapping: .zlib, limit: count) { buffer in
            let piece = min(buffer.count, bytes.count - position)
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + piece]))
            }
            position += piece
            return piece
        }
        var failure: FormatError?
        let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FormatError) {
                filled = try reader.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
                // The stream's own checksum comes after the last byte.
                var rest: UInt8 = 0
                try withUnsafeMutableBytes(of: &rest) { (one) throws(FormatError) in _ = try reader.read(into: one) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return result
    }
}
