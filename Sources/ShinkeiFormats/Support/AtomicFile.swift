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
            let place = TemporaryPlace(of: target)
            self.path = target
            temporaryPath = place.folder + place.newName()
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

    /// Where the temporary files for a path lie, and what they are called: `.model.keras.0123456789abcdef.tmp`.
    private struct TemporaryPlace {
        private static let digits = 16
        private static let ending = ".tmp"
        let folder: String
        private let prefix: String

        init(of path: String) {
            let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
            let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
            folder = slash.map { String(path[...$0]) } ?? ""
            // File systems take 255 bytes.
            let isLong = name.utf8.count > 200
            prefix = ".\(isLong ? String(CRC32.of(Array(name.utf8)), radix: 16) : String(name))."
        }

        func newName() -> String {
            let number = String(UInt64.random(in: 0 ... .max), radix: 16)
            return prefix + String(repeating: "0", count: Self.digits - number.count) + number + Self.ending
        }

        /// Whether `newName` may have given this one.
        func made(_ name: String) -> Bool {
            let (front, back) = (name.utf8.prefix(prefix.utf8.count), name.utf8.suffix(Self.ending.utf8.count))
            guard front.elementsEqual(prefix.utf8), back.elementsEqual(Self.ending.utf8) else { return false }
            let number = name.utf8.dropFirst(front.count).dropLast(back.count)
            return number.count == Self.digits && number.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
        }
    }

    /// Removes the temporary files of processes that were killed while they wrote this file. None may be writing it now.
    package static func removeLeftovers(of path: String) {
        let place = TemporaryPlace(of: resolved(path))
        guard let stream = opendir(place.folder.isEmpty ? "." : place.folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
            }
            if place.made(name) { unlink(place.folder + name) }
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
