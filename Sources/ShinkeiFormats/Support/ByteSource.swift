#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Bytes that can be read from any place: a file, a part of another source, or memory.
///
/// Formats that hold a table of contents (zip, HDF5, safetensors) read through this, so that opening a file of
/// gigabytes reads only its table, and a file inside an archive is read where it lies.
package protocol ByteSource: Sendable {
    /// What errors call it: the file's path, then the member's name.
    var name: String { get }
    /// The number of bytes when it was opened.
    var count: Int { get }
    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// - Throws: `FormatError` of kind `truncated` if they are not all there, `unreadable` if the system reports an
    ///   error.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError)
}

extension ByteSource {
    /// The bytes of a range. Nothing is allocated for bytes that are not there.
    package func read(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
        try check(range.lowerBound, range.count)
        var failure: FormatError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            do throws(FormatError) {
                try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
                filled = range.count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// All bytes.
    package func readAll() throws(FormatError) -> [UInt8] { try read(0..<count) }

    fileprivate func check(_ offset: Int, _ size: Int) throws(FormatError) {
        guard offset >= 0, size >= 0, offset <= count, size <= count - offset else {
            throw FormatError(
                .truncated, file: name, reason: "needs \(size) bytes at \(offset), the file has \(count)")
        }
    }
}

/// A regular file, read from any place and by several threads.
package final class FileBytes: ByteSource {
    package let name: String
    package let count: Int
    private let descriptor: Int32

    /// Opens a regular file.
    ///
    /// - Throws: `FormatError` of kind `unreadable` if there is no such file, or it is a folder or a device.
    package init(_ path: String) throws(FormatError) {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw FormatError(.unreadable, file: path, reason: systemMessage())
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw FormatError(
                .unreadable, file: path, reason: isFolder ? "is a folder" : "not a regular file")
        }
        name = path
        self.descriptor = descriptor
        count = Int(status.st_size)
    }

    deinit { close(descriptor) }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
        try check(offset, buffer.count)
        var done = 0
        while done < buffer.count {
            let got = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw FormatError(.unreadable, file: name, reason: systemMessage()) }
            guard got > 0 else {
                throw FormatError(.truncated, file: name, reason: "the file became shorter while it was read")
            }
            done += got
        }
    }
}

/// Bytes in memory.
package struct MemoryBytes: ByteSource {
    package let name: String
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    package var count: Int { bytes.count }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
        try check(offset, buffer.count)
        bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[offset..<offset + buffer.count])) }
    }
}

/// A part of another source under a name of its own.
package struct PartOfBytes: ByteSource {
    package let name: String
    private let whole: any ByteSource
    private let range: Range<Int>

    /// - Precondition: The range lies within `whole`.
    package init(_ whole: any ByteSource, _ range: Range<Int>, name: String) {
        precondition(range.lowerBound >= 0 && range.upperBound <= whole.count)
        self.whole = whole
        self.range = range
        self.name = name
    }

    package var count: Int { range.count }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
        try check(offset, buffer.count)
        try whole.read(at: range.lowerBound + offset, into: buffer)
    }
}

/// The system's text for the current `errno`.
package func systemMessage(_ code: Int32 = errno) -> String {
    String(cString: strerror(code))
}
