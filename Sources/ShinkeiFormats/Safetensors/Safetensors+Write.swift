import ShinkeiCore

extension Safetensors {
    /// Writes a file, atomically: a failure leaves an existing file as it was.
    ///
    /// The order is the reference implementation's, so that equal tensors give equal bytes: by type, those with the larger
    /// elements first, then by the bytes of the name. So every tensor is aligned to its elements, and the data to 8 bytes.
    ///
    /// - Parameters:
    ///   - tensors: The tensors, in any order.
    ///   - metadata: What the file is to say about itself; written in the order of the keys.
    /// - Throws: `FormatError` of kind `unwritable`, also for a name that comes twice or is `__metadata__`.
    public static func write(
        _ tensors: [(name: String, array: HostArray)], metadata: [String: String] = [:], to path: String
    ) throws(FormatError) {
        let tensors = tensors.sorted { a, b in
            let (x, y) = (rank(a.array.dtype), rank(b.array.dtype))
            return x == y ? ExactText(a.name) < ExactText(b.name) : x > y
        }
        let header = try header(tensors, metadata, path)
        let file = try AtomicFile(path)
        try file.write((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
        try file.write(header)
        for tensor in tensors { try file.write(tensor.array.bytes) }
        try file.commit()
    }

    private static func header(
        _ tensors: [(name: String, array: HostArray)], _ metadata: [String: String], _ path: String
    ) throws(FormatError) -> [UInt8] {
        func error(_ reason: String) -> FormatError {
            FormatError(.unwritable, file: path, format: "safetensors", reason: reason)
        }
        var header = JSON.Object()
        if !metadata.isEmpty {
            let sorted = metadata.sorted { ExactText($0.key) < ExactText($1.key) }
            header["__metadata__"] = .object(JSON.Object(sorted.map { ($0.key, .string($0.value)) }))
        }
        var offset = 0
        for (name, array) in tensors {
            guard name != "__metadata__" else { throw error("a tensor cannot be called __metadata__") }
            guard header[name] == nil else { throw error("two tensors are called '\(printable(name))'") }
            let end = offset + array.bytes.count
            header[name] = [
                "dtype": .string(typeName(array.dtype)), "shape": .array(array.shape.sizes.map { .int($0) }),
                "data_offsets": [.int(offset), .int(end)],
            ]
            offset = end
        }
        var bytes = JSON.object(header).encoded(.compact)
        bytes += repeatElement(0x20, count: (8 - bytes.count % 8) % 8)
        guard bytes.count <= SafetensorsHeader.largest else {
            throw error("a header of \(bytes.count) bytes; at most \(SafetensorsHeader.largest) are allowed")
        }
        return bytes
    }

    /// The place of a type in the reference implementation's list, which goes from small elements to large ones.
    private static func rank(_ dtype: DType) -> Int {
        switch dtype {
        case .bool: 0
        case .uint8: 1
        case .float16: 2
        case .bfloat16: 3
        case .int32: 4
        case .float32: 5
        case .float64: 6
        case .int64: 7
        }
    }

    private static func typeName(_ dtype: DType) -> String {
        switch dtype {
        case .bool: "BOOL"
        case .uint8: "U8"
        case .int32: "I32"
        case .int64: "I64"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .float32: "F32"
        case .float64: "F64"
        }
    }
}
