#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file open for reading, read from front to back.
package final class FileReader {
    /// The path it was opened with.
    package let path: String
    /// The file's size in bytes when it was opened.
    package let size: Int
    private let descriptor: Int32

    /// Opens a regular file.
    ///
    /// - Throws: `FormatError` of kind `unreadable` if there is no such file, or it is a folder or
    ///   a device.
    package init(_ path: String) throws(FormatError) {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw FormatError(.unreadable, file: path, reason: systemMessage())
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FormatError(.unreadable, file: path, reason: "not a regular file")
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads up to `buffer.count` bytes; fewer only at the end of the file.
    ///
    /// - Returns: The number of bytes read, 0 at the end.
    /// - Throws: `FormatError` of kind `unreadable` if the system reports an error.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            #if canImport(Darwin)
                let count = Darwin.read(descriptor, base + done, buffer.count - done)
            #elseif canImport(Musl)
                let count = Musl.read(descriptor, base + done, buffer.count - done)
            #else
                let count = Glibc.read(descriptor, base + done, buffer.count - done)
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw FormatError(.unreadable, file: path, reason: systemMessage())
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads up to `count` bytes; fewer only at the end of the file.
    ///
    /// The caller bounds `count` by `size`, so that no more is allocated than the file holds.
    package func read(upTo count: Int) throws(FormatError) -> [UInt8] {
        var failure: FormatError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FormatError) {
                filled = try read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Goes back to the start.
    package func rewind() throws(FormatError) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw FormatError(.unreadable, file: path, reason: systemMessage())
        }
    }

    /// Reads what is left.
    package func readAll() throws(FormatError) -> [UInt8] {
        try read(upTo: size)
    }
}

/// The system's text for the current `errno`.
package func systemMessage(_ code: Int32 = errno) -> String {
    String(cString: strerror(code))
}
