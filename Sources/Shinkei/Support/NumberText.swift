#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Numbers as text, by C's rules, which are Python's.
package enum NumberText {
    /// `%.{digits}f`
    static func fixed(_ value: Double, _ digits: Int) -> String { format("%.\(digits)f", value) }
    /// `%.{digits}e`
    static func exponent(_ value: Double, _ digits: Int) -> String { format("%.\(digits)e", value) }

    private static func format(_ format: String, _ value: Double) -> String {
        if value.isNaN { return "nan" }
        return withVaList([value]) { arguments in
            let text = [CChar](unsafeUninitializedCapacity: 512) { buffer, count in
                count = Swift.min(511, Int(vsnprintf(buffer.baseAddress, 512, format, arguments)))
            }
            return String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// `407050` → `407,050`
    package static func grouped(_ value: Int) -> String {
        var digits = Array(String(value.magnitude))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (value < 0 ? "-" : "") + String(digits)
    }

    /// Bytes as Keras writes them: `1.55 MB`.
    static func memory(_ bytes: Int) -> String {
        var size = Double(bytes)
        let units = ["B", "KB", "MB", "GB", "TB", "PB"]
        for unit in units {
            if size / 1024 < 1 { return "\(fixed(size, 2)) \(unit)" }
            size /= 1024
        }
        return "\(fixed(size, 2)) PB"
    }
}
