public import ShinkeiCore
public import ShinkeiFormats

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Numbers the words of texts by how often they occur, and turns texts into lists of numbers or rows of a matrix.
///
/// ```swift
/// var tokenizer = Tokenizer(numWords: 10_000)
/// tokenizer.fit(on: texts)
/// let x = padSequences(tokenizer.sequences(of: texts), maxLength: 200)
/// ```
///
/// Number 0 is kept for padding; the most frequent word has number 1, of equally frequent ones the first to occur.
///
/// Japanese, Chinese and Thai are written without spaces, so that by default a whole sentence would be one word; a warning says
/// so. `segmentation: .japanese` or `.characters` does not need spaces.
///
/// Keras: `keras.preprocessing.text.Tokenizer`. Same defaults, same results.
public struct Tokenizer: Sendable {
    /// How a text is cut into words.
    public enum Segmentation: Sendable {
        /// At `split`, after the characters of `filters` have been replaced by it. Keras's default.
        case words
        /// Every character (Unicode scalar) is a word; nothing is filtered. Keras: `char_level`.
        case characters
        /// As words, but runs of Japanese and Chinese letters are cut further by `JapaneseSegmenter`.
        case japanese
    }

    /// What Keras filters out: punctuation, tabs and line ends, but not the apostrophe.
    public static let standardFilters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n"

    /// Only words with a number below this are used: the `numWords - 1` most frequent ones. `nil`: all.
    public let numWords: Int?
    public let filters: String
    public let lower: Bool
    public let split: String
    public let segmentation: Segmentation
    /// The word that stands for unknown ones, with number 1; without it they are left out.
    public let oovToken: String?

    /// How often each word has occurred, in the order in which they first did.
    public var wordCounts: [(word: String, count: Int)] { order.map { ($0.text, counts[$0] ?? 0) } }
    /// In how many texts each word has occurred.
    public var wordDocs: [String: Int] { plain(documents) }
    /// The number of each word, from 1.
    public var wordIndex: [String: Int] { plain(index) }
    /// The number of a word.
    public func index(of word: String) -> Int? { index[ExactText(word)] }
    /// The word with a number.
    public func word(_ index: Int) -> String? { words.indices.contains(index - 1) ? words[index - 1].text : nil }
    /// The words from number 1 on.
    public var vocabulary: [String] { words.map(\.text) }
    /// How many texts have been seen.
    public private(set) var documentCount = 0
    /// Where warnings go: standard error, unless replaced.
    public var warn: @Sendable (String) -> Void = writeWarning

    private var order: [ExactText] = []
    private var counts: [ExactText: Int] = [:]
    private var documents: [ExactText: Int] = [:]
    private var index: [ExactText: Int] = [:]
    private var words: [ExactText] = []
    private let splitter: WordSplitter

    public init(
        numWords: Int? = nil, filters: String = Tokenizer.standardFilters, lower: Bool = true, split: String = " ",
        segmentation: Segmentation = .words, oovToken: String? = nil
    ) {
        guard !split.isEmpty else { trap("Tokenizer: split must not be empty") }
        self.numWords = numWords
        self.filters = filters
        self.lower = lower
        self.split = split
        self.segmentation = segmentation
        self.oovToken = oovToken
        splitter = WordSplitter(filters: filters, lower: lower, split: split)
    }

    private func plain(_ table: [ExactText: Int]) -> [String: Int] {
        Dictionary(table.map { ($0.key.text, $0.value) }) { first, _ in first }
    }

    /// The words of a text.
    public func words(of text: String) -> [String] {
        switch segmentation {
        case .words: splitter.words(text)
        case .characters: (lower ? lowercased(text) : text).unicodeScalars.map { String($0) }
        case .japanese: splitter.words(text).flatMap { JapaneseSegmenter.standard.words(of: $0) }
        }
    }

    /// Counts the words of texts and numbers them. May be called again with more texts.
    ///
    /// Keras: `fit_on_texts`.
    public mutating func fit(on texts: some Sequence<String>) {
        var (seen, single) = (0, 0)
        for text in texts {
            let words = words(of: text)
            seen += 1
            if words.count == 1, segmentation == .words, Script.isWrittenWithoutSpaces(words[0]) { single += 1 }
            count(words)
        }
        if single * 2 > seen {
            warn(
                "Tokenizer: \(single) of \(seen) texts became one word each: their script has no spaces; use segmentation: "
                    + ".japanese or .characters")
        }
        number()
    }

