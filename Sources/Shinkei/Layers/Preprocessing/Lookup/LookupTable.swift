import Foundation

/// A vocabulary: places by key and keys by place.
struct LookupTable<Key: LookupKey> {
    let config: LookupConfig<Key>
    /// The known keys, without those that stand for others.
    let tokens: [Key]
    /// How telling each place is, with those for unknown keys; as wide as the output. For `.tfIdf`.
    let idf: [Float]
    private let places: [Key.Exact: Int]

    /// - Parameter vocabulary: The known keys, with the places for masked and unknown keys in front or without.
    /// - Throws: `LookupError` if a key comes twice, stands for others, or there are too many.
    init(_ vocabulary: [Key], idf: [Double]?, _ config: LookupConfig<Key>) throws(LookupError) {
        self.config = config
        guard !vocabulary.isEmpty else { throw LookupError("the vocabulary is empty") }
        let special =
            [Key?](repeating: config.maskToken, count: config.firstUnknown)
            + [Key?](repeating: config.oovToken, count: config.numOOVIndices)
        let hasSpecial = special.map { $0?.exact } == vocabulary.prefix(special.count).map { .some($0.exact) }
        tokens = hasSpecial ? Array(vocabulary.dropFirst(special.count)) : vocabulary
        if let most = config.maxTokens, config.firstKnown + tokens.count > most {
            throw LookupError(
                "the vocabulary has \(config.firstKnown + tokens.count) places with those for unknown keys; "
                    + "max_tokens is \(most)")
        }
        var places: [Key.Exact: Int] = [:]
        places.reserveCapacity(tokens.count)
        for (i, token) in tokens.enumerated() {
            if places.updateValue(config.firstKnown + i, forKey: token.exact) != nil {
                throw LookupError("\"\(token.text)\" comes twice in the vocabulary")
            }
        }
        for reserved in [config.maskToken, config.invert ? config.oovToken : nil] {
            if let reserved, places[reserved.exact] != nil {
                throw LookupError("\"\(reserved.text)\" stands for other keys and cannot be in the vocabulary")
            }
        }
        self.places = places
        guard config.outputMode == .tfIdf, let idf else {
            self.idf = []
            return
        }
        // A file's weights are as wide as the output, with zeros behind the vocabulary.
        let width = config.padToMaxTokens ? config.maxTokens ?? vocabulary.count : vocabulary.count
        guard idf.count == vocabulary.count || hasSpecial && idf.count == width else {
            throw LookupError("there are \(idf.count) idf weights for \(vocabulary.count) keys")
        }
        // What is not known is as telling as the average key.
        let mean = idf.reduce(0, +) / Double(idf.count)
        let all = (hasSpecial ? [] : [Double](repeating: mean, count: config.firstKnown)) + idf
        self.idf = all.map { Float($0) } + [Float](repeating: 0, count: max(width - all.count, 0))
    }

    /// The keys at all places, from the first.
    var vocabulary: [Key] {
        let unknown = config.oovToken ?? Key.unknown
        return [Key](repeating: config.maskToken ?? unknown, count: config.firstUnknown)
            + [Key](repeating: unknown, count: config.numOOVIndices) + tokens
    }

    /// The width of an encoded output.
    var width: Int { config.padToMaxTokens ? config.maxTokens ?? 0 : config.firstKnown + tokens.count }

    /// A key's place; -1 for a masked key that has none.
    func place(of key: Key) throws(LookupError) -> Int {
        if let mask = config.maskToken, mask.exact == key.exact { return config.outputMode == .int ? 0 : -1 }
        if let place = places[key.exact] { return place }
        switch config.numOOVIndices {
        case 0: throw LookupError("\"\(key.text)\" is not in the vocabulary, and num_oov_indices is 0")
        case 1: return config.firstUnknown
        case let count:
            if let number = key as? Int, config.oovMethod == .floormod {
                return config.firstUnknown + (number % count + count) % count
            }
            return config.firstUnknown + bucket(key.text, of: count, salt: config.salt)
        }
    }

    /// The key at a place; the unknown one where there is none.
    func key(at place: Int) -> Key {
        let unknown = config.oovToken ?? Key.unknown
        if let mask = config.maskToken, place == 0 { return mask }
        let index = place.subtractingReportingOverflow(config.firstKnown)
        return !index.overflow && tokens.indices.contains(index.partialValue) ? tokens[index.partialValue] : unknown
    }

    /// Finds the most frequent keys of documents; among equally frequent ones the greater first, as Keras does.
    init(adaptedTo documents: [[Key]], _ config: LookupConfig<Key>) throws(LookupError) {
        var counts: [Key.Exact: (key: Key, count: Int, documents: Int)] = [:]
        for document in documents {
            var met = Set<Key.Exact>()
            for key in document {
                let isNew = met.insert(key.exact).inserted
                counts[key.exact, default: (key, 0, 0)].count += 1
                if isNew { counts[key.exact]?.documents += 1 }
            }
        }
        for reserved in [config.maskToken, config.oovToken] {
            if let reserved { counts[reserved.exact] = nil }
        }
        var found = counts.values.sorted { $0.count != $1.count ? $0.count > $1.count : $1.key.precedes($0.key) }
        if let most = config.maxTokens { found = Array(found.prefix(max(most - config.firstKnown, 0))) }
        guard !found.isEmpty else { throw LookupError("there are no keys to learn a vocabulary from") }
        var idf: [Double]?
        if config.outputMode == .tfIdf {
            idf = found.map { log(1 + Double(documents.count) / Double(1 + $0.documents)) }
        }
        try self.init(found.map(\.key), idf: idf, config)
    }
}
