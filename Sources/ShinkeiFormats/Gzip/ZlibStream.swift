import CZlib

/// Bytes compressed as a zlib stream, as PNG files hold them.
package func zlibStream(_ bytes: [UInt8]) -> [UInt8] {
    var writer = DeflateWriter()
    bytes.withUnsafeBytes { writer.write($0) }
    let body = writer.finish()
    let sum = bytes.withUnsafeBufferPointer { adler32_z(1, $0.baseAddress, $0.count) }
    return [0x78, 0x9c] + body + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
}
