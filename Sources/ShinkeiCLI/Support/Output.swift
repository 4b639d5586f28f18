#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How the program ends, and what it says then.
enum Output {
    /// The longest message, in characters.
    private static let limit = 400

    /// Ends the program with one line on standard error, whatever the message holds.
    static func fail(_ message: String, status: Int32) -> Never {
        fflush(nil)
        let words = message.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let isControl = { (scalar: Unicode.Scalar) in scalar.value < 32 || scalar.value == 127 }
        var line = String(String.UnicodeScalarView(words.unicodeScalars.filter { !isControl($0) }))
        if line.count > limit { line = line.prefix(limit - 1) + "…" }
        let bytes = Array("shinkei: \(line)\n".utf8)
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        exit(status)
    }

    /// Sees to it that all that was printed is written, or fails.
    static func finish() {
        if fflush(nil) == 0 { return }
        fail("standard output: \(String(cString: strerror(errno)))", status: 1)
    }
}
