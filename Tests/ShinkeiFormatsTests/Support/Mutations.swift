import FoundationEssentials
import Testing

@testable import ShinkeiFormats

/// Damages good files in many ways, the same ones every time.
struct Mutator {
    private var state: UInt64
    /// Pieces that mean something in the format.
    private let tokens: [[UInt8]]
    /// Where the format's own fields are; half of the changes are made there.
    private let marks: [[UInt8]]

    init(seed: UInt64, tokens: [[UInt8]] = [], marks: [[UInt8]] = []) {
        state = seed
        self.tokens = tokens
        self.marks = marks
    }

    mutating func next() -> UInt64 {  // splitmix64
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { bound < 2 ? 0 : Int(next() % UInt64(bound)) }

    /// One of the files, changed in one to four places.
    mutating func mutation(of files: [[UInt8]]) -> [UInt8] {
        var bytes = files[below(files.count)]
        for _ in 0...below(4) { change(&bytes, files) }
        return bytes
    }

    private mutating func place(in bytes: [UInt8]) -> Int {
        if !marks.isEmpty, next() & 1 == 0 {
            let mark = marks[below(marks.count)]
            let start = below(bytes.count)
            if let found = bytes[start...].firstRange(of: mark) ?? bytes.firstRange(of: mark) {
                return min(bytes.count - 1, found.lowerBound + below(48))
            }
        }
        return below(bytes.count)
    }

    private mutating func change(_ bytes: inout [UInt8], _ files: [[UInt8]]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8(truncatingIfNeeded: next())) }
        let place = place(in: bytes)
        let length = 1 + below(min(bytes.count - place, 1 << below(11)))
        switch below(10) {
        case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
        case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: next())][below(6)]
        case 3:
            // A field of 2, 4 or 8 bytes gets a value at the edge, or moves a little.
            let size = min(2 << below(3), bytes.count - place)
            let values: [UInt64] = [0, 1, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, .max >> 1, .max, next() & 0xFFFF]
            let value = values[below(values.count)]
            for i in 0..<size { bytes[place + i] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(i))) }
        case 4: bytes.removeLast(bytes.count - place)
        case 5: bytes.removeSubrange(place..<place + length)
        case 6: bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: below(bytes.count))
        case 7:
            let other = files[below(files.count)]
            let start = below(other.count)
            bytes.replaceSubrange(place..<place + length, with: other[start..<min(other.count, start + length)])
        case 8 where !tokens.isEmpty: bytes.insert(contentsOf: tokens[below(tokens.count)], at: place)
        default: bytes[place] = bytes[place] &+ UInt8(truncatingIfNeeded: Int8(below(9) - 4))
        }
    }

    /// How many to try: `SHINKEI_MUTATIONS`, or few enough for every run of the tests.
    static let count = ProcessInfo.processInfo.environment["SHINKEI_MUTATIONS"].flatMap { Int($0) } ?? 5000

    /// Reads mutations of files: each must be read or refused with an error of one short line, within a second.
    ///
    /// - Returns: How many were read and how many refused.
    @discardableResult
    mutating func run(
        _ files: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation, _ read: ([UInt8]) throws -> Void
    ) -> (read: Int, refused: Int) {
        var counts = (read: 0, refused: 0)
        let clock = ContinuousClock()
        for number in 0..<Self.count {
            let bytes = mutation(of: files)
            let start = clock.now
            do {
                try read(bytes)
                counts.read += 1
            } catch let error as FormatError {
                counts.refused += 1
                let text = error.description
                if text.utf8.count > 400 || text.contains(where: \.isNewline) {
                    Issue.record("case \(number): \(text)", sourceLocation: sourceLocation)
                }
            } catch {
                Issue.record("case \(number): \(error)", sourceLocation: sourceLocation)
            }
            let time = clock.now - start
            if time > .seconds(1) {
                Issue.record("case \(number) took \(time)", sourceLocation: sourceLocation)
            }
        }
        // A mutator that damages everything, or nothing, tests nothing.
        #expect(counts.refused > Self.count / 4 && counts.read > 0, "\(counts)", sourceLocation: sourceLocation)
        if Self.count > 5000 { print("mutations: \(counts)") }
        return counts
    }
}
