import FoundationEssentials
import ShinkeiCore
import ShinkeiFormats
import Synchronization
import Testing

@testable import ShinkeiData

/// Against Keras's own results, made by Tools/reference/make_data_golden.py.
@Suite struct TextTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/data").path
    static let golden: JSON = {
        do {
            return try JSON(
                parsing: Array(Data(contentsOf: URL(filePath: folder + "/golden.json"))), name: "golden.json")
        } catch { fatalError("\(error)") }
    }()
    static func lists(_ json: JSON?) -> [[Int]] { (json?.array ?? []).map { ($0.array ?? []).compactMap(\.int) } }
    static func texts(_ json: JSON?) -> [String] { (json?.array ?? []).compactMap(\.string) }

    @Test(arguments: 0..<12)
    func `Tokenizer gives Keras's results`(number: Int) throws {
        let golden = try #require(Self.golden["tokenizer"]?[number])
        let options = golden["options"]
        var tokenizer = Tokenizer(
            numWords: options?["num_words"]?.int, filters: options?["filters"]?.string ?? Tokenizer.standardFilters,
            lower: options?["lower"]?.bool ?? true, split: options?["split"]?.string ?? " ",
            segmentation: options?["char_level"]?.bool == true ? .characters : .words,
            oovToken: options?["oov_token"]?.string)
        tokenizer.warn = { _ in }
        let (texts, new) = (Self.texts(golden["texts"]), Self.texts(golden["new"]))
        tokenizer.fit(on: texts)
        #expect(tokenizer.vocabulary.map { Array($0.utf8) } == Self.texts(golden["words"]).map { Array($0.utf8) })
        let sequences = tokenizer.sequences(of: texts + new)
        #expect(sequences == Self.lists(golden["sequences"]))
        #expect(tokenizer.texts(of: sequences) == Self.texts(golden["back"]))
        for mode in Tokenizer.MatrixMode.allCases {
            let expected = (golden["matrix"]?[mode.rawValue]?.array ?? []).flatMap {
                ($0.array ?? []).compactMap(\.double)
            }
            let got = tokenizer.matrix(of: new, mode: mode).array(of: Double.self)
            #expect(got.count == expected.count && zip(got, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(mode)")
        }
        let file = try JSON(parsing: Array((golden["json"]?.string ?? "").utf8), name: "json")
        for json in [file, tokenizer.json()] {
            var copy = try Tokenizer(json: json)
            copy.warn = { _ in }
            #expect(copy.sequences(of: texts + new) == sequences)
            #expect(
                copy.matrix(of: new, mode: .tfidf).hostBytes() == tokenizer.matrix(of: new, mode: .tfidf).hostBytes())
        }
    }

    @Test func `S3-11: padSequences gives Keras's results`() throws {
        for golden in try #require(Self.golden["pad"]?.array) {
            let options = golden["options"]
            let got = padSequences(
                [[1], [2, 3], [4, 5, 6, 7], []] as [[Int]], maxLength: options?["maxlen"]?.int,
                padding: options?["padding"]?.string == "post" ? .post : .pre,
                truncating: options?["truncating"]?.string == "post" ? .post : .pre,
                value: options?["value"]?.double ?? 0)
            #expect(got.dtype == .int32)
            #expect(got.array(of: Int.self) == Self.lists(golden["values"]).flatMap { $0 })
        }
    }

    @Test func `NumPy's legacy shuffle`() throws {
        var numbers = MersenneTwister(seed: 113)
        for expected in Self.lists(Self.golden["shuffles"]) { #expect(numbers.shuffled(expected.count) == expected) }
    }

    @Test func `S3-10: imdb.npz as Keras loads it`() throws {
        for golden in try #require(Self.golden["imdb"]?.array) {
            var options = SequenceOptions(numWords: golden["options"]?["num_words"]?.int)
            if let value = golden["options"]?["skip_top"]?.int { options.skipTop = value }
            if golden["options"]?["oov_char"] != nil { options.oovChar = nil }
            if golden["options"]?["start_char"] != nil { options.startChar = nil }
            options.maxLength = golden["options"]?["maxlen"]?.int
            let got = try IMDB.fromNpz(Self.folder + "/imdb.npz", options)
            for (part, name) in [(got.train, "train"), (got.test, "test")] {
                #expect(part.sequences == Self.lists(golden["x_" + name]))
                #expect(part.labels == (golden["y_" + name]?.array ?? []).compactMap(\.int))
            }
        }
        let hostile = try Npz(Self.folder + "/hostile.npz")
        #expect(throws: FormatError.self) { try hostile.readLists("x") }
    }

    @Test(
        .enabled(
            if: DataLocations().data.map { fileExists($0 + "/imdb/aclImdb.tar.gz") } ?? false,
            "SHINKEI_DATA does not name a folder with the reviews"))
    func `S3-10: The reviews themselves`() throws {
        let loaded = try IMDB.load(options: SequenceOptions(numWords: 10_000), download: false)
        let reviews = try IMDB.reviews()
        let index = try #require(loaded.wordIndex)
        let words = Dictionary(uniqueKeysWithValues: index.map { ($0.value + 3, $0.key) })
        // Keras's order: one generator for the training reviews, then for those of the test.
        var numbers = MersenneTwister(seed: 113)
        for (part, texts) in [(loaded.train, reviews.train), (loaded.test, reviews.test)] {
            #expect(part.count == 25_000 && part.labels.reduce(0, +) == 12_500)
            #expect(
                part.sequences.allSatisfy { $0.first == 1 && $0.allSatisfy { $0 == 1 || $0 == 2 || 4..<10_000 ~= $0 } })
            let order = numbers.shuffled(25_000)
            #expect(part.labels == order.map { texts[$0].label })
            for place in [0, 1, 24_999] {
                // Words that no training review has are left out, as by Keras's Tokenizer.
                let expected = IMDB.words(texts[order[place]].text, Tokenizer()).filter { index[$0] != nil }
                let read = part.sequences[place].dropFirst()
                #expect(read.count == expected.count)
                #expect(zip(read, expected).allSatisfy { $0 == 2 || words[$0] == $1 })
            }
        }
    }

    @Test func `S3-18: Whole sentences as one word are warned of`() {
        let warnings = Mutex<[String]>([])
        var tokenizer = Tokenizer()
        tokenizer.warn = { text in warnings.withLock { $0.append(text) } }
        tokenizer.fit(on: ["今日は良い天気です。", "映画は最悪だった。"])
        #expect(tokenizer.sequences(of: ["良い映画です。"]) == [[]])
        #expect(warnings.withLock { $0.count } == 2)
        #expect(warnings.withLock { $0.allSatisfy { $0.contains(".japanese") && !$0.contains("\n") } })
        var english = Tokenizer()
        english.warn = { _ in Issue.record("warned") }
        english.fit(on: ["good", "bad"])
        #expect(english.sequences(of: ["unknown"]) == [[]])
    }

    /// Of sentences cut by hand; the second half was not looked at when the costs were chosen. The documentation gives the figures.
    @Test func `Japanese words`() throws {
        let text = try String(contentsOfFile: Self.folder + "/japanese.txt", encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        func ends(_ words: [String]) -> Set<Int> {
            var (ends, place) = (Set<Int>(), 0)
            for word in words.dropLast() {
                place += word.unicodeScalars.count
                ends.insert(place)
            }
            return ends
        }
        for (part, limits) in [(lines[..<50], (0.97, 0.98)), (lines[50...], (0.96, 0.94))] {
            var (right, found, wanted) = (0, 0, 0)
            for line in part {
                let words = line.split(separator: " ").map(String.init)
                let got = JapaneseSegmenter.standard.words(of: words.joined())
                #expect(got.joined() == words.joined())
                right += ends(got).intersection(ends(words)).count
                found += ends(got).count
                wanted += ends(words).count
            }
            let (precision, recall) = (Double(right) / Double(found), Double(right) / Double(wanted))
            #expect(precision > limits.0 && recall > limits.1, "\(precision), \(recall)")
        }
    }

    @Test func `n-grams in Keras's order`() {
        #expect(nGrams(["a", "b", "c"], [1, 2]) == ["a", "b", "c", "a b", "b c"])
        #expect(nGrams(["a"], upTo: 3) == ["a"])
    }
}
