public import ShinkeiCore

/// An array in an HDF5 file. Its elements are read when they are asked for.
public struct HDF5Dataset: HDF5Object {
    private let parts: HDF5ObjectParts
    private let datatype: HDF5Datatype
    private let space: HDF5Dataspace

    init(_ parts: HDF5ObjectParts) throws(FormatError) {
        self.parts = parts
        let storage = parts.storage
        guard let type = parts.header.first(.datatype), let space = parts.header.first(.dataspace) else {
            throw storage.error(.malformed, "the dataset has no type or no shape")
        }
        self.space = try HDF5Dataspace(try storage.body(of: space))
        let datatype = try HDF5Datatype(try storage.body(of: type))
        if datatype.elements == .opaque, datatype.size == 2, parts.attributes["dtype"] != nil,
            try parts.attribute("dtype") == .string("bfloat16")
        {
            self.datatype = datatype.asBfloat16
        } else {
            self.datatype = datatype
        }
    }

    /// Where its header is, for tests.
    var headerAddress: Int { parts.header.address }

    public var path: String { parts.path }
    public var attributeNames: [String] { parts.attributes.names }
    public func attribute(_ name: String) throws(FormatError) -> HDF5Value? { try parts.attribute(name) }

    /// Sizes of the axes; empty for a scalar, `[0]` for a dataset without any space.
    public var shape: [Int] { space.shape }

    /// The type of its elements, as the file has it: NumPy's name for numbers (`uint16` though it is read as `int32`),
    /// `string`, or what else it is: `compound`, `reference`, `array [3] of float32` ….
    public var type: String { datatype.name }

    /// The type of its elements once they are read, `nil` if they are no numbers.
    public var dtype: DType? {
        if case .numbers(let stored, _) = datatype.elements { stored.dtype } else { nil }
    }

    /// Whether its elements are text.
    public var isText: Bool {
        switch datatype.elements {
        case .text, .fixedText: true
        default: false
        }
    }

    /// Reads all numbers.
    ///
    /// What tensors have no type for becomes the next larger, as in `Npy`; Keras's way to store bfloat16, two opaque
    /// bytes with an attribute, is understood.
    ///
    /// - Throws: `FormatError`: `unsupported` with the name of what is not read, be it a type, a filter, external
    ///   storage or a virtual dataset; `malformed` if data are not where they should be or a checksum differs;
    ///   `tooLarge` beyond 128 bytes for each byte of the file and 256 MB.
    /// - Complexity: One allocation of the data's size for little-endian elements of a tensor's types in one stretch.
    public func read() throws(FormatError) -> HostArray {
        try once { (elements: HDF5Elements) throws(FormatError) in
            guard dtype != nil else { return try elements.array([]) }  // throws
            return try elements.array(try bytes(try elements.count()))
        }
    }

    /// Reads all texts, in row-major order.
    ///
    /// - Throws: `FormatError`, as `read()` does.
    public func readStrings() throws(FormatError) -> [String] {
        try once { (elements: HDF5Elements) throws(FormatError) in
            guard isText else { return try elements.strings([]) }  // throws
            return try elements.strings(try bytes(try elements.count()))
        }
    }

    private func bytes(_ count: Int) throws(FormatError) -> [UInt8] {
        if space.isNull { return [] }
        return try HDF5DataReader(storage: parts.storage, header: parts.header, type: datatype, space: space)
            .bytes(count: count)
    }

    private func once<T>(_ body: (HDF5Elements) throws(FormatError) -> T) throws(FormatError) -> T {
        let storage = parts.storage
        return try storage.reading(path) { () throws(FormatError) in
            try storage.charged(once: "data of \(path)") { () throws(FormatError) in
                try body(HDF5Elements(storage: storage, type: datatype, shape: shape))
            }
        }
    }
}
