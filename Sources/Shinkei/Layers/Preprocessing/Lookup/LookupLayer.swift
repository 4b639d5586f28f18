public import ShinkeiCore

/// What `StringLookup` and `IntegerLookup` share: places of keys in a vocabulary.
///
/// Places: with a mask token and `.int`, 0 for masked; then those for unknown keys; then the vocabulary.
public class LookupLayer<Key: LookupKey>: Layer, VocabularyLayer {
    /// Everything needed to rebuild the layer.
    public typealias Config = LookupConfig<Key>
    /// What the layer was made from. `vocabularySize` is kept up to date; a vocabulary that was learnt is not in it.
    public private(set) var config: Config
    /// The vocabulary; `nil` until there is one.
    private(set) var table: LookupTable<Key>?

    /// - Precondition: The configuration makes sense.
    public required init(_ config: Config, name: String? = nil) {
        config.trapIfWrong(Self.className)
        self.config = config
        super.init(name: name)
        guard let vocabulary = config.vocabulary else { return }
        setTable { () throws(LookupError) in try LookupTable(vocabulary, idf: config.idfWeights, config) }
    }

    /// - Parameters:
    ///   - vocabulary: The known keys, the special ones in front or left out; or call `adapt`.
    ///   - maxTokens: The most places there may be.
    ///   - numOOVIndices: How many places there are for unknown keys.
    ///   - maskToken: The key that stands for nothing.
    ///   - idfWeights: How telling each key is, for `.tfIdf`.
    /// - Precondition: No key comes twice; there are no more than `maxTokens` allows.
    public convenience init(
        vocabulary: [Key]? = nil, maxTokens: Int? = nil, numOOVIndices: Int = 1, maskToken: Key? = nil,
        oovToken: Key = Key.unknown, idfWeights: [Double]? = nil, invert: Bool = false, outputMode: LookupOutput = .int,
        padToMaxTokens: Bool = false, oovMethod: OOVMethod = .floormod, salt: HashSalt? = nil, name: String? = nil
    ) {
        var config = Config()
        config.vocabulary = vocabulary
        config.maxTokens = maxTokens
        config.numOOVIndices = numOOVIndices
        config.maskToken = maskToken
        config.oovToken = oovToken
        config.idfWeights = idfWeights
        config.invert = invert
        config.outputMode = outputMode
        config.padToMaxTokens = padToMaxTokens
        config.oovMethod = oovMethod
        config.salt = salt
        self.init(config, name: name)
    }

    override class var isBuiltFromStart: Bool { true }

    // MARK: The vocabulary

    private func setTable(_ make: () throws(LookupError) -> LookupTable<Key>) {
        do throws(LookupError) {
            let table = try make()
            self.table = table
            config.vocabularySize = config.firstKnown + table.tokens.count
        } catch { trap("\(name): \(error.description)") }
    }

    /// Learns the vocabulary, the most frequent keys first; with `.tfIdf` also how telling each is.
    ///
    /// - Parameter documents: Keys that stand together, which matters to `.tfIdf` only.
    /// - Precondition: The layer was made without a vocabulary; there is a key that is not special.
    public func adapt(_ documents: [[Key]]) {
        if config.vocabulary != nil { trap("\(name): was made with a vocabulary; adapt is for layers without") }
        setTable { () throws(LookupError) in try LookupTable(adaptedTo: documents, config) }
    }

    /// Learns the vocabulary from keys, each a document of its own.
    public func adapt(_ keys: [Key]) { adapt(keys.map { [$0] }) }

    /// Sets the vocabulary, the special keys in front or left out.
    ///
    /// - Throws: `LookupError` if a key comes twice or there are too many.
    public func setVocabulary(_ vocabulary: [Key], idfWeights: [Double]? = nil) throws(LookupError) {
        let table = try LookupTable(vocabulary, idf: idfWeights, config)
        self.table = table
        config.vocabularySize = config.firstKnown + table.tokens.count
    }

    /// The keys at all places, the special ones first; empty until there is a vocabulary.
    public var vocabulary: [Key] { table?.vocabulary ?? [] }

    private var known: LookupTable<Key> {
        guard let table else { trap("\(name): has no vocabulary yet: call adapt, or give it one") }
        return table
    }

    var needsVocabulary: Bool { table == nil }
    var innerFolders: [String] { [] }
    var idfWeights: [Float] { table?.idf ?? [] }
    var vocabularyLines: [String]? { config.vocabulary == nil ? table?.vocabulary.map(\.text) : nil }
    func setVocabulary(lines: [String], idf: [Double]?) throws(LookupError) {
        var keys: [Key] = []
        for (i, line) in lines.enumerated() {
            guard let key = Key(text: line) else { throw LookupError("line \(i + 1) is no integer: \"\(line)\"") }
            keys.append(key)
        }
        try setVocabulary(keys, idfWeights: idf)
    }

    // MARK: Lookup

    /// Places of keys, encoded: `[n]` with `.int`, `[n, width]` with `.oneHot`, else `[width]`.
    ///
    /// - Throws: `LookupError` for an unknown key if there is no place for such.
    public func callAsFunction(_ keys: [Key]) throws(LookupError) -> Tensor {
        let table = known
        var places: [Int] = []
        for key in keys { places.append(try table.place(of: key)) }
        return encode(Tensor(places, shape: [keys.count], dtype: .int64), table)
    }

