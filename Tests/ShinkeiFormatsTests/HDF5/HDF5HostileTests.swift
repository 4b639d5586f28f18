import ShinkeiCore
import Testing

@testable import ShinkeiFormats

@Suite struct HDF5HostileTests {
    /// Reads all that can be reached, whatever is thrown on the way.
    ///
    /// - Returns: The number of objects.
    @discardableResult
    static func readAll(_ file: HDF5File) -> Int {
        var count = 0
        func attributes(_ object: some HDF5Object) {
            for name in object.attributeNames { _ = try? object.attribute(name) }
        }
        func walk(_ group: HDF5Group) {
            count += 1
            attributes(group)
            for name in group.memberNames {
                switch try? group.member(name) {
                case .group(let inner): walk(inner)
                case .dataset(let dataset):
                    count += 1
                    attributes(dataset)
                    _ = dataset.isText ? try? dataset.readStrings().count : try? dataset.read().bytes.count
                default: break
                }
            }
        }
        walk(file.root)
        return count
    }

    @Test func `Bytes changed at random are read or refused`() throws {
        let names = try HDF5Golden.expected().keys.sorted()
        let corpus = try names.map { try HDF5Golden.bytes($0) }
        var random = HDF5Mutator(seed: 20_26)
        var opened = 0
        for i in 0..<5000 {
            let original = corpus[random.below(corpus.count)]
            let bytes = random.changed(original)
            // Half of the time behind the checksums.
            guard
                let file = try? HDF5File(
                    MemoryBytes(bytes, name: "x"), fileSize: bytes.count, comparesChecksums: i % 2 == 0)
            else {
                continue
            }
            opened += 1
            Self.readAll(file)
        }
        #expect(opened > 1000)
    }

    // MARK: - Files made to do harm

    /// A file with one dataset `x` of 8 int32.
    static func small() throws -> [UInt8] {
        var tree = HDF5Tree()
        tree.add(
            .dataset(.init(HostArray(shape: [8], dtype: .int32, bytes: [UInt8](repeating: 1, count: 32)))), at: "x")
        return try HDF5Writer(tree).encode()
    }

