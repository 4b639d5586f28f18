import ShinkeiFormats

/// Windows' bitmaps: 1, 4, 8, 16, 24 or 32 bits a pixel, not compressed. Alpha is left out.
///
/// Source: Microsoft, "Bitmap Storage".
struct BMP {
    let name: String
    let width: Int
    let height: Int
    private let bytes: [UInt8]
    private let bits: Int
    private let isTopDown: Bool
    private let start: Int
    /// Red, green, blue of every number.
    private let palette: [(UInt8, UInt8, UInt8)]
    /// Which bits of a 16 or 32 bit pixel are red, green and blue.
    private let masks: [UInt32]

    init(_ bytes: [UInt8], name: String) throws(FormatError) {
        func failure(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
            FormatError(kind, file: name, format: "bmp", reason: reason)
        }
        func number(_ at: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
        }
        guard bytes.count >= 26 else { throw failure(.truncated, "the file has \(bytes.count) bytes") }
        let header = number(14, 4)
        guard header == 12 || (header >= 40 && header <= 1024) else {
            throw failure(.unsupported, "a header of \(header) bytes")
        }
        guard bytes.count >= 14 + header else { throw failure(.truncated, "the file ends inside of the header") }
        let isOld = header == 12
        let rows = isOld ? number(20, 2) : Int(Int32(truncatingIfNeeded: number(22, 4)))
        let columns = isOld ? number(18, 2) : Int(Int32(truncatingIfNeeded: number(18, 4)))
        bits = number(isOld ? 24 : 28, 2)
        let compression = isOld ? 0 : number(30, 4)
        guard columns > 0, rows != 0, rows > Int(Int32.min) else {
            throw failure(.malformed, "\(columns) × \(rows) pixels")
        }
        let takesMasks = compression == 3 || compression == 6
        guard compression == 0 || (takesMasks && (bits == 16 || bits == 32)) else {
            throw failure(.unsupported, "compressed (kind \(compression))")
        }
        guard [1, 4, 8, 16, 24, 32].contains(bits) else { throw failure(.unsupported, "\(bits) bits a pixel") }
        (width, height, isTopDown) = (columns, abs(rows), rows < 0)
        start = number(10, 4)

        var masks: [UInt32] = bits == 16 ? [0x7C00, 0x3E0, 0x1F] : [0xFF0000, 0xFF00, 0xFF]
        if takesMasks {
            guard bytes.count >= 66 else { throw failure(.truncated, "the file ends inside of the masks") }
            masks = [54, 58, 62].map { UInt32(number($0, 4)) }
            guard masks.allSatisfy({ $0 != 0 }) else { throw failure(.malformed, "a colour has no bits") }
        }
        self.masks = masks

        var palette: [(UInt8, UInt8, UInt8)] = []
        if bits <= 8 {
            let size = isOld ? 3 : 4
            let named = isOld ? 0 : number(46, 4)
            let count = named == 0 ? 1 << bits : named
            guard count <= 256 else { throw failure(.malformed, "\(count) colours") }
            let first = 14 + header
            guard bytes.count >= first + count * size else {
                throw failure(.truncated, "the file ends inside of the colours")
            }
            palette = (0..<count).map {
                let at = first + $0 * size
                return (bytes[at + 2], bytes[at + 1], bytes[at])
            }
        }
        self.palette = palette
        (self.bytes, self.name) = (bytes, name)
    }

    /// The pixels, as RGB.
    func image() throws(FormatError) -> Image {
        let stride = (width * bits + 31) / 32 * 4
        guard start >= 0, start <= bytes.count, height <= (bytes.count - start) / stride else {
            throw FormatError(
                .truncated, file: name, format: "bmp",
                reason:
                    "\(width) × \(height) pixels take \(stride * height) bytes; the file has \(max(0, bytes.count - start))"
            )
        }
        let scales = masks.map { mask in
            (shift: UInt32(mask.trailingZeroBitCount), most: mask >> UInt32(mask.trailingZeroBitCount))
        }
        var target = [UInt8](repeating: 0, count: width * height * 3)
        for y in 0..<height {
            let row = start + (isTopDown ? y : height - 1 - y) * stride
            for x in 0..<width {
                let to = (y * width + x) * 3
                let color: (UInt8, UInt8, UInt8)
                switch bits {
                case 24:
                    let at = row + x * 3
                    color = (bytes[at + 2], bytes[at + 1], bytes[at])
                case 16, 32:
                    let size = bits / 8
                    let at = row + x * size
                    let word = (0..<size).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
                    func part(_ i: Int) -> UInt8 {
                        let value = UInt64((word & masks[i]) >> scales[i].shift)
                        return UInt8(value * 255 / UInt64(scales[i].most))
                    }
                    color = (part(0), part(1), part(2))
                default:
                    let perByte = 8 / bits
                    let byte = bytes[row + x / perByte]
                    let index = Int(byte >> UInt8(8 - bits * (x % perByte + 1))) & ((1 << bits) - 1)
                    guard index < palette.count else {
                        throw FormatError(
                            .malformed, file: name, format: "bmp",
                            reason: "colour \(index) of \(palette.count) at row \(y), column \(x)")
                    }
                    color = palette[index]
                }
                (target[to], target[to + 1], target[to + 2]) = color
            }
        }
        return Image(height: height, width: width, channels: 3, bytes: target)
    }
}
