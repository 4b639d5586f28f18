import ShinkeiCore

/// NumPy's .npz files: archives of .npy files, as `numpy.savez` and `numpy.savez_compressed` write them.
///
/// Opening reads only the table of contents; an array is read, and its checksum compared, when it is asked for. Types are
/// those of `Npy`; arrays of Python objects are refused, as there.
public struct Npz: Sendable {
    /// The arrays' names in the order of the file, without `.npy`.
    public let names: [String]
    private let archive: ZipReader
    private let members: [ExactText: String]

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most bytes that all arrays together may inflate to.
    /// - Throws: `FormatError` if it cannot be read, is no archive, or a damaged or hostile one.
    public init(_ path: String, limit: Int = 64 << 30) throws(FormatError) {
        try self.init(try FileBytes(path), limit: limit)
    }

    /// Opens an archive.
    package init(_ source: any ByteSource, limit: Int = 64 << 30) throws(FormatError) {
        var limits = ZipReader.Limits()
        limits.total = limit
        archive = try ZipReader(source, limits: limits)
        var names: [String] = []
        var members: [ExactText: String] = [:]
        let all = Set(archive.names.map { ExactText($0) })
        for member in archive.names {
            let short = member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
            // NumPy looks for the exact name first, so `a` beside `a.npy` keeps the short one.
            let name = short == member || all.contains(ExactText(short)) ? member : short
            names.append(name)
            members[ExactText(name)] = member
            members[ExactText(member)] = member
        }
        self.names = names
        self.members = members
    }

    /// Reads one array.
    ///
    /// - Parameter name: As `names` has it, or with `.npy`.
    /// - Throws: `FormatError` if there is no such array, its checksum differs, or `Npy` does not read it.
    public func read(_ name: String) throws(FormatError) -> HostArray { try Npy.read(try source(name)) }

    /// The .npy file of an array. It is read where it lies if the archive stores it uncompressed.
    package func source(_ name: String, verified: Bool = true) throws(FormatError) -> any ByteSource {
        guard let key = members[ExactText(name)], let member = archive.member(key) else {
            let held = names.prefix(10).map { printable($0, limit: 24) }.joined(separator: ", ")
            throw FormatError(
                .malformed, file: archive.source.name, format: "npz",
                reason: "no array '\(printable(name))'; there are \(held)\(names.count > 10 ? ", …" : "")")
        }
        return try member.source(verified: verified)
    }

    /// Reads all arrays of a file.
    ///
    /// - Throws: `FormatError`, as `init(_:limit:)` and `read(_:)` of a name do.
    public static func read(
        _ path: String, limit: Int = 64 << 30
    ) throws(FormatError) -> [(name: String, array: HostArray)] {
        let file = try Npz(path, limit: limit)
        var arrays: [(name: String, array: HostArray)] = []
        for name in file.names { arrays.append((name, try file.read(name))) }
        return arrays
    }

    /// Writes a file, atomically: a failure leaves an existing file as it was.
    ///
    /// Equal arrays give equal bytes. bfloat16, which NumPy lacks, is written as float32.
    ///
    /// - Parameters:
    ///   - arrays: In the order in which they are to stand in the file. `.npy` is put behind the names.
    ///   - compressed: Whether to deflate them, as `numpy.savez_compressed` does.
    /// - Throws: `FormatError` of kind `unwritable`, also for names that come twice or that an archive must not hold.
    public static func write(
        _ arrays: [(name: String, array: HostArray)], to path: String, compressed: Bool = false
    ) throws(FormatError) {
        let archive = try ZipWriter(path)
        for (name, array) in arrays {
            // The data begin at a multiple of 64 bytes, so that they can be mapped into memory and used in place.
            try archive.add(name + ".npy", pieces: Npy.pieces(array), compressed: compressed, alignment: 64)
        }
        try archive.finish()
    }
}
