import CZlib

/// Compresses to a raw deflate stream in memory, as zip archives hold it.
///
/// zlib at its default level: what Python's `zipfile` writes, so that sizes compare.
struct DeflateWriter: ~Copyable {
    // zlib keeps the stream's address, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let piece: UnsafeMutableRawBufferPointer
    private var result: [UInt8] = []

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        piece = .allocate(byteCount: 1 << 16, alignment: 16)
        let size = Int32(MemoryLayout<z_stream>.size)
        let level = Z_DEFAULT_COMPRESSION
        guard deflateInit2_(stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
            fatalError("zlib \(ZLIB_VERSION) could not start: out of memory or another version")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
        piece.deallocate()
    }

    /// Appends bytes.
    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        var done = 0
        while done < bytes.count {
            // zlib counts in 32 bits.
            let count = min(bytes.count - done, 1 << 30)
            let start = bytes.baseAddress! + done
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: start.bindMemory(to: UInt8.self, capacity: count))
            stream.pointee.avail_in = UInt32(count)
            run(Z_NO_FLUSH)
            done += count
        }
    }

    /// Ends the stream.
    ///
    /// - Returns: All compressed bytes.
    consuming func finish() -> [UInt8] {
        stream.pointee.avail_in = 0
        run(Z_FINISH)
        return result
    }

    private mutating func run(_ flush: Int32) {
        repeat {
            stream.pointee.next_out = piece.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = UInt32(piece.count)
            _ = deflate(stream, flush)
            result += piece[..<(piece.count - Int(stream.pointee.avail_out))]
        } while stream.pointee.avail_out == 0
    }
}
