/// A text that equals another only if their bytes are equal.
///
/// Swift's own comparison takes an accented letter and a letter with an accent behind it for one; files, and the
/// programs that wrote them, do not. As a key of a dictionary it also hashes faster. Ordered by bytes, as Rust and C
/// do.
package struct ExactText: Hashable, Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (a: ExactText, b: ExactText) -> Bool {
        a.text.utf8.count == b.text.utf8.count && a.text.utf8.elementsEqual(b.text.utf8)
    }

    package static func < (a: ExactText, b: ExactText) -> Bool {
        a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if done == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}

/// A name from a file, fit for one line of a message: cut to `limit` characters, and what would break the line or
/// steer a terminal written as `\u{1B}`.
package func printable(_ name: some StringProtocol, limit: Int = 80) -> String {
    var result = ""
    var count = 0
    for scalar in name.unicodeScalars {
        if count == limit { return result + "…" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
            result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        default: result.unicodeScalars.append(scalar)
        }
        count += 1
    }
    return result
}
