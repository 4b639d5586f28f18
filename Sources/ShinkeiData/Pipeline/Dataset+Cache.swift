import ShinkeiCore
import ShinkeiFormats
import Synchronization

extension Dataset {
    /// Keeps the elements of the first complete pass in memory; later passes take them from there.
    ///
    /// What comes before it, shuffling too, is the same in every pass from then on.
    ///
    /// Keras: `tf.data.Dataset.cache`.
    public func cache() -> Dataset {
        let store = MemoryCache<Element>()
        return Dataset(count: knownCount) { pass in
            if let elements = store.elements.withLock({ $0 }) { return IndexedCursor(elements.count) { elements[$0] } }
            return FillingCursor(try open(pass), store)
        }
    }
}

private final class MemoryCache<Element: Sendable>: Sendable {
    let elements = Mutex<[Element]?>(nil)
}

private final class FillingCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let source: Cursor<Element>
    private let store: MemoryCache<Element>
    private var elements: [Element] = []
    init(_ source: Cursor<Element>, _ store: MemoryCache<Element>) {
        self.source = source
        self.store = store
    }
    override func next() throws -> Element? {
        guard let element = try source.next() else {
            store.elements.withLock { [elements] in $0 = elements }
            return nil
        }
        let kept = try loaded(element)
        elements.append(kept)
        return kept
    }
    override func cancel() { source.cancel() }
}

extension Dataset where Element == Example {
    /// Keeps the elements of the first complete pass in a file; later passes, also of other runs, read them from there.
    ///
    /// The file appears when a pass is complete. Nothing in it says what it was made from: remove it when that changes.
    ///
    /// - Throws: In the pass, `FormatError` if the file cannot be written, or is none of these.
    public func cache(_ path: String) -> Dataset {
        Dataset(count: knownCount) { pass in
            if fileExists(path) { return try CacheFileCursor(path) }
            return try CacheWritingCursor(try open(pass), path)
        }
    }
}

/// A cache's file: eight letters, then for each element the counts of inputs, targets and weights, and for each tensor type,
/// rank, sizes and elements, all numbers as little-endian 64 bits. An element with no tensors and the number of elements end it.
private enum CacheFile {
    static let magic = Array("SHKCACH1".utf8)

    static func bytes(_ numbers: [Int]) -> [UInt8] {
        numbers.flatMap { number in withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) } }
    }
}

private final class CacheWritingCursor: Cursor<Example>, @unchecked Sendable {
    private let source: Cursor<Example>
    private let file: AtomicFile
    private var count = 0
    private var isOpen = true

    init(_ source: Cursor<Example>, _ path: String) throws {
        self.source = source
        file = try AtomicFile(path)
        try file.write(CacheFile.magic)
    }
    override func next() throws -> Example? {
        guard let example = try source.next() else {
            if isOpen {
                try file.write(CacheFile.bytes([0, 0, 0, count]))
                try file.commit()
                isOpen = false
            }
            return nil
        }
        let kept = try loaded(example)
        let weights = kept.sampleWeight.map { [$0] } ?? []
        try file.write(CacheFile.bytes([kept.x.count, kept.y.count, weights.count]))
        for tensor in kept.x + kept.y + weights {
            let header = [Int(tensor.dtype.rawValue), tensor.rank] + tensor.shape.sizes
            try file.write(CacheFile.bytes(header))
            try file.write(tensor.hostBytes())
        }
        count += 1
        return kept
    }
    override func cancel() { source.cancel() }
}

private final class CacheFileCursor: Cursor<Example>, @unchecked Sendable {
    private let file: FileReader
    private var count = 0
    init(_ path: String) throws {
        file = try FileReader(path)
        guard try file.read(upTo: 8) == CacheFile.magic else {
            throw FormatError(
                .notThisFormat, file: path, format: "cache", reason: "not a cache that Dataset.cache wrote")
        }
    }
    private func damaged() -> FormatError {
        FormatError(
            .malformed, file: file.path, format: "cache", reason: "damaged at element \(count); remove the file")
    }
    private func number(_ limit: Int) throws -> Int {
        let bytes = try file.read(upTo: 8)
        guard bytes.count == 8 else { throw damaged() }
        let value = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard value <= UInt64(limit) else { throw damaged() }
        return Int(value)
    }
    override func next() throws -> Example? {
        let (inputs, targets, weights) = (try number(1 << 16), try number(1 << 16), try number(1))
        if inputs + targets + weights == 0 {
            guard try number(.max) == count else { throw damaged() }
            return nil
        }
        var tensors: [Tensor] = []
        for _ in 0..<inputs + targets + weights {
            guard let dtype = DType(rawValue: UInt8(try number(255))) else { throw damaged() }
            var (sizes, size) = ([Int](), dtype.byteCount)
            for _ in 0..<(try number(64)) {
                sizes.append(try number(file.size))
                let (product, overflow) = size.multipliedReportingOverflow(by: sizes[sizes.count - 1])
                guard !overflow, product <= file.size else { throw damaged() }
                size = product
            }
            let bytes = try file.read(upTo: size)
            guard bytes.count == size else { throw damaged() }
            tensors.append(Tensor(shape: sizes, dtype: dtype, bytes: bytes))
        }
        count += 1
        return Example(
            x: Array(tensors[..<inputs]), y: Array(tensors[inputs..<inputs + targets]),
            sampleWeight: weights == 1 ? tensors.last : nil)
    }
}