    static func set(_ bytes: inout [UInt8], _ place: Int, _ value: UInt64) {
        for i in 0..<8 { bytes[place + i] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i)) }
    }

    /// Where eight bytes with a value are, the first after `start`.
    static func find(_ bytes: [UInt8], _ value: UInt64, after start: Int) throws -> Int {
        try #require(
            stride(from: start, to: bytes.count - 8, by: 1).first { place in
                (0..<8).allSatisfy { bytes[place + $0] == UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
            })
    }

    @Test(arguments: [1 << 62, 1 << 40, 9] as [UInt64])
    func `A shape larger than the file allocates nothing`(_ size: UInt64) throws {
        var bytes = try Self.small()
        Self.set(&bytes, try Self.find(bytes, 8, after: 96), size)
        let dataset = try #require(try HDF5File(bytes, name: "x").root.dataset("x"))
        let message = formatError(size == 9 ? .malformed : .tooLarge) { _ = try dataset.read() }
        #expect(message.hasPrefix("x: hdf5: /x: "))
    }

    @Test func `Elements that no byte stands for are limited`() throws {
        var bytes = try Self.small()
        let address = try Self.find(bytes, UInt64(bytes.count - 32), after: 96)
        Self.set(&bytes, address, .max)
        Self.set(&bytes, try Self.find(bytes, 8, after: 96), 1 << 27)
        let dataset = try #require(try HDF5File(bytes, name: "x").root.dataset("x"))
        #expect(
            formatError(.tooLarge) { _ = try dataset.read() }
                == "x: hdf5: /x: 536870912 bytes of data; a file of this size may have \((256 << 20) + 128 * bytes.count)"
        )
    }

    @Test func `Charges follow the file's real size, once for each thing`() throws {
        // A member of an archive of 10 bytes that inflated to more.
        let storage = HDF5Storage(
            MemoryBytes(try Self.small(), name: "x"), start: 0, fileSize: 10, comparesChecksums: true)
        let limit = 256 << 20 + 1280
        try storage.charged(once: "a") { () throws(FormatError) in try storage.chargeData(limit - 5) }
        try storage.charged(once: "a") { () throws(FormatError) in try storage.chargeData(limit - 5) }
        try storage.charged(once: "b") { () throws(FormatError) in try storage.chargeData(5) }
        let message = formatError(.tooLarge) {
            try storage.charged(once: "c") { () throws(FormatError) in try storage.chargeData(1) }
        }
        #expect(message == "x: hdf5: /: 1 bytes of data; a file of this size may have \(limit)")
    }

    @Test func `Many names for the same elements run out`() throws {
        // 600 members that all lead to one dataset of a megabyte: 600 MB, of a file that may have some 390.
        var tree = HDF5Tree()
        tree.add(
            .dataset(.init(HostArray(shape: [1 << 20], dtype: .uint8, bytes: [UInt8](repeating: 1, count: 1 << 20)))),
            at: "big")
        let one = HostArray(shape: [1], dtype: .uint8, bytes: [1])
        for i in 0..<600 { tree.add(.dataset(.init(one)), at: "m\(i)") }
        var bytes = try HDF5Writer(tree).encode()
        let root = try HDF5File(bytes).root
        let big = UInt64(try #require(try root.dataset("big")).headerAddress)
        var places: [UInt64: Int] = [:]
        for place in stride(from: 96, to: bytes.count - (1 << 20) - 8, by: 8) {
            let value = (0..<8).reduce(0 as UInt64) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
            if places[value] == nil { places[value] = place }
        }
        for i in 0..<600 {
            let address = UInt64(try #require(try root.dataset("m\(i)")).headerAddress)
            Self.set(&bytes, try #require(places[address]), big)
        }
        let file = try HDF5File(bytes, name: "x")
        var read = 0
        let message = formatError(.tooLarge) {
            for name in file.root.memberNames { read += try file.root.dataset(name)?.read().bytes.count ?? 0 }
        }
        #expect(message.contains("bytes of data; a file of this size may have"), "\(message)")
        #expect(read > 256 << 20 && read < 500 << 20)
    }

    @Test func `Data outside of the file are refused`() throws {
        let original = try Self.small()
        let place = try Self.find(original, UInt64(original.count - 32), after: 96)
        for address in [UInt64(original.count - 31), 1 << 40, .max >> 1, .max - 1] {
            var bytes = original
            Self.set(&bytes, place, address)
            let dataset = try #require(try HDF5File(bytes, name: "x").root.dataset("x"))
            _ = formatError(.malformed) { _ = try dataset.read() }
        }
        // No address at all is the fill value.
        var bytes = original
        Self.set(&bytes, place, .max)
        #expect(try HDF5File(bytes).root.dataset("x")?.read().bytes == [UInt8](repeating: 0, count: 32))
    }

    /// Such names were once taken for a path, to the group itself, without end.
    @Test(arguments: ["", ".", "/", "a/b"])
    func `A member's name is no path`(_ name: String) throws {
        var tree = HDF5Tree()
        tree.add(.group(HDF5Tree()), at: "a/member")
        var bytes = try HDF5Writer(tree).encode()
        let old = Array("member".utf8)
        let place = bytes.indices.dropLast(old.count).first { Array(bytes[$0..<$0 + old.count]) == old }
        let start = try #require(place)
        let new = Array(name.utf8) + [0, 0, 0, 0, 0, 0]
        bytes.replaceSubrange(start..<start + old.count, with: new.prefix(old.count))
        #expect(
            formatError(.malformed) { _ = try HDF5File(bytes, name: "x").root.member("a") }
                == "x: hdf5: /a: a member has the name '\(name)'")
    }

    @Test func `A group that contains itself is refused`() throws {
        var tree = HDF5Tree()
        tree.add(.group(HDF5Tree()), at: "a/b")
        var bytes = try HDF5Writer(tree).encode()
        func header(_ path: String) throws -> UInt64 {
            let group = try #require(try HDF5File(bytes).root.group(path))
            return UInt64(group.headerAddress)
        }
        let (a, b) = (try header("a"), try header("a/b"))
        Self.set(&bytes, try Self.find(bytes, b, after: 96), a)
        let file = try HDF5File(bytes, name: "x")
        #expect(
            formatError(.malformed) { _ = try file.root.member("a/b") } == "x: hdf5: /a/b: the group contains itself")
        #expect(Self.readAll(file) == 2)
    }

    @Test func `A header that continues in itself is refused`() throws {
        var bytes = try Self.small()
        // The fill value becomes a continuation: the message's type, and its body.
        let fill = try #require(bytes.indices.dropLast(16).first { bytes[$0..<$0 + 4] == [5, 0, 8, 0] })
        let header = UInt64(try #require(try HDF5File(bytes).root.dataset("x")).headerAddress)
        bytes[fill] = 0x10
        // It takes the place of the next message, the layout, as well.
        bytes[fill + 2] = 40
        Self.set(&bytes, fill + 8, header + 16)
        Self.set(&bytes, fill + 16, UInt64(fill) + 48 - header - 16)
        #expect(
            formatError(.malformed) { _ = try HDF5File(bytes).root.member("x") }.contains("continues in itself"))
    }

    @Test func `Many names for the same groups run out`() throws {
        // 24 levels, in each two names for the next one: 16 million paths.
        var tree = HDF5Tree()
        let path = (0..<24).map { _ in "a" }.joined(separator: "/")
        tree.add(.group(HDF5Tree()), at: path)
        for level in 0..<24 {
            let prefix = [String](repeating: "a", count: level) + ["b"]
            tree.add(.group(HDF5Tree()), at: prefix.joined(separator: "/"))
        }
        var bytes = try HDF5Writer(tree).encode()
        var group = try HDF5File(bytes).root
        var places: [(UInt64, UInt64)] = []
        for _ in 0..<24 {
            let (a, b) = (try #require(try group.group("a")), try #require(try group.group("b")))
            places.append((UInt64(a.headerAddress), UInt64(b.headerAddress)))
            group = a
        }
        for (a, b) in places { Self.set(&bytes, try Self.find(bytes, b, after: 96), a) }
        let count = Self.readAll(try HDF5File(bytes))
        #expect(count < 100_000)
    }
}

/// Changes a file's bytes at random, with a liking for what is structure. The same seed makes the same files.
struct HDF5Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    mutating func changed(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        let structures = Set(["TREE", "SNOD", "HEAP", "OHDR", "GCOL", "FRHP", "FHDB", "BTHD", "BTLF", "FAHD", "EAHD"])
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        var places = [0]
        for i in 0..<max(0, bytes.count - 4) where letters ~= bytes[i] && letters ~= bytes[i + 1] {
            if structures.contains(String(decoding: bytes[i..<i + 4], as: UTF8.self)) { places.append(i) }
        }
        for _ in 0...below(6) where bytes.count > 16 {
            let near = places[below(places.count)] + below(200)
            let place = min(below(2) == 0 ? below(bytes.count) : near, bytes.count - 9)
            guard place >= 0 else { break }
            switch below(8) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = UInt8(below(256))
            case 2: bytes[place] &+= below(2) == 0 ? 1 : 255
            case 3: set(&bytes, place, [0, 1, .max, .max >> 1, 1 << 63, 1 << 32][below(6)])
            case 4: set(&bytes, place & ~7, UInt64(places[below(places.count)]))
            case 5: set(&bytes, place & ~7, UInt64(below(bytes.count)))
            case 6:
                let count = 1 + below(min(64, bytes.count - place))
                let from = below(bytes.count - count)
                bytes.replaceSubrange(place..<place + count, with: Array(bytes[from..<from + count]))
            default: if below(4) == 0 { bytes.removeLast(below(bytes.count)) }
            }
        }
        return bytes
    }

    private func set(_ bytes: inout [UInt8], _ place: Int, _ value: UInt64) {
        for i in 0..<8 where place + i < bytes.count {
            bytes[place + i] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i))
        }
    }
}