    /// Places of rows of equally many keys, encoded: `[rows, n]` with `.int`, `[rows, n, width]` with `.oneHot` (`[rows, width]` of
    /// one key), else `[rows, width]`.
    ///
    /// - Throws: `LookupError` for an unknown key if there is no place for such, and for rows of different lengths.
    public func callAsFunction(_ rows: [[Key]]) throws(LookupError) -> Tensor {
        let width = rows.first?.count ?? 0
        if let other = rows.first(where: { $0.count != width }) {
            throw LookupError("rows must have equally many keys; got \(width) and \(other.count)")
        }
        return try encoded(rows, width: width, filler: 0)
    }

    /// Places of rows of any length: shorter ones are filled up, longer ones cut off.
    func encoded(_ rows: [[Key]], width: Int, filler: Int) throws(LookupError) -> Tensor {
        let table = known
        var places: [Int] = []
        places.reserveCapacity(rows.count * width)
        for row in rows {
            for key in row.prefix(width) { places.append(try table.place(of: key)) }
            places += [Int](repeating: filler, count: max(width - row.count, 0))
        }
        return encode(Tensor(places, shape: [rows.count, width], dtype: .int64), table)
    }

    /// The keys at these places. Keras: a call with `invert`.
    public func keys(at places: [Int]) -> [Key] {
        let table = known
        return places.map { table.key(at: $0) }
    }

    final func encode(_ places: Tensor, _ table: LookupTable<Key>) -> Tensor {
        guard config.outputMode == .tfIdf else {
            return config.outputMode.encoding.encode(places, categories: table.width, dtype: .int64)
        }
        if table.idf.isEmpty { trap("\(name): tf_idf needs idf weights with the vocabulary") }
        return CategoryOutput.count.encode(places, categories: table.width, dtype: .float32)
            * Tensor(table.idf, shape: [table.idf.count])
    }

    // MARK: As a layer of a model

    /// The shape that lookups of keys of this shape have.
    public func encodedShape(_ keys: SymbolicShape) throws(LayerError) -> SymbolicShape {
        if config.invert { throw LayerError(self, "looks up keys outside of models only", inputs: [keys]) }
        guard config.outputMode != .int else { return keys }
        guard let width = config.padToMaxTokens ? config.maxTokens : config.vocabularySize else {
            throw LayerError(self, "has no vocabulary yet: call adapt, or give it one", inputs: [keys])
        }
        return try config.outputMode.encoding.shape(keys, categories: width, of: self)
    }

    /// The type of what is made.
    public var encodedType: DType { config.outputMode == .tfIdf ? .float32 : .int64 }
}

/// Places of strings in a vocabulary.
///
/// Input: `[String]` or `[[String]]`, see `StringLayer` for what it is in a model. Output: see `callAsFunction`; `int64`, with `.tfIdf`
/// `float32`. Strings are compared byte by byte, unknown ones are spread over several places by FarmHash or, with a salt,
/// SipHash, as in Keras.
/// Keras: `keras.layers.StringLookup`. Same defaults, no sparse outputs.
public final class StringLookup: LookupLayer<String>, ConfiguredLayer, StringLayer {
    /// Strings do not come in tensors.
    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        trap(needsStrings(SymbolicShape(x.shape)).description)
    }
    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        throw needsStrings(input)
    }
    override func outputTypes(_ inputs: [DType]) -> [DType] { [encodedType] }
}

/// Places of integers in a vocabulary.
///
/// Input: `[Int]`, `[[Int]]`, or in a model a tensor of integers, of any shape. Output: see `callAsFunction`; `int64`, with `.tfIdf`
/// `float32`. In a model every element is compared with the whole vocabulary: for some thousands of keys, not for millions.
/// Unknown integers that are to be spread by a hash with a salt are looked up outside of models only.
/// Keras: `keras.layers.IntegerLookup`. Same defaults, no sparse outputs.
public final class IntegerLookup: LookupLayer<Int>, ConfiguredLayer {
    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        guard let table else { trap("\(name): has no vocabulary yet: call adapt, or give it one") }
        let x = input.cast(to: .int64)
        func int(_ value: Int) -> Tensor { Tensor(Int64(value)) }
        let count = table.tokens.count
        let keys = Tensor(table.tokens, shape: [count], dtype: .int64)
        let places = Tensor((0..<count).map { config.firstKnown + $0 }, shape: [count], dtype: .int64)
        // One more than the place, so that 0 says that there is none.
        let found = Tensor.where(x.expanded(-1) .== keys, places + int(1), int(0)).sum(axis: -1)
        let spread = config.numOOVIndices
        var unknown = int(config.firstUnknown)
        if spread > 1 {
            let rest = config.oovMethod == .farmhash ? DecimalHash.bucket(x, of: spread) : x % int(spread)
            unknown = rest + unknown
        }
        var result = Tensor.where(found .== int(0), spread == 0 ? int(-1) : unknown, found - int(1))
        if let mask = config.maskToken {
            result = Tensor.where(x .== int(mask), int(config.outputMode == .int ? 0 : -1), result)
        }
        return encode(result, table)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        if config.numOOVIndices > 1 && config.oovMethod == .farmhash && config.salt != nil {
            throw LayerError(self, "looks up by hash with a salt outside of models only", inputs: [input])
        }
        return try encodedShape(input)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { [encodedType] }
}
