#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A digit of 28 × 28 pixels drawn in text: 16 columns and 8 lines.
///
/// A character is about twice as high as it is wide, so it stands for two pixels, one above the
/// other.
struct DigitPicture {
    /// The characters to draw with.
    enum Style {
        case blocks
        case ascii

        /// Blocks if the terminal's character set has them.
        static var ofEnvironment: Style {
            let names = ["LC_ALL", "LC_CTYPE", "LANG"]
            let values = names.compactMap { name in getenv(name).map { String(cString: $0) } }
            let name = values.first { !$0.isEmpty }?.lowercased() ?? ""
            return name.contains("utf-8") || name.contains("utf8") ? .blocks : .ascii
        }
    }

    static let columns = 16
    /// 28 × 28 bytes, row by row; ink is 255.
    let pixels: [UInt8]
    /// At most 16 characters.
    let caption: String

    /// The eight lines and the caption, each 16 columns wide.
    func lines(_ style: Style) -> [String] {
        let ink = shrunk()
        let drawing = (0..<8).map { row in
            String(
                (0..<16).map { column -> Character in
                    let (upper, lower) = (ink[2 * row][column], ink[2 * row + 1][column])
                    switch style {
                    case .blocks:
                        return upper > 95 ? (lower > 95 ? "█" : "▀") : (lower > 95 ? "▄" : " ")
                    case .ascii:
                        let ramp: [Character] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
                        return ramp[min(9, (upper + lower) / 52)]
                    }
                })
        }
        let space = String(repeating: " ", count: max(0, DigitPicture.columns - caption.count - 2))
        return drawing + ["  " + caption + space]
    }

    /// The middle 24 × 24 pixels as 16 × 16. A digit's own box is 20 pixels high, so that little
    /// is lost.
    private func shrunk() -> [[Int]] {
        (0..<16).map { row in
            (0..<16).map { column in
                // One and a half pixels each way: nine halves, of which some are of one pixel.
                var sum = 0
                for down in 0..<3 {
                    for right in 0..<3 {
                        let (y, x) = (2 + (3 * row + down) / 2, 2 + (3 * column + right) / 2)
                        sum += Int(pixels[28 * y + x])
                    }
                }
                return sum / 9
            }
        }
    }

    /// Pictures in rows of five, which is 80 columns; no line ends in spaces.
    static func sideBySide(_ pictures: [DigitPicture], _ style: Style) -> String {
        let rows = stride(from: 0, to: pictures.count, by: 5).map { first -> String in
            let row = pictures[first..<min(first + 5, pictures.count)].map { $0.lines(style) }
            return (0..<9).map { line in
                var text = row.map { $0[line] }.joined()
                while text.last == " " { text.removeLast() }
                return text
            }.joined(separator: "\n")
        }
        return rows.joined(separator: "\n\n")
    }
}
