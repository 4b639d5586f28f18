import ShinkeiFormats

/// A file's bytes from front to back, plain or gzip, a piece at a time.
final class ByteStream {
    let path: String
    private let read: (UnsafeMutableRawBufferPointer) throws(FormatError) -> Int
    private let piece: UnsafeMutableRawBufferPointer
    private var filled = 0
    private var place = 0

    /// - Throws: `FormatError` if the file cannot be read.
    init(_ path: String) throws(FormatError) {
        self.path = path
        let file = try FileReader(path)
        let isGzip = Gzip.isGzip(try file.read(upTo: 2))
        file.rewind()
        if isGzip {
            let inflate = InflateReader(name: path, wrapping: .gzip, limit: .max, source: file.read(into:))
            read = inflate.read(into:)
        } else {
            read = file.read(into:)
        }
        piece = .allocate(byteCount: 1 << 18, alignment: 16)
    }
    deinit { piece.deallocate() }

    private func fill() throws(FormatError) -> Bool {
        if place < filled { return true }
        filled = try read(piece)
        place = 0
        return filled > 0
    }

    /// The next byte without taking it; `nil` at the end.
    func peek() throws(FormatError) -> UInt8? { try fill() ? piece[place] : nil }

    /// The next byte; `nil` at the end.
    func next() throws(FormatError) -> UInt8? {
        guard try fill() else { return nil }
        defer { place += 1 }
        return piece[place]
    }

    /// Appends bytes up to one for which `ends` is true, which is not taken.
    func append(to target: inout [UInt8], until ends: (UInt8) -> Bool) throws(FormatError) {
        while try fill() {
            var end = place
            while end < filled, !ends(piece[end]) { end += 1 }
            target.append(contentsOf: piece[place..<end])
            place = end
            if end < filled { return }
        }
    }

    /// Up to `count` bytes; fewer only at the end.
    func read(upTo count: Int) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, try fill() {
            let end = min(filled, place + count - bytes.count)
            bytes.append(contentsOf: piece[place..<end])
            place = end
        }
        return bytes
    }

    /// The next line without its end (`\n` or `\r\n`); `nil` at the end of the file.
    func line() throws(FormatError) -> [UInt8]? {
        guard try fill() else { return nil }
        var line: [UInt8] = []
        try append(to: &line) { $0 == 0x0A }
        _ = try next()
        if line.last == 0x0D { line.removeLast() }
        return line
    }
}
