/// An HDF5 file, opened for reading.
///
/// It covers what Keras (1 to 3), tf.keras and h5py write, with any `libver`: superblocks 0 to 3, also behind a user
/// block; groups in symbol tables, in messages and in heaps; soft links; attributes of numbers and text; datasets that
/// are compact, contiguous or chunked with any index; deflate, shuffle and fletcher32; integers of 8 to 64 bits,
/// floats of 16, 32 and 64 bits, bfloat16, bool, enumerations, and text of fixed and variable length, in either byte
/// order. Checksums are verified. Everything else is named in a `FormatError` of kind `unsupported`, never misread:
/// compound and array types, references, other filters, external links and storage, virtual datasets, shared message
/// heaps. Listing groups and asking datasets for their type works for these as well.
///
/// Opening reads the root group only. What a file says about sizes is believed only as far as the file's real size
/// bears it out: structures may lead to 8 times its bytes (and 1 MB), elements may take what `Expansion.limit` allows.
///
/// Source: "HDF5 File Format Specification Version 3.0", The HDF Group.
///
/// - Note: Use one value from one task; open the file twice to read it in two.
public struct HDF5File {
    /// The group that everything is in.
    public let root: HDF5Group

    /// Whether bytes begin as an HDF5 file does. A user block may come before, so `false` does not say that it is none.
    public static func isHDF5(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: HDF5Superblock.signature) }

    /// Opens a file.
    ///
    /// - Throws: `FormatError`: `unreadable`; `notThisFormat` without HDF5's signature; `truncated` if the file was
    ///   longer when it was written; `malformed` or `unsupported`.
    public init(path: String) throws(FormatError) {
        try self.init(try FileBytes(path))
    }

    /// Opens a file within bytes in memory.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - name: What errors call it.
    /// - Throws: `FormatError`, as `init(path:)` does.
    public init(_ bytes: [UInt8], name: String = "data") throws(FormatError) {
        try self.init(MemoryBytes(bytes, name: name))
    }

    /// Opens a file that any source holds, for example a member of an archive.
    ///
    /// - Parameter fileSize: The bytes of the file that the source lies in, if they are others: limits follow the file.
    /// - Throws: `FormatError`, as `init(path:)` does.
    package init(_ source: any ByteSource, inFileOf fileSize: Int? = nil) throws(FormatError) {
        try self.init(source, fileSize: fileSize ?? source.count, comparesChecksums: true)
    }

    init(_ source: any ByteSource, fileSize: Int, comparesChecksums: Bool) throws(FormatError) {
        let start = try HDF5Superblock.find(in: source)
        let storage = HDF5Storage(source, start: start, fileSize: fileSize, comparesChecksums: comparesChecksums)
        root = try storage.reading("/") { () throws(FormatError) in
            let header = try storage.header(at: try HDF5Superblock(storage).root)
            return try HDF5Group(try HDF5ObjectParts(storage, "/", header), ancestors: [])
        }
    }
}
