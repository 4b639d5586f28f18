#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The language that help and errors are in. What a training prints is the same in both.
enum Language {
    case english
    case japanese

    /// Japanese if the locale for messages is `ja` or `ja_…`: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set.
    static let ofEnvironment = Language { getenv($0).map { String(cString: $0) } }

    init(_ variable: (String) -> String?) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty } ?? ""
        let language = locale.prefix { $0 != "_" && $0 != "." && $0 != "@" }
        self = language == "ja" ? .japanese : .english
    }

    /// One line of an error.
    func error(_ line: String) -> String { self == .english ? line : Japanese.error(line) }
}
