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

/// A folder's entries, with whether each is a folder itself; `nil` if it cannot be read.
func entries(of folder: String) -> [(name: String, isFolder: Bool)]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var found: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                String(cString: $0)
            }
        }
        guard name != ".", name != ".." else { continue }
        var status = stat()
        guard stat("\(folder)/\(name)", &status) == 0 else {
            // A link that leads nowhere: reading it will say so.
            found.append((name, false))
            continue
        }
        found.append((name, status.st_mode & S_IFMT == S_IFDIR))
    }
    return found
}
