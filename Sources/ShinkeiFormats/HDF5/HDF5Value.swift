/// What an attribute holds.
public enum HDF5Value: Hashable, Sendable {
    /// One text.
    case string(String)
    /// Texts in row-major order, as many as the shape says.
    case strings([String], shape: [Int])
    /// Numbers; a single one has shape `[]`.
    case array(HostArray)
    /// A type without any space for elements, h5py's `Empty`.
    case empty

    /// Texts along one axis.
    public static func strings(_ texts: [String]) -> HDF5Value { .strings(texts, shape: [texts.count]) }

    /// The text if it is one.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The texts if they are several, or one.
    public var strings: [String]? {
        switch self {
        case .string(let text): [text]
        case .strings(let texts, _): texts
        default: nil
        }
    }

    /// The numbers if they are some.
    public var array: HostArray? {
        if case .array(let array) = self { array } else { nil }
    }
}
