import ShinkeiCore

extension Dataset {
    /// The elements in another order: each is drawn from a buffer that is kept full.
    ///
    /// A buffer as large as the data set makes every order equally likely; rows of arrays and files cost 16 bytes in it.
    ///
    /// - Parameters:
    ///   - bufferSize: Elements to draw from.
    ///   - seed: Makes the order the same in every run; without one it is drawn once for this data set.
    ///   - reshuffleEachIteration: Whether every pass has an order of its own, which depends on the seed and the pass's number.
    ///
    /// Keras: `tf.data.Dataset.shuffle`.
    public func shuffle(_ bufferSize: Int, seed: Int? = nil, reshuffleEachIteration: Bool = true) -> Dataset {
        guard bufferSize > 0 else { trap("shuffle: bufferSize must be positive; got \(bufferSize)") }
        let seed = seed.map { UInt64(bitPattern: Int64($0)) } ?? .random(in: 0 ... .max)
        let random = { @Sendable (pass: Int) -> SplitMix in
            var random = SplitMix(seed: seed)
            guard reshuffleEachIteration else { return random }
            return SplitMix(seed: random.next() ^ SplitMix.mixed(UInt64(bitPattern: Int64(pass))))
        }
        // A second shuffle goes over what the first one gives, element by element.
        let shuffled = rows.flatMap { rows in
            rows.isShuffled
                ? nil
                : OrderedRows(table: rows.table, isShuffled: true) { pass in
                    RowOrder(count: rows.table.rowCount, bufferSize: bufferSize, random: random(pass))
                }
        }
        return Dataset(count: knownCount, rows: shuffled) { pass in
            ShuffleCursor(try open(pass), bufferSize, random(pass))
        }
    }
}

/// Random numbers for orders and splits: equal seeds give equal numbers everywhere.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
    mutating func next() -> UInt64 {
        defer { state &+= 0x9E37_79B9_7F4A_7C15 }
        return Self.mixed(state)
    }
    /// A number from 0 to below `bound`. Not taken from the standard library, which may change how it draws.
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// `0 ..< count` in a random order.
    mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, below(i + 1)) }
        return order
    }
}

private final class ShuffleCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let source: Cursor<Element>
    private let bufferSize: Int
    private var random: SplitMix
    private var buffer: [Element] = []
    private var isAtEnd = false

    init(_ source: Cursor<Element>, _ bufferSize: Int, _ random: SplitMix) {
        self.source = source
        self.bufferSize = bufferSize
        self.random = random
    }
    override func next() throws -> Element? {
        while !isAtEnd, buffer.count < bufferSize {
            if let element = try source.next() { buffer.append(element) } else { isAtEnd = true }
        }
        guard !buffer.isEmpty else { return nil }
        let place = random.below(buffer.count)
        guard !isAtEnd, let element = try source.next() else {
            isAtEnd = true
            buffer.swapAt(place, buffer.count - 1)
            return buffer.removeLast()
        }
        let drawn = buffer[place]
        buffer[place] = element
        return drawn
    }
    override func cancel() { source.cancel() }
}
