#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A stretch of memory with a tensor's elements, aligned to 64 bytes. Goes back to the pool when nobody holds it.
final class Buffer: @unchecked Sendable {
    // Unchecked: written once by the run that made it, or by a run that holds it alone.
    let pointer: UnsafeMutableRawPointer
    private let sizeClass: Int

    private init(pointer: UnsafeMutableRawPointer, sizeClass: Int) {
        self.pointer = pointer
        self.sizeClass = sizeClass
    }

    /// Memory for `byteCount` bytes, with undefined contents.
    static func allocate(byteCount: Int) -> Buffer {
        let sizeClass = BufferPool.sizeClass(byteCount)
        return Buffer(pointer: BufferPool.take(sizeClass), sizeClass: sizeClass)
    }

    deinit { BufferPool.give(pointer, sizeClass) }
}

/// Freed buffers kept for the next of their size: a training step asks for the same sizes again and again, and fresh
/// memory from the system costs a page fault every 4 KiB.
enum BufferPool {
    /// Bytes kept at most; beyond that memory goes back to the system.
    static let limit = 512 << 20

    private static let lock = Lock()
    nonisolated(unsafe) private static var free = [[UnsafeMutableRawPointer]](repeating: [], count: 256)
    nonisolated(unsafe) private static var kept = 0

    /// Sizes in steps of a quarter of a power of two, from 64 bytes.
    static func sizeClass(_ byteCount: Int) -> Int {
        if byteCount <= 64 { return 0 }
        let top = Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount  // 2^top < byteCount <= 2^(top+1)
        let quarter = ((byteCount - 1) >> (top - 2)) & 3
        return (top - 6) * 4 + quarter + 1
    }

    static func byteCount(ofClass sizeClass: Int) -> Int {
        if sizeClass == 0 { return 64 }
        let (octave, quarter) = ((sizeClass - 1) / 4, (sizeClass - 1) % 4)
        return (64 << octave) / 4 * (5 + quarter)
    }

    static func take(_ sizeClass: Int) -> UnsafeMutableRawPointer {
        lock.lock()
        if let pointer = free[sizeClass].popLast() {
            kept -= byteCount(ofClass: sizeClass)
            lock.unlock()
            return pointer
        }
        lock.unlock()
        let bytes = byteCount(ofClass: sizeClass)
        guard let pointer = bytes < hugeSize ? aligned_alloc(64, (bytes + 63) & ~63) : huge(bytes) else {
            trap("out of memory: \(bytes) bytes for a tensor could not be had")
        }
        return pointer
    }

    /// From here on memory is asked for in pages of 2 MiB: MNIST's images are then 90 pages instead of 46,000, which saves the
    /// faults when they are written and most of the table walks when rows are picked at random.
    private static let hugeSize = 4 << 20

    private static func huge(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let page = 2 << 20
        let pointer = aligned_alloc(page, (bytes + page - 1) / page * page)
        #if os(Linux)
            if let pointer { _ = madvise(pointer, bytes, 14) }  // MADV_HUGEPAGE; a wish, so its failure is none
        #endif
        return pointer
    }

    static func give(_ pointer: UnsafeMutableRawPointer, _ sizeClass: Int) {
        let bytes = byteCount(ofClass: sizeClass)
        lock.lock()
        if kept + bytes <= limit {
            kept += bytes
            free[sizeClass].append(pointer)
            lock.unlock()
        } else {
            lock.unlock()
            Self.release(pointer)
        }
    }

    private static func release(_ pointer: UnsafeMutableRawPointer) {
        #if canImport(Darwin)
            Darwin.free(pointer)
        #elseif canImport(Glibc)
            Glibc.free(pointer)
        #elseif canImport(Musl)
            Musl.free(pointer)
        #endif
    }
}
