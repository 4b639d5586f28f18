import FoundationEssentials

/// Where data lies on this machine, as the environment says.
package struct DataLocations {
    private let variables: [String: String]

    /// - Parameter variables: The environment; tests pass their own.
    package init(_ variables: [String: String] = ProcessInfo.processInfo.environment) {
        self.variables = variables.filter { !$0.value.isEmpty }
    }

    /// The user's own folder.
    package var home: String? { variables["HOME"] }

    /// The folder of `SHINKEI_DATA`.
    package var data: String? { variables["SHINKEI_DATA"] }

    /// The folder for downloads: `SHINKEI_CACHE`, else `$XDG_CACHE_HOME/shinkei`, else `shinkei`
    /// in the user's folder for caches.
    package var cache: String? {
        if let folder = variables["SHINKEI_CACHE"] { return folder }
        // A relative path in this variable is to be ignored.
        // Source: XDG Base Directory Specification, version 0.8.
        if let folder = variables["XDG_CACHE_HOME"], folder.hasPrefix("/") {
            return folder + "/shinkei"
        }
        guard let home = variables["HOME"] else { return nil }
        #if canImport(Darwin)
            return home + "/Library/Caches/shinkei"
        #else
            return home + "/.cache/shinkei"
        #endif
    }
}
