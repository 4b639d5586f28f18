import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiFormats

@Suite struct HDF5WritingTests {
    /// A tree with everything that is written.
    static func tree() -> HDF5Tree {
        var tree = HDF5Tree()
        tree["text"] = .string("Größe 神経")
        tree["nothing"] = .string("")
        tree["long"] = .string(String(repeating: "0123456789", count: 20_000))
        tree["names"] = .strings(["dense", "é", ""])
        tree["square"] = .strings(["a", "b", "c", "dd"], shape: [2, 2])
        tree["none"] = .strings([])
        tree["ü"] = .string("name")
        tree["number"] = .array(HostArray(shape: [], dtype: .int64, bytes: [1, 2, 3, 4, 5, 6, 7, 0]))
        tree["empty"] = .empty
        for (i, type) in StoredType.allCases.enumerated() {
            for shape in [[], [3], [2, 0, 3], [2, 3]] {
                let count = shape.reduce(1, *) * type.byteCount
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: type == .bool ? $0 & 1 : $0 * 3 % 64) }
                let dataset = HDF5Tree.Dataset(shape: shape, type: type) { () throws(FormatError) in bytes }
                tree.add(.dataset(dataset), at: "types/\(type)/\(i) \(shape.count) \(count)")
            }
        }
        tree.add(.dataset(.init(strings: ["a", "神経", "", String(repeating: "x", count: 300)])), at: "text/variable")
        tree.add(.dataset(.init(strings: ["a", "神経", "", "xyz"], shape: [2, 2], isFixed: true)), at: "text/fixed")
        tree.add(.dataset(.init(strings: ["one"], shape: [])), at: "text/one")
        tree.add(.dataset(.init(strings: [])), at: "text/none")
        for i in 0..<700 { tree.add(.group(HDF5Tree()), at: "many/\(i)") }
        tree.add(.group(HDF5Tree()), at: "a/b/c/d/e/f/g")
        var group = HDF5Tree()
        for i in 0..<300 { group["attribute \(i)"] = .string("\(i)") }
        tree.add(.group(group), at: "attributes")
        return tree
    }

    @Test func `What is written is read`() throws {
        let tree = Self.tree()
        let writer = try HDF5Writer(tree)
        let bytes = try writer.encode()
        #expect(bytes.count == writer.count)
        #expect(try HDF5Writer(Self.tree()).encode() == bytes, "equal trees give equal bytes")
        try Self.check(tree, try HDF5File(bytes, name: "x").root)
        try TestFiles.withFolder { folder in
            try writer.write(to: folder + "/x.h5")
            #expect(try TestFiles.bytes(folder + "/x.h5") == bytes)
        }
    }

    static func check(_ tree: HDF5Tree, _ group: HDF5Group) throws {
        #expect(group.memberNames == tree.members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        try check(tree.attributes, group)
        for (name, member) in tree.members {
            switch (member, try group.member(name)) {
            case (.group(let inner), .group(let found)): try check(inner, found)
            case (.dataset(let dataset), .dataset(let found)):
                #expect(found.shape == dataset.shape)
                try check(dataset.attributes, found)
                switch dataset.content {
                case .numbers(let type, let bytes):
                    #expect(found.type == "\(type)")
                    #expect(try found.read().bytes == type.converted(try bytes()), "\(found.path)")
                case .strings(let texts), .fixedStrings(let texts): #expect(try found.readStrings() == texts)
                }
            default: Issue.record("\(group.path)/\(name)")
            }
        }
    }

    static func check(_ attributes: [HDF5Tree.Attribute], _ object: some HDF5Object) throws {
        #expect(object.attributeNames == attributes.map(\.name))
        for attribute in attributes { #expect(try object.attribute(attribute.name) == attribute.value) }
    }

    /// What a group holds, as a tree.
    static func copy(_ group: HDF5Group) throws -> HDF5Tree {
        var tree = HDF5Tree()
        for name in group.attributeNames { tree[name] = try group.attribute(name) }
        for name in group.memberNames {
            switch try group.member(name) {
            case .group(let inner): tree.members[name] = .group(try copy(inner))
            case .dataset(let found):
                var dataset =
                    found.isText
                    ? HDF5Tree.Dataset(strings: try found.readStrings(), shape: found.shape)
                    : HDF5Tree.Dataset(try found.read())
                for name in found.attributeNames { dataset[name] = try found.attribute(name) }
                tree.members[name] = .dataset(dataset)
            default: break
            }
        }
        return tree
    }

    /// With SHINKEI_HDF5_OUT set, originals and copies are left there for `Tools/check_hdf5.py`.
    @Test(arguments: ["keras", "hundreds", "long_arrays_latest", "many_ordered"])
    func `A copy of h5py's file holds the same`(_ name: String) throws {
        let tree = try Self.copy(try HDF5Golden.open(name + ".h5").root)
        let bytes = try HDF5Writer(tree).encode()
        try Self.check(tree, try HDF5File(bytes).root)
        if let folder = ProcessInfo.processInfo.environment["SHINKEI_HDF5_OUT"] {
            try TestFiles.write(try HDF5Golden.bytes(name + ".h5"), "\(folder)/\(name).h5")
            try TestFiles.write(bytes, "\(folder)/\(name).copy.h5")
            try HDF5Writer(Self.tree()).write(to: folder + "/everything.h5")
        }
    }

    @Test(arguments: [0, 1, 8, 9, 256, 257, 2000])
    func `Groups of any size`(_ count: Int) throws {
        var tree = HDF5Tree()
        for i in 0..<count { tree.add(.dataset(.init(strings: [], shape: [0])), at: "\(i * 7)") }
        try Self.check(tree, try HDF5File(try HDF5Writer(tree).encode()).root)
    }

    @Test func `An attribute that does not fit is refused`() throws {
        var tree = HDF5Tree()
        let name = String(repeating: "n", count: 100)
        tree.add(.group(HDF5Tree()), at: "layer")
        var group = HDF5Tree()
        group["weight_names"] = .strings([String](repeating: name, count: 654))
        tree.add(.group(group), at: "layer")
        _ = try HDF5Writer(tree)
        group["weight_names"] = .strings([String](repeating: name, count: 656))
        tree.add(.group(group), at: "layer")
        #expect(formatError(.tooLarge) { _ = try HDF5Writer(tree) }.contains("/layer@weight_names"))
    }

    @Test func `Names that HDF5 cannot hold are refused`() {
        for name in ["", ".", "a/b", "a\0"] {
            var tree = HDF5Tree()
            tree.members[name] = .group(HDF5Tree())
            #expect(formatError(.unwritable) { _ = try HDF5Writer(tree) }.contains("cannot be a name"))
        }
        var tree = HDF5Tree()
        tree["text"] = .string("a\0b")
        #expect(formatError(.unwritable) { _ = try HDF5Writer(tree) }.contains("zero byte"))
    }

    @Test func `Errors of a closure come through`() throws {
        var tree = HDF5Tree()
        let error = FormatError(.unreadable, file: "x", reason: "gone")
        tree.add(.dataset(.init(shape: [1], type: .float32) { () throws(FormatError) in throw error }), at: "x")
        #expect(formatError(.unreadable) { _ = try HDF5Writer(tree).encode() } == "x: gone")
    }
}
