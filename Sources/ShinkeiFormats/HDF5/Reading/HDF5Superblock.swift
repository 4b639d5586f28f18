/// What a file begins with: where the root group is, and how large addresses and lengths are.
struct HDF5Superblock {
    static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The address of the root group's object header.
    let root: Int

    /// Finds the superblock: at 0, or behind a block of the user's of 512, 1024, 2048 … bytes.
    ///
    /// - Throws: `FormatError` of kind `notThisFormat` if there is none.
    static func find(in source: any ByteSource) throws(FormatError) -> Int {
        var place = 0
        while place <= source.count - signature.count {
            if try source.read(place..<place + signature.count) == signature { return place }
            place = place == 0 ? 512 : place * 2
        }
        // A file that was cut within the signature is still one of ours.
        if source.count > 0, source.count < signature.count,
            try source.readAll() == Array(signature.prefix(source.count))
        {
            throw FormatError(.truncated, file: source.name, format: "hdf5", reason: "ends within its signature")
        }
        throw FormatError(.notThisFormat, file: source.name, format: "hdf5", reason: "does not begin with \\x89HDF")
    }

    /// Reads the superblock and sets the storage's sizes.
    init(_ storage: HDF5Storage) throws(FormatError) {
        // The largest is version 1 with addresses of 8 bytes.
        var cursor = try storage.cursor("superblock", at: 0, upTo: 8 + 20 + 4 * 8 + 40)
        try cursor.skip(8)
        let version = try Self.field(&cursor)
        guard version <= 3 else { throw cursor.unsupported("version \(version); 0 to 3 are known") }
        if version < 2 {
            try cursor.skip(4)
            storage.offsetSize = try Self.size(&cursor, "addresses")
            storage.lengthSize = try Self.size(&cursor, "lengths")
            // Reserved, the two sizes of group trees, flags; version 1 has the size of chunk trees.
            try cursor.skip(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0))
        } else {
            storage.offsetSize = try Self.size(&cursor, "addresses")
            storage.lengthSize = try Self.size(&cursor, "lengths")
            let flags = try cursor.byte()
            if version == 3, flags & 0b101 != 0 {
                throw cursor.unsupported("the file was not closed by the program that wrote it")
            }
        }
        let base = try cursor.definedAddress()
        let second = try cursor.address()  // version 0: free space; version 2: the superblock's extension
        let storedEnd = try cursor.definedAddress()
        // A block that was put in front moves the whole file, base address included.
        let end = storedEnd.subtractingReportingOverflow(base)
        guard !end.overflow, end.partialValue > 0 else { throw cursor.malformed("ends at \(storedEnd)") }
        guard end.partialValue <= storage.count else {
            throw cursor.error(
                .truncated,
                "the file is cut short: it had \(end.partialValue) bytes when it was written, "
                    + "there are \(storage.count)")
        }
        if version < 2 {
            guard try cursor.address() == nil else { throw cursor.unsupported("a file split into several files") }
            try cursor.skip(storage.lengthSize)
            root = try cursor.definedAddress()
        } else {
            root = try cursor.definedAddress()
            try cursor.expectChecksum()
            if let second { try Self.checkExtension(storage, at: second) }
        }
    }

    private static func field(_ cursor: inout HDF5Cursor) throws(FormatError) -> UInt8 {
        guard cursor.remaining >= 40 else { throw cursor.error(.truncated, "the file ends within the superblock") }
        return try cursor.byte()
    }

    private static func size(_ cursor: inout HDF5Cursor, _ what: String) throws(FormatError) -> Int {
        let size = Int(try cursor.byte())
        guard size == 2 || size == 4 || size == 8 else {
            throw cursor.unsupported("\(what) of \(size) bytes; 2, 4 and 8 are known")
        }
        return size
    }

    /// An extension may say that the file's structures are elsewhere than they seem.
    private static func checkExtension(_ storage: HDF5Storage, at address: Int) throws(FormatError) {
        for message in try storage.header(at: address).messages {
            switch message.type {
            case .driverInformation: throw message.body.unsupported("a file split into several files")
            case .cacheImage: throw message.body.unsupported("structures kept as an image of a cache")
            default: break
            }
        }
    }
}
