import ShinkeiFormats

/// What a lookup layer makes of the places in its vocabulary.
public enum LookupOutput: String, ConfigWord, Sendable {
    /// The place itself.
    case int
    /// A 1 at each place.
    case oneHot = "one_hot"
    /// A 1 at every place that occurs in the last axis.
    case multiHot = "multi_hot"
    /// How often each place occurs in the last axis.
    case count
    /// How often each place occurs in the last axis, times how telling it is.
    case tfIdf = "tf_idf"

    /// How places are encoded, before they are weighted.
    var encoding: CategoryOutput {
        switch self {
        case .int: .int
        case .oneHot: .oneHot
        case .multiHot: .multiHot
        case .count, .tfIdf: .count
        }
    }
}

/// How integers that are not in the vocabulary are spread over several places.
public enum OOVMethod: String, ConfigWord, Sendable {
    /// By the remainder.
    case floormod
    /// By a hash.
    case farmhash
}

/// What `StringLookup` and `IntegerLookup` are made from. Keras's defaults.
public struct LookupConfig<Key: LookupKey>: LayerConfig {
    /// The most places there may be, those for unknown and masked keys included.
    public var maxTokens: Int?
    /// How many places there are for unknown keys.
    public var numOOVIndices = 1
    /// The key that stands for nothing: place 0 with `.int`, else no place.
    public var maskToken: Key?
    /// What stands in the vocabulary for unknown keys.
    public var oovToken: Key? = Key.unknown
    /// The known keys; `nil` until `adapt` finds them.
    public var vocabulary: [Key]?
    /// How telling each key of the vocabulary is, for `.tfIdf`.
    public var idfWeights: [Double]?
    /// Whether keys are found for places, in place of places for keys.
    public var invert = false
    public var outputMode = LookupOutput.int
    /// Whether the output is as wide as `maxTokens`, however many keys there are.
    public var padToMaxTokens = false
    /// How many places there are, as files tell it.
    public var vocabularySize: Int?
    public var oovMethod = OOVMethod.floormod
    /// The key of the hash that spreads unknown keys.
    public var salt: HashSalt?

    public init() {}
    public static var defaults: Self { Self() }
    public static var fields: [ConfigField<Self>] {
        [
            .optional("invert", \.invert), .optional("max_tokens", \.maxTokens),
            .optional("num_oov_indices", \.numOOVIndices), .optional("oov_token", \.oovToken),
            .optional("mask_token", \.maskToken), .optional("output_mode", \.outputMode),
            .optional("pad_to_max_tokens", \.padToMaxTokens), .optional("idf_weights", \.idfWeights),
            .optional("vocabulary", \.vocabulary), .optional("vocabulary_size", \.vocabularySize),
            .optional("oov_method", \.oovMethod), .optional("salt", \.salt),
        ]
    }
    /// The only values there are: UTF-8 and `int64`; and whether there is a vocabulary, which shows.
    public static var ignored: Set<String> { ["encoding", "vocabulary_dtype", "has_input_vocabulary"] }

    public func check() throws(ConfigError) {
        if let maxTokens, maxTokens <= 1 { throw ConfigError("max_tokens: must be more than 1; got \(maxTokens)") }
        if padToMaxTokens && maxTokens == nil { throw ConfigError("pad_to_max_tokens: needs max_tokens") }
        guard (0...1 << 40).contains(numOOVIndices) else {
            throw ConfigError("num_oov_indices: must be 0 or more; got \(numOOVIndices)")
        }
        if invert && outputMode != .int {
            throw ConfigError("output_mode: must be \"int\" with invert; got \"\(outputMode.rawValue)\"")
        }
        if idfWeights != nil && outputMode != .tfIdf {
            throw ConfigError("idf_weights: are for output_mode \"tf_idf\"; got \"\(outputMode.rawValue)\"")
        }
        if outputMode == .tfIdf && vocabulary != nil && idfWeights == nil {
            throw ConfigError("idf_weights: \"tf_idf\" with a vocabulary needs them")
        }
    }

    /// The first place for unknown keys.
    var firstUnknown: Int { maskToken != nil && outputMode == .int ? 1 : 0 }
    /// The first place of a known key.
    var firstKnown: Int { firstUnknown + numOOVIndices }
}

/// Data that a lookup cannot work with.
public struct LookupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text for a person.
    public let description: String
    init(_ description: String) { self.description = description }
}
