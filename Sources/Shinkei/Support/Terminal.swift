#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Standard output, as far as it is a person who looks at it.
enum Terminal {
    /// Whether standard output is a terminal.
    static let isInteractive = isatty(1) != 0

    /// The width in columns: `COLUMNS`, the terminal's own word, or 80.
    static var columns: Int {
        if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 {
            return columns
        }
        var size = winsize()
        if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return 80
    }

    /// Writes text without a line break and shows it at once.
    static func write(_ text: String) {
        print(text, terminator: "")
        fflush(nil)
    }

    /// Writes a line on standard error.
    static func warn(_ text: String) {
        fflush(nil)
        let bytes = Array("shinkei: \(text)\n".utf8)
        _ = bytes.withUnsafeBytes { platformWrite(2, $0.baseAddress, $0.count) }
    }
}

/// The system's `write`, which `Terminal.write` hides.
private func platformWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }
