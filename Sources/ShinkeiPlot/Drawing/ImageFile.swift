import ShinkeiFormats

/// Pixels as a PNG file, for pictures inside of SVG files. Needs no library but zlib.
func pngFile(_ image: Drawing.Image) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity(image.rows * (4 * image.columns + 1))
    for row in 0..<image.rows {
        rows.append(0)  // No filter.
        rows += image.bytes[4 * row * image.columns..<4 * (row + 1) * image.columns]
    }
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    func append(_ kind: String, _ data: [UInt8]) {
        let content = Array(kind.utf8) + data
        file += bigEndian(data.count) + content + bigEndian(Int(CRC32.of(content)))
    }
    append("IHDR", bigEndian(image.columns) + bigEndian(image.rows) + [8, 6, 0, 0, 0])
    append("IDAT", zlibStream(rows))
    append("IEND", [])
    return file
}

private func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