    /// Counts words that have been cut already, a list for each text.
    public mutating func fit(onWords texts: some Sequence<[String]>) {
        for words in texts { count(lower ? words.map(lowercased) : words) }
        number()
    }

    private mutating func count(_ words: [String]) {
        documentCount += 1
        var inText = Set<ExactText>()
        for word in words {
            let key = ExactText(word)
            if let count = counts[key] {
                counts[key] = count + 1
            } else {
                counts[key] = 1
                order.append(key)
            }
            if inText.insert(key).inserted { documents[key, default: 0] += 1 }
        }
    }

    private mutating func number() {
        // Swift's sort keeps equal ones in order, but does not promise to.
        let sorted = order.enumerated().map { (place: $0.offset, word: $0.element, count: counts[$0.element] ?? 0) }
            .sorted { ($1.count, $0.place) < ($0.count, $1.place) }
        words = (oovToken.map { [ExactText($0)] } ?? []) + sorted.map(\.word)
        index = [:]
        index.reserveCapacity(words.count)
        // A word that is the OOV token too has the later number, as in Keras.
        for (place, word) in words.enumerated() { index[word] = place + 1 }
    }

    /// The numbers of the words of each text. Unknown and rarer words become the OOV token's number, or are left out.
    ///
    /// Keras: `texts_to_sequences`.
    public func sequences(of texts: some Sequence<String>) -> [[Int]] {
        var isWarned = false
        return texts.map { text in
            let sequence = numbers(words(of: text))
            if sequence.isEmpty, !isWarned, !words.isEmpty, segmentation == .words, Script.isWrittenWithoutSpaces(text)
            {
                isWarned = true
                warn(
                    "Tokenizer: nothing of \"\(text.prefix(20))\" is known: its script has no spaces; use segmentation: "
                        + ".japanese or .characters")
            }
            return sequence
        }
    }

    /// The numbers of words that have been cut already.
    public func sequences(ofWords texts: some Sequence<[String]>) -> [[Int]] {
        texts.map { numbers(lower ? $0.map(lowercased) : $0) }
    }

    private func numbers(_ words: [String]) -> [Int] {
        let unknown = oovToken.flatMap { index[ExactText($0)] }
        var numbers: [Int] = []
        numbers.reserveCapacity(words.count)
        for word in words {
            if let number = index[ExactText(word)], isUsed(number) {
                numbers.append(number)
            } else if let unknown {
                numbers.append(unknown)
            }
        }
        return numbers
    }

    private func isUsed(_ number: Int) -> Bool { numWords.map { $0 == 0 || number < $0 } ?? true }

    /// The words of numbers, with spaces between.
    ///
    /// Keras: `sequences_to_texts`.
    public func texts(of sequences: some Sequence<[Int]>) -> [String] {
        sequences.map { sequence in
            sequence.compactMap { number in
                if let word = word(number), isUsed(number) { return word }
                return oovToken
            }.joined(separator: " ")
        }
    }

    /// What a matrix says of a word in a text.
    public enum MatrixMode: String, Sendable, CaseIterable {
        /// 1 if it occurs.
        case binary
        /// How often it occurs.
        case count
        /// How often, divided by the text's number of words.
        case freq
        /// `(1 + ln count) · ln(1 + texts / (1 + texts with the word))`.
        case tfidf
    }

    /// A row for each text, a column for each number of a word; column 0 is empty.
    ///
    /// - Precondition: The tokenizer has seen texts, or `numWords` is given.
    ///
    /// Keras: `texts_to_matrix`.
    public func matrix(of texts: some Sequence<String>, mode: MatrixMode = .binary) -> Tensor {
        matrix(ofSequences: sequences(of: texts), mode: mode)
    }

