/// The rules for names of members.
///
/// Shinkei never writes a member to a file of its name. But such names are made to harm who does, so an archive that
/// holds one is not to be trusted with the rest.
enum ZipName {
    /// What is wrong with a name, or `nil`.
    static func fault(_ name: String) -> String? {
        let bytes = Array(name.utf8)
        if bytes.isEmpty { return "an entry without a name" }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "an entry name with control characters" }
        if bytes.contains(UInt8(ascii: "\\")) { return "an entry name with a backslash" }
        if bytes[0] == UInt8(ascii: "/") { return "an absolute path as entry name" }
        if bytes.count > 1, bytes[1] == UInt8(ascii: ":"), 0x61...0x7A ~= bytes[0] | 0x20 {
            return "an entry name with a drive letter"
        }
        if bytes.split(separator: UInt8(ascii: "/")).contains([0x2E, 0x2E]) {
            return "an entry name with '..', which leads out of its folder"
        }
        return nil
    }

    /// The name that a directory entry holds: UTF-8 if its flag says so, otherwise the IBM PC's code page 437.
    ///
    /// - Returns: `nil` if it is not valid UTF-8.
    static func decoded(_ bytes: ArraySlice<UInt8>, isUTF8: Bool) -> String? {
        if isUTF8 || bytes.allSatisfy({ $0 < 0x80 }) { return String(validating: bytes, as: UTF8.self) }
        var name = ""
        for byte in bytes {
            name.unicodeScalars.append(byte < 0x80 ? Unicode.Scalar(byte) : upperHalf[Int(byte) - 0x80])
        }
        return name
    }

    /// The upper half of code page 437.
    private static let upperHalf = Array(
        ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
            + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}").unicodeScalars)
}
