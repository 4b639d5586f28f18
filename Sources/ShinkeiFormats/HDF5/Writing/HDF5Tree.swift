package import ShinkeiCore

/// What is to be written as an HDF5 file: groups, datasets and attributes, by name.
///
/// Datasets may give their elements when these are written, so that not all of them are in memory at once.
///
/// ```swift
/// var tree = HDF5Tree()
/// tree["keras_version"] = .string("3.15.1")
/// tree.add(.dataset(.init(kernel)), at: "layers/dense/vars/0")
/// try HDF5Writer(tree).write(to: "model.weights.h5")
/// ```
public struct HDF5Tree: Sendable {
    /// A member of a group.
    public enum Member: Sendable {
        case group(HDF5Tree)
        case dataset(Dataset)
    }

    /// An attribute and its name.
    public struct Attribute: Hashable, Sendable {
        public var name: String
        public var value: HDF5Value

        public init(_ name: String, _ value: HDF5Value) {
            self.name = name
            self.value = value
        }
    }

    /// Attributes of the group, in the order they are written.
    public var attributes: [Attribute] = []
    /// Members of the group. They are written sorted by name, as HDF5 wants it.
    public var members: [String: Member] = [:]

    /// An empty group.
    public init() {}

    /// The value of an attribute, `nil` if there is none of this name.
    public subscript(name: String) -> HDF5Value? {
        get { attributes.first { $0.name == name }?.value }
        set { attributes.set(name, newValue) }
    }

    /// Adds a member at a path, with the groups on the way there. What was there before is replaced.
    ///
    /// - Precondition: The path has a name, and no dataset is on the way.
    public mutating func add(_ member: Member, at path: String) {
        let names = path.split(separator: "/").map(String.init)
        guard !names.isEmpty else { fatalError("HDF5Tree: '\(path)' names no member") }
        add(member, names[...], path)
    }

    private mutating func add(_ member: Member, _ names: ArraySlice<String>, _ path: String) {
        let name = names[names.startIndex]
        guard names.count > 1 else {
            members[name] = member
            return
        }
        var group = HDF5Tree()
        switch members.removeValue(forKey: name) {
        case .group(let known): group = known
        case .dataset: fatalError("HDF5Tree: '\(name)' in '\(path)' is a dataset")
        case nil: break
        }
        group.add(member, names.dropFirst(), path)
        members[name] = .group(group)
    }
}

extension HDF5Tree {
    /// An array to be written, with its attributes.
    public struct Dataset: Sendable {
        enum Content: Sendable {
            case numbers(StoredType, @Sendable () throws(FormatError) -> [UInt8])
            case fixedStrings([String])
            case strings([String])
        }

        /// Sizes of the axes.
        public let shape: [Int]
        /// Attributes of the dataset, in the order they are written.
        public var attributes: [Attribute] = []
        let content: Content

        /// An array that is in memory.
        public init(_ array: HostArray) {
            let bytes = array.bytes
            self.init(shape: array.shape.sizes, type: StoredType(array.dtype)) { bytes }
        }

        /// Elements that are made when they are written.
        ///
        /// - Parameters:
        ///   - shape: Sizes of the axes.
        ///   - type: The type of the elements.
        ///   - bytes: Gives the elements, little-endian and row-major. Called once for every time the file is written.
        /// - Precondition: The sizes are not negative and their product fits into memory.
        package init(shape: [Int], type: StoredType, bytes: @escaping @Sendable () throws(FormatError) -> [UInt8]) {
            Self.check(shape)
            self.shape = shape
            content = .numbers(type, bytes)
            // HDF5 has no bfloat16 that all versions read: two opaque bytes and a word, as Keras does.
            if type == .bfloat16 { attributes = [Attribute("dtype", .string("bfloat16"))] }
        }

        /// Texts.
        ///
        /// - Parameters:
        ///   - strings: The texts in row-major order.
        ///   - shape: Sizes of the axes; one axis if `nil`, `[]` for a single text.
        ///   - isFixed: Whether all take as many bytes as the longest, as NumPy's `S` does. Otherwise each takes
        ///     what it needs, as h5py's `string_dtype()`.
        /// - Precondition: There are as many texts as the shape says.
        public init(strings: [String], shape: [Int]? = nil, isFixed: Bool = false) {
            let shape = shape ?? [strings.count]
            Self.check(shape)
            guard Shape(shape).count == strings.count else {
                fatalError("HDF5Tree.Dataset: \(strings.count) texts in shape \(shape)")
            }
            self.shape = shape
            content = isFixed ? .fixedStrings(strings) : .strings(strings)
        }

        /// The value of an attribute, `nil` if there is none of this name.
        public subscript(name: String) -> HDF5Value? {
            get { attributes.first { $0.name == name }?.value }
            set { attributes.set(name, newValue) }
        }

        private static func check(_ shape: [Int]) {
            guard shape.allSatisfy({ $0 >= 0 }), shape.count <= 32, checkedCount(shape, elementSize: 8) != nil else {
                fatalError("HDF5Tree.Dataset: shape \(shape) cannot be written")
            }
        }
    }
}

extension [HDF5Tree.Attribute] {
    fileprivate mutating func set(_ name: String, _ value: HDF5Value?) {
        let place = firstIndex { $0.name == name }
        switch (place, value) {
        case (let place?, let value?): self[place].value = value
        case (let place?, nil): remove(at: place)
        case (nil, let value?): append(HDF5Tree.Attribute(name, value))
        case (nil, nil): break
        }
    }
}

extension StoredType {
    /// The same type as a tensor's.
    package init(_ dtype: DType) {
        self =
            switch dtype {
            case .bool: .bool
            case .uint8: .uint8
            case .int32: .int32
            case .int64: .int64
            case .float16: .float16
            case .bfloat16: .bfloat16
            case .float32: .float32
            case .float64: .float64
            }
    }
}
