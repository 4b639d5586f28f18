/// Little-endian numbers at fixed places in bytes.
struct ByteRecord {
    let bytes: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { self.bytes = ArraySlice(bytes) }
    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var count: Int { bytes.count }

    private func number<T: FixedWidthInteger>(_ offset: Int, as type: T.Type) -> T {
        var value: T = 0
        let start = bytes.startIndex + offset
        for i in (0..<MemoryLayout<T>.size).reversed() { value = value << 8 | T(truncatingIfNeeded: bytes[start + i]) }
        return value
    }

    func u16(_ offset: Int) -> UInt16 { number(offset, as: UInt16.self) }
    func u32(_ offset: Int) -> UInt32 { number(offset, as: UInt32.self) }
    func u64(_ offset: Int) -> UInt64 { number(offset, as: UInt64.self) }
}
