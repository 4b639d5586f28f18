/// What a name in a group leads to.
public enum HDF5Member {
    case group(HDF5Group)
    case dataset(HDF5Dataset)
    /// Something that is not read, in words: `external link to other.h5:/x`, `committed type float32`.
    case other(String)
}

/// A folder in an HDF5 file.
public struct HDF5Group: HDF5Object {
    private let parts: HDF5ObjectParts
    private let links: HDF5Links
    /// The addresses of the groups on the way here, itself included.
    private let ancestors: [Int]

    /// Groups within groups that are followed; Keras nests about ten.
    private static let deepest = 128
    /// Soft links that are followed one after the other.
    private static let longestChain = 16

    init(_ parts: HDF5ObjectParts, ancestors: [Int]) throws(FormatError) {
        self.parts = parts
        links = try parts.storage.links(of: parts.header)
        self.ancestors = ancestors + [parts.header.address]
    }

    /// Where its header is, for tests.
    var headerAddress: Int { parts.header.address }

    public var path: String { parts.path }
    public var attributeNames: [String] { parts.attributes.names }
    public func attribute(_ name: String) throws(FormatError) -> HDF5Value? { try parts.attribute(name) }

    /// The names of its members, in the order they were added if the file recorded it, else by name.
    public var memberNames: [String] { links.names }

    /// What a path leads to, from here or, if it begins with `/`, from the root.
    ///
    /// Soft links are followed. External links are not: they are `other`.
    ///
    /// - Returns: `nil` if there is nothing, or a soft link leads to nothing.
    /// - Throws: `FormatError`: `malformed` if a group contains itself or soft links lead in a circle, `unsupported`
    ///   if the way leads through an external link, or what reading the object throws.
    public func member(_ path: String) throws(FormatError) -> HDF5Member? {
        var hops = 0
        switch try find(path, from: Place(path: self.path, header: parts.header, ancestors: ancestors), &hops) {
        case .start(let place):
            return .group(try HDF5Group(try objectParts(place), ancestors: place.ancestors.dropLast()))
        case .object(let address, let path, let ancestors): return try open(address, path, ancestors)
        case .other(let what):
            return try parts.storage.charged(once: "link \(self.path)/\(path)") { () throws(FormatError) in .other(what)
            }
        case nil:
            return try parts.storage.charged(once: "link \(self.path)/\(path)") { () throws(FormatError) in nil }
        }
    }

    /// The group at a path.
    ///
    /// - Returns: `nil` if there is nothing.
    /// - Throws: `FormatError`, as `member(_:)` does, and if it is something else.
    public func group(_ path: String) throws(FormatError) -> HDF5Group? {
        switch try member(path) {
        case .group(let group): return group
        case nil: return nil
        case .dataset: throw refused(path, .malformed, "is a dataset, not a group")
        case .other(let what): throw refused(path, .unsupported, "\(what) is refused")
        }
    }

    /// The dataset at a path.
    ///
    /// - Returns: `nil` if there is nothing.
    /// - Throws: `FormatError`, as `member(_:)` does, and if it is something else.
    public func dataset(_ path: String) throws(FormatError) -> HDF5Dataset? {
        switch try member(path) {
        case .dataset(let dataset): return dataset
        case nil: return nil
        case .group: throw refused(path, .malformed, "is a group, not a dataset")
        case .other(let what): throw refused(path, .unsupported, "\(what) is refused")
        }
    }

    // MARK: - Following links

    private func refused(_ path: String, _ kind: FormatError.Kind, _ reason: String) -> FormatError {
        parts.storage.reading(path.hasPrefix("/") ? path : Self.joined(self.path, path), kind, reason)
    }

    private static func joined(_ path: String, _ name: String) -> String {
        path == "/" ? "/" + name : path + "/" + name
    }

    /// A group on the way to a member.
    private struct Place {
        let path: String
        let header: HDF5ObjectHeader
        /// The addresses of the groups on the way here, this one last.
        let ancestors: [Int]
    }

    /// What a link leads to, not opened yet.
    private enum Found {
        /// The path had no names.
        case start(Place)
        case object(address: Int, path: String, ancestors: [Int])
        case other(String)
    }

    private func find(_ path: String, from start: Place, _ hops: inout Int) throws(FormatError) -> Found? {
        let storage = parts.storage
        var place = start
        if path.utf8.first == UInt8(ascii: "/"), let root = ancestors.first {
            place = Place(path: "/", header: try storage.header(at: root), ancestors: [root])
        }
        var found = Found.start(place)
        var way = place.path
        for name in path.split(separator: "/") where name != "." {
            switch found {
            case .start(let group): place = group
            case .other(let what): throw storage.reading(way, .unsupported, "\(what) is refused")
            case .object(let address, let path, let ancestors):
                let header = try storage.reading(path) { () throws(FormatError) in try storage.header(at: address) }
                guard header.isGroup else { return nil }
                place = Place(path: path, header: header, ancestors: try longer(ancestors, by: address, path))
            }
            guard let next = try step(String(name), from: place, &hops) else { return nil }
            found = next
            way = Self.joined(place.path, String(name))
        }
        return found
    }

    private func step(_ name: String, from place: Place, _ hops: inout Int) throws(FormatError) -> Found? {
        let storage = parts.storage
        let path = Self.joined(place.path, name)
        let links = try storage.reading(place.path) { () throws(FormatError) in try storage.links(of: place.header) }
        switch links[name] {
        case nil: return nil
        case .hard(let address): return .object(address: address, path: path, ancestors: place.ancestors)
        case .soft(let target):
            hops += 1
            guard hops <= Self.longestChain else {
                throw storage.reading(path, .malformed, "soft links lead in a circle")
            }
            switch try find(target, from: place, &hops) {
            case .object(let address, _, let others):
                // Both ways count: whoever walks down all members must come to an end.
                return .object(
                    address: address, path: path,
                    ancestors: place.ancestors + others.filter { !place.ancestors.contains($0) })
            case .start(let group):
                return .object(address: group.header.address, path: path, ancestors: place.ancestors)
            case let other: return other
            }
        case .external(let target): return .other("external link to \(target)")
        case .userDefined(let type): return .other("link of type \(type)")
        }
    }

    private func longer(_ ancestors: [Int], by address: Int, _ path: String) throws(FormatError) -> [Int] {
        guard !ancestors.contains(address) else {
            throw parts.storage.reading(path, .malformed, "the group contains itself")
        }
        guard ancestors.count < Self.deepest else {
            throw parts.storage.reading(path, .tooLarge, "more than \(Self.deepest) groups within each other")
        }
        return ancestors + [address]
    }

    // MARK: - Opening

    private func objectParts(_ place: Place) throws(FormatError) -> HDF5ObjectParts {
        try HDF5ObjectParts(parts.storage, place.path, place.header)
    }

    private func open(_ address: Int, _ path: String, _ ancestors: [Int]) throws(FormatError) -> HDF5Member {
        let storage = parts.storage
        return try storage.reading(path) { () throws(FormatError) in
            _ = try longer(ancestors, by: address, path)
            return try storage.charged(once: "object \(path)") { () throws(FormatError) in
                let header = try storage.header(at: address)
                let parts = try HDF5ObjectParts(storage, path, header)
                if header.isGroup { return .group(try HDF5Group(parts, ancestors: ancestors)) }
                if header.first(.layout) != nil { return .dataset(try HDF5Dataset(parts)) }
                if let type = header.first(.datatype) {
                    return .other("committed type \(try HDF5Datatype(try storage.body(of: type)).name)")
                }
                return .other("object of an unknown kind")
            }
        }
    }
}
