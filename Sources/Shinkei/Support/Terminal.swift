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
}
