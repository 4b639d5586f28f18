public import ShinkeiCore
import ShinkeiData
import ShinkeiFormats

/// What is done to a text before it is cut.
public enum TextStandardization: String, ConfigWord, Sendable {
    /// ASCII letters become small, ASCII punctuation goes.
    case lowerAndStripPunctuation = "lower_and_strip_punctuation"
    case lower
    case stripPunctuation = "strip_punctuation"

    var cleaning: TextCleaning {
        TextCleaning(isLowered: self != .stripPunctuation, isStripped: self != .lower)
    }
}

/// Where a text is cut.
public enum TextSplit: String, ConfigWord, Sendable {
    /// At ASCII white space.
    case whitespace
    /// Between all characters (Unicode scalars).
    case character
}

/// The lengths of runs of tokens that count as tokens: all up to a number, or those that are listed.
public struct NGrams: ConfigValue, Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    let widths: [Int]
    private let isUpTo: Bool
    private init(_ widths: [Int], isUpTo: Bool) { (self.widths, self.isUpTo) = (widths, isUpTo) }
    public init(integerLiteral most: Int) { self.init(most > 0 ? Array(1...most) : [], isUpTo: true) }
    public init(arrayLiteral widths: Int...) { self.init(widths, isUpTo: false) }
    public init(config: JSON) throws(ConfigError) {
        if let most = config.int {
            // A run is no longer than a text; this is far above what anyone uses.
            guard (1...10_000).contains(most) else { throw expected("a number of tokens", config) }
            self.init(integerLiteral: most)
        } else {
            self.init(try [Int](config: config), isUpTo: false)
        }
    }
    public var config: JSON { isUpTo ? .int(widths.count) : widths.config }
}

