/// Writes a tree as an HDF5 file that every version of the library since 1.6, h5py and Keras read.
///
/// The layout is computed first, so that the size is known before the first byte, and then bytes come in one go from
/// front to back. Equal trees give equal bytes: no time, no random number is in the file.
///
/// Groups are symbol tables, datasets contiguous and little-endian. A single text is kept in the global heap, as h5py
/// does, and can be of any length; several texts in an attribute take as many bytes each as the longest.
public struct HDF5Writer {
    /// The size of the file in bytes.
    public let count: Int

    private let structures: [UInt8]
    private let data: [(path: String, size: Int, content: HDF5Tree.Dataset.Content)]

    /// Computes the layout of a file.
    ///
    /// - Throws: `FormatError` of kind `tooLarge` if an attribute, which must fit into 64 KB, does not: Keras splits
    ///   its long lists of names. Of kind `unwritable` if a name or text contains a zero byte, or a name is empty, `.`,
    ///   or contains `/`.
    public init(_ tree: HDF5Tree) throws(FormatError) {
        var layout = HDF5WriteLayout()
        try layout.build(tree)
        structures = layout.encoder.bytes
        data = layout.data
        count = layout.count
    }

    /// Gives the file's bytes from front to back.
    ///
    /// - Parameters:
    ///   - name: What errors call the file.
    ///   - sink: Takes the next bytes.
    /// - Throws: What `sink` or a dataset's closure throws.
    /// - Precondition: Every closure gives as many bytes as its dataset's shape and type ask for.
    package func write(to sink: (UnsafeRawBufferPointer) throws(FormatError) -> Void) throws(FormatError) {
        try Self.give(structures, to: sink)
        for (path, size, content) in data {
            guard case .numbers(_, let make) = content else { continue }
            let bytes = try make()
            guard bytes.count == size else {
                fatalError("HDF5Writer: \(path) needs \(size) bytes, its closure gave \(bytes.count)")
            }
            try Self.give(bytes, to: sink)
            if size % 8 != 0 { try Self.give([UInt8](repeating: 0, count: 8 - size % 8), to: sink) }
        }
    }

    /// Writes the file, atomically: a failure leaves an existing file as it was.
    ///
    /// - Throws: `FormatError` of kind `unwritable`, or what a dataset's closure throws.
    public func write(to path: String) throws(FormatError) {
        let file = try AtomicFile(path)
        try write { (bytes) throws(FormatError) in try file.write(bytes) }
        try file.commit()
    }

    /// The file in memory.
    ///
    /// - Throws: What a dataset's closure throws.
    public func encode() throws(FormatError) -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(count)
        try write { (bytes) throws(FormatError) in all.append(contentsOf: bytes) }
        return all
    }

    private static func give(
        _ bytes: [UInt8], to sink: (UnsafeRawBufferPointer) throws(FormatError) -> Void
    ) throws(FormatError) {
        // withUnsafeBytes does not pass typed errors on in every toolchain we support.
        var failure: FormatError?
        bytes.withUnsafeBytes { buffer in
            do throws(FormatError) { try sink(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
