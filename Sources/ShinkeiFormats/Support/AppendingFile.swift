#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that grows: logs, events. What was written can be read by others at once.
package final class AppendingFile {
    private let file: UnsafeMutablePointer<FILE>
    private let path: String

    /// - Parameter isNew: Whether what is there already goes.
    package init(_ path: String, isNew: Bool = false) throws(FormatError) {
        self.path = path
        guard let file = fopen(path, isNew ? "w" : "a") else {
            throw FormatError(.unwritable, file: path, format: "file", reason: String(cString: strerror(errno)))
        }
        self.file = file
    }
    deinit { fclose(file) }

    package func append(_ bytes: [UInt8]) throws(FormatError) {
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0 else {
            throw FormatError(.unwritable, file: path, format: "file", reason: String(cString: strerror(errno)))
        }
    }

    /// How many bytes a file has; 0 if it is not there.
    package static func size(of path: String) -> Int {
        var info = stat()
        return stat(path, &info) == 0 ? Int(info.st_size) : 0
    }

    /// Cuts off what lies behind so many bytes.
    package static func shorten(_ path: String, to count: Int) { if size(of: path) > count { truncate(path, count) } }

    package static func remove(_ path: String) { unlink(path) }

    /// Makes a directory and those it lies in.
    package static func makeDirectory(_ path: String) {
        var parts = ""
        for (i, part) in path.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            parts += (i == 0 ? "" : "/") + part
            if !parts.isEmpty { mkdir(parts, 0o777) }
        }
    }

    /// Seconds since 1970.
    package static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    package static var processID: Int { Int(getpid()) }
}