/// Texts as places of their words in a vocabulary.
///
/// Input: `[String]`, see `StringLayer` for what it is in a model. Output: `[texts, words]` with `.int`, filled up with 0 to the longest
/// text or to `outputSequenceLength`, at which longer ones are cut off; else `[texts, width]`. `int64`, with `.tfIdf` `float32`.
/// Places: with `.int` 0 for no word and 1 for unknown ones, else 0 for unknown ones; then the vocabulary.
/// Only ASCII letters are made small, and only ASCII punctuation and white space are seen, as in Keras: for languages without
/// spaces, cut texts into words before, or use `.character`.
/// Keras: `keras.layers.TextVectorization`. Same defaults, no ragged or sparse outputs, no functions as steps.
public final class TextVectorization: Layer, ConfiguredLayer, StringLayer, VocabularyLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The most places there may be, those for no word and unknown words included.
        public var maxTokens: Int?
        /// What is done to a text before it is cut; `nil` leaves it as it is.
        public var standardize: TextStandardization? = .lowerAndStripPunctuation
        /// Where a text is cut; `nil` takes it as one token.
        public var split: TextSplit? = .whitespace
        /// Which runs of tokens count as tokens; `nil` for none but single ones.
        public var ngrams: NGrams?
        public var outputMode = LookupOutput.int
        /// How many places are given for each text, with `.int`.
        public var outputSequenceLength: Int?
        /// Whether the output is as wide as `maxTokens`, however many words there are.
        public var padToMaxTokens = false
        /// The known words; `nil` until `adapt` finds them.
        public var vocabulary: [String]?
        /// How telling each word is, for `.tfIdf`.
        public var idfWeights: [Double]?
        /// How many places there are, as files tell it.
        public var vocabularySize: Int?

        public init() {}
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("max_tokens", \.maxTokens), .optional("standardize", \.standardize), .optional("split", \.split),
            .optional("ngrams", \.ngrams), .optional("output_mode", \.outputMode),
            .optional("output_sequence_length", \.outputSequenceLength),
            .optional("pad_to_max_tokens", \.padToMaxTokens), .optional("vocabulary", \.vocabulary),
            .optional("idf_weights", \.idfWeights), .optional("vocabulary_size", \.vocabularySize),
        ]
        /// UTF-8 is the only encoding there is.
        public static let ignored: Set<String> = ["encoding", "has_input_vocabulary"]
        public func check() throws(ConfigError) {
            if let length = outputSequenceLength {
                guard outputMode == .int else {
                    throw ConfigError("output_sequence_length: is for output_mode \"int\"")
                }
                guard (0...1 << 40).contains(length) else {
                    throw ConfigError("output_sequence_length: must be a length; got \(length)")
                }
            }
            if outputMode == .oneHot { throw ConfigError("output_mode: texts have no \"one_hot\"; use \"multi_hot\"") }
            if let ngrams, ngrams.widths.isEmpty || ngrams.widths.contains(where: { $0 < 1 }) {
                throw ConfigError("ngrams: must be lengths from 1; got \(ngrams.widths)")
            }
            try lookup.check()
        }

        var lookup: LookupConfig<String> {
            var config = LookupConfig<String>()
            config.maskToken = ""
            config.maxTokens = maxTokens
            config.outputMode = outputMode
            config.padToMaxTokens = padToMaxTokens
            config.vocabulary = vocabulary
            config.idfWeights = idfWeights
            config.vocabularySize = vocabularySize
            return config
        }
    }
    private let given: Config
    private let lookup: StringLookup

    /// What the layer was made from. `vocabularySize` is kept up to date; a vocabulary that was learnt is not in it.
    public var config: Config {
        var config = given
        config.vocabularySize = lookup.config.vocabularySize
        return config
    }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("TextVectorization")
        given = config
        lookup = StringLookup(config.lookup, name: "string_lookup")
        super.init(name: name)
    }

    /// - Parameters:
    ///   - maxTokens: The most places there may be.
    ///   - vocabulary: The known words; or call `adapt`.
    public convenience init(
        maxTokens: Int? = nil, standardize: TextStandardization? = .lowerAndStripPunctuation,
        split: TextSplit? = .whitespace, ngrams: NGrams? = nil, outputMode: LookupOutput = .int,
        outputSequenceLength: Int? = nil, padToMaxTokens: Bool = false, vocabulary: [String]? = nil,
        idfWeights: [Double]? = nil, name: String? = nil
    ) {
        var config = Config()
        config.maxTokens = maxTokens
        config.standardize = standardize
        config.split = split
        config.ngrams = ngrams
        config.outputMode = outputMode
        config.outputSequenceLength = outputSequenceLength
        config.padToMaxTokens = padToMaxTokens
        config.vocabulary = vocabulary
        config.idfWeights = idfWeights
        self.init(config, name: name)
    }

    override class var isBuiltFromStart: Bool { true }

    /// The tokens of a text, as they are looked up.
    public func tokens(_ text: String) -> [String] {
        let clean = given.standardize.map { $0.cleaning(text) } ?? text
        let tokens =
            switch given.split {
            case .whitespace: TextTokens.words(clean)
            case .character: TextTokens.characters(clean)
            case nil: [clean]
            }
        return given.ngrams.map { TextTokens.runs(tokens, widths: $0.widths) } ?? tokens
    }

    /// Learns the vocabulary of texts, the most frequent words first.
    ///
    /// - Precondition: The layer was made without a vocabulary; there is a word.
    public func adapt(_ texts: [String]) { lookup.adapt(texts.map(tokens)) }

    /// Sets the vocabulary, the special words in front or left out.
    ///
    /// - Throws: `LookupError` if a word comes twice or there are too many.
    public func setVocabulary(_ vocabulary: [String], idfWeights: [Double]? = nil) throws(LookupError) {
        try lookup.setVocabulary(vocabulary, idfWeights: idfWeights)
    }

    /// The words at all places, the special ones first; empty until there is a vocabulary.
    public var vocabulary: [String] { lookup.vocabulary }

    /// The places of the words of texts.
    public func callAsFunction(_ texts: [String]) -> Tensor {
        let rows = texts.map(tokens)
        let isInt = given.outputMode == .int
        let width = given.outputSequenceLength ?? rows.map(\.count).max() ?? 0
        do throws(LookupError) {
            return try lookup.encoded(rows, width: width, filler: isInt ? 0 : -1)
        } catch { trap("\(name): \(error.description)") }
    }

    /// The same for texts in a column: rows of one text each.
    ///
    /// - Throws: `LookupError` for a row that is not one text.
    public func callAsFunction(_ rows: [[String]]) throws(LookupError) -> Tensor {
        if let row = rows.first(where: { $0.count != 1 }) {
            throw LookupError("\(name): takes one text a row; got \(row.count)")
        }
        return self(rows.map { $0[0] })
    }

    // MARK: As a layer of a model, and in files

    public func encodedShape(_ strings: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard strings.rank == 1 || strings.rank == 2 && strings[1] == 1 else {
            throw LayerError(self, "takes one text a row, [batch] or [batch, 1]", inputs: [strings])
        }
        if given.outputMode == .int { return [strings[0], given.outputSequenceLength] }
        return try lookup.encodedShape([strings[0], nil])
    }
    public var encodedType: DType { lookup.encodedType }

    /// Strings do not come in tensors.
    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        trap(needsStrings(SymbolicShape(x.shape)).description)
    }
    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        throw needsStrings(input)
    }
    override func outputTypes(_ inputs: [DType]) -> [DType] { [encodedType] }

    var needsVocabulary: Bool { lookup.needsVocabulary }
    var vocabularyLines: [String]? { lookup.vocabularyLines }
    var idfWeights: [Float] { lookup.idfWeights }
    var innerFolders: [String] { ["/_lookup_layer"] }
    func setVocabulary(lines: [String], idf: [Double]?) throws(LookupError) {
        try lookup.setVocabulary(lines: lines, idf: idf)
    }
}
