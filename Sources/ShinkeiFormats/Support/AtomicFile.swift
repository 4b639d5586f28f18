#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file that appears complete or not at all.
///
/// Bytes go to a temporary file in the same folder; `commit` syncs it and renames it into place. A
/// crash, a full disk or a thrown error leaves the old file as it was. A value that is dropped
/// without `commit` removes its temporary file.
package final class AtomicFile: ByteSink {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32
    private let isDirect: Bool

    /// Creates the temporary file.
    ///
    /// A symbolic link at `path` stays, and the file it leads to is replaced. An existing file's
    /// permissions are kept. Devices and pipes cannot be replaced; they are written directly.
    ///
    /// - Throws: `FormatError` of kind `unwritable`.
    package init(_ path: String) throws(FormatError) {
        var status = stat()
        let exists = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        if exists && kind == S_IFDIR {
            throw FormatError(.unwritable, file: path, reason: systemMessage(EISDIR))
        }
        if exists && kind != S_IFREG {
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            self.path = path
            temporaryPath = ""
            isDirect = true
        } else {
            let target = exists ? Self.resolved(path) : path
            let (folder, prefix) = Self.temporaryPlace(of: target)
            let random = String(UInt64.random(in: 0 ... .max), radix: 36)
            self.path = target
            temporaryPath = "\(folder)\(prefix)\(random).tmp"
            isDirect = false
            descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 && exists { _ = fchmod(descriptor, status.st_mode & 0o777) }
        }
        guard descriptor >= 0 else {
            throw FormatError(.unwritable, file: path, reason: systemMessage())
        }
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
            if !isDirect { unlink(temporaryPath) }
        }
    }

    /// Appends bytes.
    ///
    /// - Throws: `FormatError` of kind `unwritable`, for example when the disk is full.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            #if canImport(Darwin)
                let count = Darwin.write(descriptor, base + done, bytes.count - done)
            #elseif canImport(Musl)
                let count = Musl.write(descriptor, base + done, bytes.count - done)
            #else
                let count = Glibc.write(descriptor, base + done, bytes.count - done)
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw FormatError(.unwritable, file: path, reason: systemMessage())
            }
            done += count
        }
    }

    /// Whether bytes that are already written can be changed. In pipes and devices they cannot.
    package var isPatchable: Bool { !isDirect }

    /// Writes over bytes that are already there.
    ///
    /// - Precondition: `isPatchable`, and so many bytes were written there.
    /// - Throws: `FormatError` of kind `unwritable`.
    package func patch(_ bytes: [UInt8], at offset: Int) throws(FormatError) {
        guard isPatchable else { fatalError("AtomicFile: \(path) is written from front to back") }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw FormatError(.unwritable, file: path, reason: systemMessage())
            }
            done += count
        }
    }

    /// Makes the file durable and puts it in place.
    ///
    /// - Throws: `FormatError` of kind `unwritable`; the old file is then untouched, unless only closing the new one failed.
    package func commit() throws(FormatError) {
        if !isDirect {
            guard fsync(descriptor) == 0 else {
                throw FormatError(.unwritable, file: path, reason: systemMessage())
            }
            guard rename(temporaryPath, path) == 0 else {
                throw FormatError(.unwritable, file: path, reason: systemMessage())
            }
        }
        let closed = close(descriptor)
        let code = errno
        descriptor = -1
        guard closed == 0 else {
            throw FormatError(.unwritable, file: path, reason: systemMessage(code))
        }
        if !isDirect { Self.syncFolder(of: path) }
    }

    /// Writes a whole file.
    ///
    /// - Throws: `FormatError` of kind `unwritable`; the old file is then untouched.
    package static func write(_ bytes: [UInt8], to path: String) throws(FormatError) {
        let file = try AtomicFile(path)
        try file.write(bytes)
        try file.commit()
    }

    /// Where the temporary file for a path lies, and how its name begins.
    private static func temporaryPlace(of path: String) -> (folder: String, prefix: String) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        // Shortened, so that a name of the greatest length still leaves room.
        return (slash.map { String(path[...$0]) } ?? "", ".\(name.prefix(40)).")
    }

    /// Removes the temporary files of processes that were killed while they wrote this file. None may be writing it now.
    package static func removeLeftovers(of path: String) {
        let (folder, prefix) = temporaryPlace(of: path)
        guard let stream = opendir(folder.isEmpty ? "." : folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
            }
            // Other files' temporaries may begin alike: `.model.` is in `.model.keras.3f….tmp`, too.
            guard name.hasPrefix(prefix), name.hasSuffix(".tmp") else { continue }
            let middle = name.dropFirst(prefix.count).dropLast(4)
            if !middle.isEmpty, middle.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isLowercase) }) {
                unlink(folder + name)
            }
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Makes the new name itself durable. Some file systems cannot sync folders; that is no error,
    /// the file's content is safe by then.
    private static func syncFolder(of path: String) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = open(slash.map { String(path[...$0]) } ?? ".", O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        _ = fsync(folder)
        close(folder)
    }
}
