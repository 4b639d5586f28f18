/// A group or a dataset: something with a path and attributes.
public protocol HDF5Object {
    /// Where it is, from the root: `/layers/dense`. The root is `/`.
    var path: String { get }
    /// The names of its attributes, in the order they were added if the file recorded it.
    var attributeNames: [String] { get }
    /// The value of an attribute.
    ///
    /// - Returns: `nil` if there is no attribute of this name.
    /// - Throws: `FormatError`, also of kind `unsupported` if it holds neither numbers nor text.
    func attribute(_ name: String) throws(FormatError) -> HDF5Value?
}

/// What both kinds of objects consist of.
struct HDF5ObjectParts {
    let storage: HDF5Storage
    let path: String
    let header: HDF5ObjectHeader
    let attributes: HDF5Attributes

    init(_ storage: HDF5Storage, _ path: String, _ header: HDF5ObjectHeader) throws(FormatError) {
        self.storage = storage
        self.path = path
        self.header = header
        attributes = try storage.attributes(of: header)
    }

    func attribute(_ name: String) throws(FormatError) -> HDF5Value? {
        guard let body = attributes[name] else { return nil }
        return try storage.reading(path) { () throws(FormatError) in
            do throws(FormatError) {
                return try storage.charged(once: "attribute \(name) of \(path)") { () throws(FormatError) in
                    try Self.value(storage, body)
                }
            } catch {
                throw FormatError(
                    error.kind, file: error.file, format: error.format,
                    reason: error.reason.replacingPrefix(path + ": ", with: "\(path): attribute '\(name)': "))
            }
        }
    }

    private static func value(_ storage: HDF5Storage, _ body: HDF5Cursor) throws(FormatError) -> HDF5Value {
        let message = try HDF5AttributeMessage(body)
        if message.space.isNull { return .empty }
        let elements = HDF5Elements(storage: storage, type: message.type, shape: message.space.shape)
        let count = try elements.count()
        let (size, overflow) = count.multipliedReportingOverflow(by: message.type.size)
        var data = message.data
        guard !overflow, size <= data.remaining else {
            throw data.malformed("shape \(message.space.shape) needs \(size) bytes of data, has \(data.remaining)")
        }
        let bytes = try data.bytes(size)
        switch message.type.elements {
        case .text, .fixedText:
            let texts = try elements.strings(bytes)
            if message.space.shape.isEmpty, let text = texts.first { return .string(text) }
            return .strings(texts, shape: message.space.shape)
        default: return .array(try elements.array(bytes))
        }
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
