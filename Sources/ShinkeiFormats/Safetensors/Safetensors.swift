public import ShinkeiCore

/// Files of named tensors in the safetensors format.
///
/// Opening reads and checks the header; a tensor is read when it is asked for. Read are bool, integers of 8 to 64 bits,
/// float16, bfloat16, float32 and float64. What tensors have no type for becomes the next larger, as in `Npy`. The smaller
/// floats (F8_E4M3 and its kin, F6, F4) and complex numbers are listed, and refused when they are read.
///
/// What the reference implementation refuses is refused: gaps, overlaps, bytes behind the last tensor, offsets that do not
/// fit shape and type. So are a few things that it lets pass: a header that does not begin with `{` and keys that come
/// twice, both against the format's description; more than 64 axes; sizes whose product overflows beside a 0.
///
/// Source: `safetensors/src/tensor.rs`, version 0.8, and the format's description in its README.
public struct Safetensors: Sendable {
    /// A tensor of the file.
    public struct Entry: Hashable, Sendable {
        /// The tensor's name.
        public let name: String
        /// The file's name for the type of the elements: `BF16`.
        public let storedType: String
        /// Sizes of the axes; empty for a scalar.
        public let shape: Shape
        /// The tensor's bytes, counted from the start of the file.
        public let range: Range<Int>
        /// The type that a tensor read from it has, or `nil` if it cannot be read.
        public var dtype: DType? { StoredType(safetensors: storedType)?.dtype }
    }

    /// The tensors in the order of their bytes in the file.
    public let entries: [Entry]
    /// What the file says about itself.
    public let metadata: [String: String]
    private let source: any ByteSource
    private let places: [ExactText: Int]

    /// The names in the order of the file.
    public var names: [String] { entries.map(\.name) }

    /// Opens a file.
    ///
    /// - Throws: `FormatError`: `truncated` if the header or the tensors are not all there, `malformed` if the header breaks
    ///   a rule, `tooLarge` if it has more than 100,000,000 bytes.
    public init(_ path: String) throws(FormatError) {
        try self.init(try FileBytes(path))
    }

    /// Opens a file.
    package init(_ source: any ByteSource) throws(FormatError) {
        let header = try SafetensorsHeader(source)
        self.source = source
        entries = header.entries
        metadata = Dictionary(header.metadata.map { ($0.text, $1) }, uniquingKeysWith: { $1 })
        var places: [ExactText: Int] = [:]
        for (place, entry) in entries.enumerated() { places[ExactText(entry.name)] = place }
        self.places = places
    }

    /// The tensor of this name; `nil` if there is none.
    public func entry(_ name: String) -> Entry? { places[ExactText(name)].map { entries[$0] } }

    /// Reads one tensor.
    ///
    /// - Throws: `FormatError`: `malformed` if there is no such tensor, `unsupported` if its type is not read or a uint64 is
    ///   too large for int64.
    /// - Complexity: Reads and allocates that tensor alone.
    public func read(_ name: String) throws(FormatError) -> HostArray {
        guard let entry = entry(name) else {
            let held = entries.prefix(10).map { printable($0.name, limit: 24) }.joined(separator: ", ")
            throw error(
                .malformed, "no tensor '\(printable(name))'; there are \(held)\(entries.count > 10 ? ", …" : "")")
        }
        guard let type = StoredType(safetensors: entry.storedType) else {
            throw error(
                .unsupported,
                "\(printable(name)): elements of type \(entry.storedType); bool, integers up to 64 bits and floats of 16, "
                    + "32 or 64 bits are read")
        }
        guard checkedCount(entry.shape.sizes, elementSize: max(type.byteCount, type.dtype.byteCount)) != nil else {
            throw error(.tooLarge, "\(printable(name)): shape \(entry.shape) is more than memory can address")
        }
        guard let bytes = type.converted(try source.read(entry.range)) else {
            throw error(.unsupported, "\(printable(name)): uint64 values above 9223372036854775807, the largest int64")
        }
        return HostArray(shape: entry.shape, dtype: type.dtype, bytes: bytes)
    }

    /// Reads all tensors of a file.
    ///
    /// - Throws: `FormatError`, as `init(_:)` and `read(_:)` of a name do.
    public static func read(_ path: String) throws(FormatError) -> [(name: String, array: HostArray)] {
        let file = try Safetensors(path)
        var arrays: [(name: String, array: HostArray)] = []
        for name in file.names { arrays.append((name, try file.read(name))) }
        return arrays
    }

    private func error(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
        FormatError(kind, file: source.name, format: "safetensors", reason: reason)
    }
}

extension StoredType {
    /// The type that the format calls so, if it is read.
    init?(safetensors name: String) {
        switch name {
        case "BOOL": self = .bool
        case "U8": self = .uint8
        case "I8": self = .int8
        case "I16": self = .int16
        case "U16": self = .uint16
        case "F16": self = .float16
        case "BF16": self = .bfloat16
        case "I32": self = .int32
        case "U32": self = .uint32
        case "F32": self = .float32
        case "F64": self = .float64
        case "I64": self = .int64
        case "U64": self = .uint64
        default: return nil
        }
    }
}
