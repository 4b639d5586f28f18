import ShinkeiCore

/// The header of a safetensors file: its length in 8 bytes, then a JSON object of the tensors.
struct SafetensorsHeader {
    /// The reference implementation's limit.
    static let largest = 100_000_000
    /// Bits of an element, for every type of the format.
    static let bits = [
        "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
        "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
        "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64,
    ]
    /// More axes than any array has; a shape must not fill memory.
    private static let largestRank = 64

    var entries: [Safetensors.Entry] = []
    var metadata: [ExactText: String] = [:]
    private let file: String

    init(_ source: any ByteSource) throws(FormatError) {
        file = source.name
        guard source.count >= 8 else {
            throw error(source.count == 0 ? .notThisFormat : .truncated, "has \(source.count) bytes, no header")
        }
        let length = ByteRecord(try source.read(0..<8)).u64(0)
        guard length <= UInt64(Self.largest) else {
            throw error(.tooLarge, "claims a header of \(length) bytes; at most \(Self.largest) are allowed")
        }
        let start = 8 + Int(length)
        guard start <= source.count else {
            throw error(.truncated, "needs a header of \(length) bytes, \(source.count - 8) are there")
        }
        let bytes = try source.read(8..<start)
        guard bytes.first == UInt8(ascii: "{") else {
            throw error(.notThisFormat, "the header does not begin with '{'")
        }
        try parse(bytes)
        try check(dataStart: start, available: source.count - start)
    }

    private func error(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
        FormatError(kind, file: file, format: "safetensors", reason: reason)
    }

    // MARK: - JSON

    private mutating func parse(_ bytes: [UInt8]) throws(FormatError) {
        var scanner = JSONScanner(bytes, depth: 8, name: file, format: "safetensors", context: "header: ")
        var names: Set<ExactText> = []
        var entries: [Safetensors.Entry] = []
        var metadata: [ExactText: String] = [:]
        try scanner.object { scanner, key throws(FormatError) in
            guard names.insert(ExactText(key)).inserted else {
                throw scanner.error(.malformed, "a key that comes twice")
            }
            if key == "__metadata__" {
                if scanner.peek() == UInt8(ascii: "n") { return try scanner.skip() }
                metadata = try Self.metadata(&scanner)
            } else {
                entries.append(try Self.entry(&scanner, name: key))
            }
        }
        try scanner.end()
        self.entries = entries
        self.metadata = metadata
    }

    private static func metadata(_ scanner: inout JSONScanner) throws(FormatError) -> [ExactText: String] {
        var metadata: [ExactText: String] = [:]
        try scanner.object { scanner, key throws(FormatError) in
            guard metadata.updateValue(try scanner.string(), forKey: ExactText(key)) == nil else {
                throw scanner.error(.malformed, "a key that comes twice")
            }
        }
        return metadata
    }

    private static func entry(
        _ scanner: inout JSONScanner, name: String
    ) throws(FormatError) -> Safetensors.Entry {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.object { scanner, key throws(FormatError) in
            switch key {
            case "dtype" where type == nil:
                let name = try scanner.string()
                guard bits[name] != nil else {
                    throw scanner.error(.unsupported, "a type '\(printable(name, limit: 24))' that is not known")
                }
                type = name
            case "shape" where shape == nil: shape = try integers(&scanner, atMost: largestRank)
            case "data_offsets" where offsets == nil: offsets = try integers(&scanner, atMost: 2)
            case "dtype", "shape", "data_offsets": throw scanner.error(.malformed, "a key that comes twice")
            default: try scanner.skip()
            }
        }
        guard let type, let shape, let offsets else {
            let missing = type == nil ? "dtype" : shape == nil ? "shape" : "data_offsets"
            throw scanner.error(.malformed, "a tensor without '\(missing)'")
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw scanner.error(.malformed, "data_offsets must be a start and an end")
        }
        return Safetensors.Entry(name: name, storedType: type, shape: Shape(shape), range: offsets[0]..<offsets[1])
    }

    private static func integers(
        _ scanner: inout JSONScanner, atMost count: Int
    ) throws(FormatError) -> [Int] {
        var values: [Int] = []
        try scanner.array { scanner throws(FormatError) in
            guard values.count < count else { throw scanner.error(.malformed, "more than \(count) integers") }
            values.append(try scanner.size())
        }
        return values
    }

    // MARK: - Rules

    /// Tensors lie one behind the other without gaps, have as many bytes as shape and type ask for, and fill the file.
    private mutating func check(dataStart: Int, available: Int) throws(FormatError) {
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = 0
        for (place, entry) in entries.enumerated() {
            let name = printable(entry.name)
            guard entry.range.lowerBound == end else {
                let what = entry.range.lowerBound < end ? "overlap the tensor before" : "leave a gap before them"
                throw error(
                    .malformed,
                    "\(name): offsets \(entry.range.lowerBound) to \(entry.range.upperBound) \(what), "
                        + "which ends at \(end)")
            }
            guard let size = Self.byteCount(entry) else {
                throw error(
                    .malformed,
                    "\(name): shape \(entry.shape) of \(entry.storedType) is no whole number of bytes that memory can address"
                )
            }
            guard size == entry.range.count else {
                throw error(
                    .malformed,
                    "\(name): shape \(entry.shape) of \(entry.storedType) needs \(size) bytes, its offsets span "
                        + "\(entry.range.count)")
            }
            end = entry.range.upperBound
            guard end <= available else {
                throw error(.truncated, "\(name): ends at byte \(end) of the data, there are \(available)")
            }
            entries[place] = Safetensors.Entry(
                name: entry.name, storedType: entry.storedType, shape: entry.shape,
                range: dataStart + entry.range.lowerBound..<dataStart + end)
        }
        guard end == available else {
            throw error(.malformed, "\(available - end) bytes follow the last tensor")
        }
    }

    /// - Returns: `nil` if it is no whole number, or more than an `Int` holds.
    private static func byteCount(_ entry: Safetensors.Entry) -> Int? {
        let bits = bits[entry.storedType] ?? 8
        guard let count = checkedCount(entry.shape.sizes, elementSize: 1) else { return nil }
        let (total, overflow) = count.multipliedReportingOverflow(by: bits)
        return overflow || total % 8 != 0 ? nil : total / 8
    }
}