    /// A row for each list of numbers. Keras: `sequences_to_matrix`.
    public func matrix(ofSequences sequences: [[Int]], mode: MatrixMode = .binary) -> Tensor {
        guard let columns = numWords.flatMap({ $0 == 0 ? nil : $0 }) ?? (words.isEmpty ? nil : words.count + 1) else {
            trap("Tokenizer: matrix needs numWords, or texts to have been seen")
        }
        if mode == .tfidf && documentCount == 0 { trap("Tokenizer: tfidf needs texts to have been seen") }
        var values = [Double](repeating: 0, count: sequences.count * columns)
        for (row, sequence) in sequences.enumerated() {
            var counts: [Int: Int] = [:]
            for number in sequence where number < columns { counts[number, default: 0] += 1 }
            for (number, count) in counts {
                guard number >= 0 else { trap("Tokenizer: a word's number is at least 0; got \(number)") }
                let c = Double(count)
                let value: Double
                switch mode {
                case .binary: value = 1
                case .count: value = c
                case .freq: value = c / Double(sequence.count)
                case .tfidf:
                    let with = word(number).flatMap { documents[ExactText($0)] } ?? 0
                    value = (1 + log(c)) * log(1 + Double(documentCount) / Double(1 + with))
                }
                values[row * columns + number] = value
            }
        }
        return Tensor(values, shape: [sequences.count, columns], dtype: .float64)
    }

    // MARK: Files

    /// The tokenizer as Keras's `to_json` writes it.
    public func json() -> JSON {
        func object(_ members: [(String, Int)]) -> JSON {
            .string(JSON.object(JSON.Object(members.map { ($0.0, JSON.int($0.1)) })).text())
        }
        let numbered = words.enumerated().map { ($0.element.text, $0.offset + 1) }
        let docs = order.map { ($0.text, documents[$0] ?? 0) }
        let indexDocs = order.compactMap { word in index[word].map { (String($0), documents[word] ?? 0) } }
        let indexWord = JSON.object(JSON.Object(numbered.map { (String($0.1), JSON.string($0.0)) })).text()
        return [
            "class_name": "Tokenizer",
            "config": [
                "num_words": numWords.map { .int($0) } ?? .null, "filters": .string(filters), "lower": .bool(lower),
                "split": .string(split), "char_level": .bool(segmentation == .characters),
                "oov_token": oovToken.map { .string($0) } ?? .null, "document_count": .int(documentCount),
                "word_counts": object(order.map { ($0.text, counts[$0] ?? 0) }), "word_docs": object(docs),
                "index_docs": object(indexDocs), "index_word": .string(indexWord), "word_index": object(numbered),
            ],
        ]
    }

    /// The tokenizer that Keras's `to_json`, or `json()`, wrote. It says nothing of Japanese segmentation, which must be given.
    ///
    /// - Throws: `DataError` if it is something else.
    ///
    /// Keras: `keras.preprocessing.text.tokenizer_from_json`.
    public init(json: JSON, segmentation: Segmentation? = nil) throws {
        guard let config = json["config"]?.object else {
            throw DataError(source: "tokenizer", reason: "expected an object with \"config\"")
        }
        func table(_ key: String) throws -> [(String, Int)] {
            guard let text = config[key]?.string else {
                throw DataError(source: "tokenizer", reason: "\"\(key)\" is missing")
            }
            guard let members = try JSON(parsing: Array(text.utf8), name: "tokenizer: \(key)").object else {
                throw DataError(source: "tokenizer", reason: "\"\(key)\" is no object")
            }
            return try members.map { member in
                guard let number = member.value.int else {
                    throw DataError(source: "tokenizer", reason: "\"\(key)\": expected whole numbers")
                }
                return (member.key, number)
            }
        }
        self.init(
            numWords: config["num_words"]?.int, filters: config["filters"]?.string ?? Tokenizer.standardFilters,
            lower: config["lower"]?.bool ?? true, split: config["split"]?.string ?? " ",
            segmentation: segmentation ?? (config["char_level"]?.bool == true ? .characters : .words),
            oovToken: config["oov_token"]?.string)
        documentCount = config["document_count"]?.int ?? 0
        for (word, count) in try table("word_counts") {
            order.append(ExactText(word))
            counts[ExactText(word)] = count
        }
        for (word, count) in try table("word_docs") { documents[ExactText(word)] = count }
        let numbered = try table("word_index").sorted { $0.1 < $1.1 }
        guard numbered.enumerated().allSatisfy({ $0.element.1 >= 1 && $0.element.1 >= $0.offset + 1 }),
            (numbered.last?.1 ?? 0) <= numbered.count + 1
        else { throw DataError(source: "tokenizer", reason: "\"word_index\": expected numbers from 1 on") }
        words = numbered.map { ExactText($0.0) }
        for (word, number) in numbered { index[ExactText(word)] = number }
    }
}

/// Writes a line to standard error.
let writeWarning: @Sendable (String) -> Void = { text in
    let line = Array("warning: \(text)\n".utf8)
    _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}
