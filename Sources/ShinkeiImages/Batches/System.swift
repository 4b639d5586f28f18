#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#else
    import Musl
#endif

/// How many threads can run at a time.
var processorCount: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// A line on the standard error, written in one piece.
func warn(_ text: String) {
    let line = Array("shinkei: warning: \(text)\n".utf8)
    _ = write(2, line, line.count)
}

/// A folder's entries, with whether each is a folder itself, and a link; `nil` if it cannot be read.
func entries(of folder: String) -> [(name: String, isFolder: Bool, isLink: Bool)]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var found: [(name: String, isFolder: Bool, isLink: Bool)] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                String(cString: $0)
            }
        }
        guard name != ".", name != ".." else { continue }
        var (target, own) = (stat(), stat())
        let path = "\(folder)/\(name)"
        let isLink = lstat(path, &own) == 0 && own.st_mode & S_IFMT == S_IFLNK
        // A link that leads nowhere is no folder; reading it will say what is wrong.
        found.append((name, stat(path, &target) == 0 && target.st_mode & S_IFMT == S_IFDIR, isLink))
    }
    return found
}

/// What tells a file from all others.
struct FileIdentity: Hashable {
    let device: UInt64
    let number: UInt64
}

/// The identity of what a path leads to; `nil` if there is nothing.
func identity(of path: String) -> FileIdentity? {
    var target = stat()
    guard stat(path, &target) == 0 else { return nil }
    return FileIdentity(device: UInt64(truncatingIfNeeded: target.st_dev), number: UInt64(target.st_ino))
}
