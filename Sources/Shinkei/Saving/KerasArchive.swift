import ShinkeiFormats

/// A `.keras` file: a zip archive of JSON, weights and vocabularies, each read when it is asked for.
///
/// Keras stores its members as they are, other programs may compress them. All together may not become more than
/// `Expansion.limit` allows for a file of this size.
struct KerasArchive {
    private static let config = "config.json"
    private static let weights = "model.weights.h5"

    private let zip: ZipReader
    /// The file's path.
    let name: String

    /// - Throws: `FormatError` if it is no archive, or a damaged or hostile one.
    init(_ file: any ByteSource) throws(FormatError) {
        var limits = ZipReader.Limits()
        limits.total = Expansion.limit(ofFile: file.count)
        zip = try ZipReader(file, limits: limits)
        name = file.name
    }

    /// Whether an archive has what makes it a model.
    static func isModel(_ zip: ZipReader) -> Bool { zip.member(config) != nil && zip.member(weights) != nil }

    /// The architecture, and what `compile` was given.
    ///
    /// - Throws: `ModelFileError` if there is none; `FormatError`.
    func architecture() throws -> JSON {
        guard let json = try json(Self.config) else { throw missing(Self.config) }
        guard json.object != nil else {
            throw ModelFileError("\(name): \(Self.config): expected an object, got \(json.kind)")
        }
        return json
    }

    /// The names that `save` puts into `metadata.json`. Keras keeps notes of its own there that nobody reads.
    func classNames() throws -> [String]? {
        guard let list = try json("metadata.json")?["class_names"] else { return nil }
        let names = list.array?.compactMap(\.string)
        guard let names, names.count == list.array?.count else {
            throw ModelFileError("\(name): metadata.json: class_names: expected a list of names, got \(list.kind)")
        }
        return names
    }

    /// The file of weights, which is read where it lies if it is not compressed.
    ///
    /// - Throws: `ModelFileError` if there is none; `FormatError`.
    func weightFile() throws -> HDF5File {
        guard let member = zip.member(Self.weights) else { throw missing(Self.weights) }
        return try HDF5File(try member.source(), inFileOf: zip.source.count)
    }

    /// The bytes of a text: a configuration, a vocabulary.
    ///
    /// - Returns: `nil` if there is no such member.
    /// - Throws: `FormatError` of kind `tooLarge` beyond the file's own size and 16 MB: a model of 10,000 layers has some
    ///   10 MB of configuration, a million words have as much, and as values both take many times their size.
    func text(_ member: String) throws(FormatError) -> [UInt8]? {
        try zip.member(member)?.bytes(limit: zip.source.count + 16 << 20)
    }

    private func json(_ member: String) throws -> JSON? {
        try text(member).map { try JSON(parsing: $0, name: "\(name): \(member)") }
    }

    private func missing(_ member: String) -> ModelFileError {
        ModelFileError("\(name): no Keras model: the archive has no \(member)")
    }
}
