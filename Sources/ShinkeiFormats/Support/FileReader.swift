/// A file open for reading, or any other source, read from front to back.
package final class FileReader {
    private let bytes: any ByteSource
    private var position = 0

    /// Opens a regular file.
    ///
    /// - Throws: `FormatError` of kind `unreadable` if there is no such file, or it is a folder or a device.
    package init(_ path: String) throws(FormatError) { bytes = try FileBytes(path) }

    /// Reads a source that is open already.
    init(_ source: any ByteSource) { bytes = source }

    /// The path it was opened with.
    package var path: String { bytes.name }
    /// The file's size in bytes when it was opened.
    package var size: Int { bytes.count }

    /// Reads up to `buffer.count` bytes; fewer only at the end of the file.
    ///
    /// - Returns: The number of bytes read, 0 at the end.
    /// - Throws: `FormatError` of kind `unreadable` if the system reports an error, `truncated` if the file has become
    ///   shorter.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        let count = min(buffer.count, size - position)
        guard count > 0 else { return 0 }
        try bytes.read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        position += count
        return count
    }

    /// Reads up to `count` bytes; fewer only at the end of the file.
    package func read(upTo count: Int) throws(FormatError) -> [UInt8] {
        let end = min(position + min(count, size), size)
        defer { position = end }
        return try bytes.read(position..<end)
    }

    /// Goes back to the start.
    package func rewind() { position = 0 }

    /// Reads what is left.
    package func readAll() throws(FormatError) -> [UInt8] { try read(upTo: size) }
}
