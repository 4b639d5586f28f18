import ShinkeiCore

/// Turns stored elements into arrays and texts.
struct HDF5Elements {
    let storage: HDF5Storage
    let type: HDF5Datatype
    let shape: [Int]

    /// The number of elements, once it is known that they fit into the file's limits.
    ///
    /// - Throws: `FormatError` of kind `tooLarge`.
    func count() throws(FormatError) -> Int {
        // What it becomes in memory may be larger than what is stored; a text takes 16 bytes and what it says.
        var size = max(type.size, 16)
        if case .numbers(let stored, _) = type.elements { size = max(stored.byteCount, stored.dtype.byteCount) }
        guard let count = checkedCount(shape, elementSize: size) else {
            throw storage.error(.tooLarge, "shape \(shape) is more than memory can address")
        }
        try storage.chargeData(count * size)
        return count
    }

    /// - Throws: `FormatError` of kind `unsupported` with the type's name if the elements are no numbers.
    func array(_ bytes: [UInt8]) throws(FormatError) -> HostArray {
        guard case .numbers(let stored, let isBigEndian) = type.elements else {
            throw storage.error(.unsupported, "its elements are of type \(type.name), not numbers")
        }
        var bytes = bytes
        if isBigEndian { swapByteOrder(&bytes, elementSize: stored.byteCount) }
        guard let converted = stored.converted(bytes) else {
            throw storage.error(.unsupported, "uint64 values above 9223372036854775807, the largest int64")
        }
        return HostArray(shape: Shape(shape), dtype: stored.dtype, bytes: converted)
    }

    /// - Throws: `FormatError` of kind `unsupported` with the type's name if the elements are no text.
    func strings(_ bytes: [UInt8]) throws(FormatError) -> [String] {
        switch type.elements {
        case .fixedText(let padding):
            var texts: [String] = []
            for start in stride(from: 0, to: bytes.count, by: type.size) {
                texts.append(try storage.text(Self.trimmed(bytes[start..<start + type.size], padding)))
            }
            return texts
        case .text:
            var cursor = HDF5Cursor(storage, "texts", bytes, at: 0)
            var texts: [String] = []
            while cursor.remaining > 0 {
                let count = try cursor.int(4)
                let collection = try cursor.address()
                let index = try cursor.int(4)
                guard count > 0, let collection, collection > 0 else {
                    texts.append("")
                    continue
                }
                try storage.chargeData(count)
                var text = try storage.globalHeap.object(storage, collection: collection, index)
                texts.append(try text.text(count))
            }
            return texts
        default: throw storage.error(.unsupported, "its elements are of type \(type.name), not text")
        }
    }

    private static func trimmed(_ text: ArraySlice<UInt8>, _ padding: HDF5Datatype.Padding) -> ArraySlice<UInt8> {
        if padding == .zeroEnded { return text.prefix { $0 != 0 } }
        let filler: UInt8 = padding == .zeros ? 0 : 0x20
        guard let last = text.lastIndex(where: { $0 != filler }) else { return [] }
        return text[...last]
    }
}
