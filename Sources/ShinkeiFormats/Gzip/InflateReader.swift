import CZlib

/// Decompresses a deflate stream piece by piece.
///
/// A few bytes can expand to gigabytes, so every reader has a limit on all that it will ever give
/// out. Checksums are compared by zlib at the end of the stream (raw streams have none).
public final class InflateReader {
    /// What stands around the compressed data.
    public enum Wrapping: Sendable {
        /// A gzip file, of one or more members.
        case gzip
        /// A zlib stream, as in HDF5 and PNG.
        case zlib
        /// Nothing, as in zip archives.
        case raw
    }

    /// Gives the next compressed bytes: fills the buffer from its start and returns how many it
    /// wrote, 0 at the end.
    public typealias Source = (UnsafeMutableRawBufferPointer) throws(FormatError) -> Int

    private let name: String
    private let wrapping: Wrapping
    private let limit: Int
    private let source: Source
    private let input: UnsafeMutableRawBufferPointer
    // zlib keeps the stream's address, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var total = 0
    private var isAtEnd = false

    /// Begins a stream.
    ///
    /// - Parameters:
    ///   - name: What errors call the file.
    ///   - wrapping: What stands around the compressed data.
    ///   - limit: The most bytes that may come out, over the reader's whole life.
    ///   - source: Where the compressed bytes come from.
    public init(name: String, wrapping: Wrapping, limit: Int, source: @escaping Source) {
        self.name = name
        self.wrapping = wrapping
        self.limit = limit
        self.source = source
        input = .allocate(byteCount: 1 << 16, alignment: 16)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let windowBits: Int32 =
            switch wrapping {
            case .gzip: 15 + 16
            case .zlib: 15
            case .raw: -15
            }
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK else {
            fatalError("zlib \(ZLIB_VERSION) could not start: out of memory or another version")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
        input.deallocate()
    }

    /// Fills a buffer with decompressed bytes.
    ///
    /// - Returns: The number of bytes written, less than `buffer.count` only at the end.
    /// - Throws: `FormatError`: `truncated` if the input ends within the stream, `malformed` if it
    ///   is no valid stream or a checksum differs, `tooLarge` if more than the limit would come
    ///   out, or what the source throws.
    public func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(FormatError) -> Int {
        var done = 0
        while done < buffer.count, !isAtEnd {
            let room = min(buffer.count - done, limit - total)
            if room > 0 {
                let count = try step(into: buffer[done..<done + room])
                done += count
                total += count
            } else {
                // At the limit. The end may still be to come, but no byte.
                var extra: UInt8 = 0
                var failure: FormatError?
                withUnsafeMutableBytes(of: &extra) { one in
                    do throws(FormatError) {
                        if try step(into: one[...]) > 0 { failure = tooLarge() }
                    } catch {
                        failure = error
                    }
                }
                if let failure { throw failure }
            }
        }
        return done
    }

    /// Bytes that the source gave and the stream, so far, did not need.
    var unusedInput: Int { Int(stream.pointee.avail_in) }

    /// Decompresses all that is left.
    ///
    /// - Parameter expected: How much to reserve beforehand, in bytes; a guess, not a promise.
    /// - Returns: The decompressed bytes.
    /// - Throws: `FormatError`, as `read(into:)` does.
    public func readAll(expected: Int = 0) throws(FormatError) -> [UInt8] {
        try read(upTo: .max, expected: expected)
    }

    /// Decompresses at most `count` bytes, growing with what really comes.
    func read(upTo count: Int, expected: Int = 0) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(0, min(expected, limit, count)))
        // Small enough to stay in the processor's cache until it is copied.
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { piece.deallocate() }
        while bytes.count < count {
            let wanted = min(piece.count, count - bytes.count)
            let got = try read(into: UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]))
            bytes.append(contentsOf: piece[..<got])
            if got < wanted { break }
        }
        return bytes
    }

    /// One call of zlib, with new input if it has none. May give no bytes and yet not be the end.
    private func step(
        into slice: Slice<UnsafeMutableRawBufferPointer>
    ) throws(FormatError) -> Int {
        if stream.pointee.avail_in == 0, try refill() == 0 {
            throw FormatError(
                .truncated, file: name, format: format,
                reason: "the compressed data ends after \(total) decompressed bytes")
        }
        let buffer = UnsafeMutableRawBufferPointer(rebasing: slice)
        let room = UInt32(clamping: buffer.count)
        stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = room
        let status = inflate(stream, Z_NO_FLUSH)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: try endMember()
        default:
            let detail = stream.pointee.msg.map { String(cString: $0) }
            throw FormatError(
                .malformed, file: name, format: format,
                reason: "\(detail ?? "zlib error \(status)") after \(total) decompressed bytes")
        }
        return Int(room - stream.pointee.avail_out)
    }

    private func refill() throws(FormatError) -> Int {
        let count = try source(input)
        stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_in = UInt32(count)
        return count
    }

    /// Goes on with the next member of a gzip file, or ends. Zeros may pad the end, as tape
    /// archives do.
    private func endMember() throws(FormatError) {
        guard wrapping == .gzip else {
            isAtEnd = true
            return
        }
        if stream.pointee.avail_in == 0, try refill() == 0 {
            isAtEnd = true
        } else if stream.pointee.next_in.pointee != 0 {
            inflateReset(stream)
        } else {
            repeat {
                for i in 0..<Int(stream.pointee.avail_in) where stream.pointee.next_in[i] != 0 {
                    throw FormatError(
                        .malformed, file: name, format: format,
                        reason: "other bytes follow the compressed data")
                }
            } while try refill() > 0
            isAtEnd = true
        }
    }

    private func tooLarge() -> FormatError {
        FormatError(
            .tooLarge, file: name, format: format,
            reason: "decompresses to more than the limit of \(limit) bytes")
    }

    private var format: String {
        switch wrapping {
        case .gzip: "gzip"
        case .zlib: "zlib"
        case .raw: "deflate"
        }
    }
}
