package import ShinkeiCore

/// The element types that files hold, which are more than tensors have.
package enum StoredType: Sendable, CaseIterable {
    case bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64
    case float16, bfloat16, float32, float64

    /// Bytes of one element.
    package var byteCount: Int {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// The tensor type that holds every value, except that uint64 goes no further than int64.
    package var dtype: DType {
        switch self {
        case .bool: .bool
        case .uint8: .uint8
        case .int8, .int16, .uint16, .int32: .int32
        case .uint32, .int64, .uint64: .int64
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .float32: .float32
        case .float64: .float64
        }
    }

    /// Whether `converted` gives the bytes as they are, whatever they are.
    var isStoredAsIs: Bool {
        switch self {
        case .uint8, .int32, .int64, .float16, .bfloat16, .float32, .float64: true
        case .bool, .int8, .int16, .uint16, .uint32, .uint64: false
        }
    }

    /// The bytes that elements of a shape take in a file.
    ///
    /// - Throws: `FormatError` of kind `tooLarge` if they, or what they become, are more than an address can reach.
    func byteCount(of sizes: [Int], file: String, format: String) throws(FormatError) -> Int {
        guard let count = checkedCount(sizes, elementSize: max(byteCount, dtype.byteCount)) else {
            throw FormatError(
                .tooLarge, file: file, format: format, reason: "shape \(Shape(sizes)) is more than memory can address")
        }
        return count * byteCount
    }

    /// Turns little-endian elements of this type into elements of `dtype`.
    ///
    /// - Returns: `nil` if a uint64 is too large for int64.
    func converted(_ bytes: [UInt8]) -> [UInt8]? {
        switch self {
        case .int8: return widened(bytes, from: Int8.self, to: Int32.self)
        case .int16: return widened(bytes, from: Int16.self, to: Int32.self)
        case .uint16: return widened(bytes, from: UInt16.self, to: Int32.self)
        case .uint32: return widened(bytes, from: UInt32.self, to: Int64.self)
        case .uint64:
            let tooLarge = stride(from: 7, to: bytes.count, by: 8).contains { bytes[$0] >= 0x80 }
            return tooLarge ? nil : bytes
        case .bool:
            // Anything but 0 is true for NumPy; a tensor's bool is 0 or 1.
            return bytes.contains { $0 > 1 } ? bytes.map { $0 == 0 ? 0 : 1 } : bytes
        case .uint8, .int32, .int64, .float16, .bfloat16, .float32, .float64: return bytes
        }
    }
}

private func widened<From: FixedWidthInteger, To: FixedWidthInteger>(
    _ bytes: [UInt8], from: From.Type, to: To.Type
) -> [UInt8] {
    let count = bytes.count / MemoryLayout<From>.size
    let size = count * MemoryLayout<To>.size
    return bytes.withUnsafeBytes { source in
        [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            let target = UnsafeMutableRawBufferPointer(buffer)
            for i in 0..<count {
                let value = source.loadUnaligned(
                    fromByteOffset: i * MemoryLayout<From>.size, as: From.self)
                target.storeBytes(
                    of: To(value), toByteOffset: i * MemoryLayout<To>.size, as: To.self)
            }
            filled = size
        }
    }
}

/// Reverses the bytes of every element.
func swapByteOrder(_ bytes: inout [UInt8], elementSize: Int) {
    switch elementSize {
    case 2: swapByteOrder(&bytes, as: UInt16.self)
    case 4: swapByteOrder(&bytes, as: UInt32.self)
    case 8: swapByteOrder(&bytes, as: UInt64.self)
    default: break
    }
}

private func swapByteOrder<T: FixedWidthInteger>(_ bytes: inout [UInt8], as type: T.Type) {
    bytes.withUnsafeMutableBytes { buffer in
        for offset in stride(from: 0, to: buffer.count, by: MemoryLayout<T>.size) {
            let value = buffer.loadUnaligned(fromByteOffset: offset, as: T.self)
            buffer.storeBytes(of: value.byteSwapped, toByteOffset: offset, as: T.self)
        }
    }
}

/// Turns column-major ("Fortran") elements into row-major ones.
func rowMajor(_ bytes: [UInt8], shape: [Int], elementSize: Int) -> [UInt8] {
    switch elementSize {
    case 1: rowMajor(bytes, shape: shape, as: UInt8.self)
    case 2: rowMajor(bytes, shape: shape, as: UInt16.self)
    case 4: rowMajor(bytes, shape: shape, as: UInt32.self)
    default: rowMajor(bytes, shape: shape, as: UInt64.self)
    }
}

private func rowMajor<T: FixedWidthInteger>(
    _ bytes: [UInt8], shape: [Int], as type: T.Type
) -> [UInt8] {
    let width = MemoryLayout<T>.size
    guard shape.count > 1, !bytes.isEmpty else { return bytes }
    var strides = [1]
    for size in shape.dropLast() { strides.append(strides[strides.count - 1] * size) }
    let last = shape.count - 1
    return bytes.withUnsafeBytes { source in
        [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, filled in
            let target = UnsafeMutableRawBufferPointer(buffer)
            var index = [Int](repeating: 0, count: shape.count)
            var start = 0  // of this row, in the source
            var written = 0
            while written < bytes.count {
                for i in 0..<shape[last] {
                    let value = source.loadUnaligned(
                        fromByteOffset: (start + i * strides[last]) * width, as: T.self)
                    target.storeBytes(of: value, toByteOffset: written, as: T.self)
                    written += width
                }
                // The next row: like an odometer, the axis before the last turns fastest.
                var axis = last - 1
                while axis >= 0 {
                    index[axis] += 1
                    start += strides[axis]
                    if index[axis] < shape[axis] { break }
                    start -= shape[axis] * strides[axis]
                    index[axis] = 0
                    axis -= 1
                }
            }
            filled = bytes.count
        }
    }
}

/// The number of elements of a shape that a file claims, or `nil` if that or the number of bytes
/// is more than an `Int` holds.
///
/// Zero sizes do not hide an overflow of the others, since later products may leave them out.
package func checkedCount(_ sizes: [Int], elementSize: Int) -> Int? {
    var product = elementSize
    for size in sizes where size > 0 {
        let (next, overflow) = product.multipliedReportingOverflow(by: size)
        if overflow { return nil }
        product = next
    }
    return sizes.contains(0) ? 0 : product / elementSize
}
