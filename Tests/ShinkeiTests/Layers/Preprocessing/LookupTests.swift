import Foundation
import ShinkeiFormats
import ShinkeiTesting
import Testing

@testable import Shinkei
@testable import ShinkeiData

/// Against what the real Keras gave: Tools/reference/make_keras_lookups.py.
@Suite struct LookupTests {
    private static func golden(_ name: String) throws -> JSON {
        let path = Fixture.path("lookups/\(name)")
        return try JSON(parsing: Array(try Data(contentsOf: URL(filePath: path))), name: path)
    }

    private func expect(_ tensor: Tensor, _ output: JSON?, _ what: String) throws {
        let shape = try [Int](config: try #require(output?["shape"]))
        let values = try [Double](config: try #require(output?["values"]))
        #expect(tensor.shape.sizes == shape, "\(what)")
        #expect(tensor.dtype.name == output?["dtype"]?.string, "\(what)")
        let mine: [Double] = tensor.array(of: Double.self)
        #expect(zip(mine, values).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }, "\(what): \(mine); \(values)")
    }

    @Test func `Hashes are TensorFlow's for every length`() throws {
        let hashes = try #require(try Self.golden("lookups.json")["hashes"])
        let texts = try [String](config: try #require(hashes["texts"]))
        let farm = try [Int](config: try #require(hashes["farm"]))
        let sip = try [Int](config: try #require(hashes["sip"]))
        #expect(texts.count == farm.count && texts.count > 70)
        for (text, (farm, sip)) in zip(texts, zip(farm, sip)) {
            #expect(bucket(text, of: 1 << 62, salt: nil) == farm, "\(text.utf8.count) bytes")
            #expect(bucket(text, of: 1 << 62, salt: HashSalt(133, 137)) == sip, "\(text.utf8.count) bytes")
        }
    }

    @Test func `Layers give what Keras gives`() throws {
        let cases = try #require(try Self.golden("lookups.json")["layers"]?.array)
        #expect(cases.count > 35)
        for entry in cases {
            let config = try #require(entry["config"])
            let what = "\(entry["class"]?.string ?? "") \(config.text())"
            let object: JSON = [
                "module": "keras.layers", "class_name": try #require(entry["class"]), "config": config,
                "registered_name": .null,
            ]
            let layer = try LayerObject.read(object)
            let input = try #require(entry["input"])
            let adapted = entry["adapt"]
            let isRows = input.array?.first?.array != nil
            let output: Tensor
            switch layer {
            case let layer as TextVectorization:
                if let adapted { layer.adapt(try [String](config: adapted)) }
                output = layer(try [String](config: input))
                #expect(layer.vocabulary.map(\.exact) == (try [String](config: entry["vocabulary"]!)).map(\.exact))
            case let layer as StringLookup:
                if let adapted { layer.adapt(try [[String]](config: adapted)) }
                output = try layer(try [[String]](config: input))
                #expect(layer.vocabulary.map(\.exact) == (try [String](config: entry["vocabulary"]!)).map(\.exact))
            case let layer as IntegerLookup:
                if let adapted { layer.adapt(try [[Int]](config: adapted)) }
                let rows = try [[Int]](config: input)
                output = try layer(rows)
                #expect(layer.vocabulary == (try [Int](config: entry["vocabulary"]!)))
                // The same inside of a model.
                if layer.config.oovMethod == .floormod {
                    let x = Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count], dtype: .int64)
                    try expect(layer(x), entry["output"], "in a model: \(what)")
                }
            case let layer as Hashing:
                let isText = (isRows ? input.array?.first?.array : input.array)?.first?.string != nil
                output =
                    switch (isText, isRows) {
                    case (true, true): layer(try [[String]](config: input))
                    case (true, false): layer(try [String](config: input))
                    case (false, true): layer(try [[Int]](config: input))
                    case (false, false): layer(try [Int](config: input))
                    }
                if !isText && layer.config.salt == nil {
                    let rows = try isRows ? [[Int]](config: input) : [[Int](config: input)]
                    let shape = isRows ? [rows.count, rows[0].count] : [rows[0].count]
                    let x = Tensor(rows.flatMap { $0 }, shape: shape, dtype: .int64)
                    try expect(layer(x), entry["output"], "in a model: \(what)")
                }
            default:
                Issue.record("no such layer: \(what)")
                continue
            }
            try expect(output, entry["output"], what)
        }
    }

    @Test func `Crossed features fall into Keras's bins`() throws {
        for entry in try #require(try Self.golden("lookups.json")["crosses"]?.array) {
            let features = try ["first", "second"].map { key throws -> CrossedFeature in
                let values = try #require(entry[key])
                return values.array?.first?.string != nil
                    ? .strings(try [String](config: values)) : .integers(try [Int](config: values))
            }
            let layer = HashedCrossing(try Int(config: try #require(entry["bins"])))
            try expect(layer(features), entry["output"], entry.text())
        }
        #expect(throws: LayerError.self) { try HashedCrossing(5).validate([nil, 1]) }
    }

    @Test func `A model of texts that Keras saved answers as there, also after it was saved here`() throws {
        let golden = try Self.golden("text_model.json")
        let texts = try [String](config: try #require(golden["texts"]))
        let folder = FileManager.default.temporaryDirectory.appending(path: "lookups-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = folder.appending(path: "copy.keras").path()
        try Model.load(Fixture.path("lookups/text_model.keras")).save(copy)
        for path in [Fixture.path("lookups/text_model.keras"), copy] {
            let model = try Model.load(path)
            let words = try #require(model.layers.first as? TextVectorization)
            #expect(words.vocabulary.prefix(2) == ["", "[UNK]"])
            try expect(try model.predict(words(texts)), golden["output"], path)
            try expect(try model.predict(texts), golden["output"], path)
        }
        let archive = try ZipReader(try FileBytes(copy))
        for folder in ["", "/_lookup_layer"] {
            #expect(archive.member("assets/layers/text_vectorization\(folder)/vocabulary.txt") != nil)
        }
        let config = try JSON(parsing: try #require(archive.member("config.json")).bytes(), name: copy)
        let input = config["config"]?["layers"]?[0]?["config"]
        #expect(input?["dtype"]?.string == "string")
        let shape = try [Int?](config: input?["batch_shape"] ?? .null)
        #expect(shape == [nil, 1])
        #expect(throws: ModelFileError.self) { try Model.load(copy).save(folder.appending(path: "m.h5").path()) }
    }

    @Test func `A model of texts is made, trained and saved here`() throws {
        let texts = ["good good film", "bad film", "good", "very bad"]
        let words = TextVectorization(outputMode: .tfIdf)
        words.adapt(texts)
        let model = Sequential([Input(strings: [1]), words, Dense(1)])
        try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
        try model.fit(words(texts), Tensor([1, 0, 1, 0] as [Float], shape: [4, 1]), epochs: 1, verbose: .silent)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).keras").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.save(path)
        let again = try Model.load(path)
        let read = try #require(again.layers.first as? TextVectorization)
        #expect(read.vocabulary == words.vocabulary)
        try expectClose(try again.predict(read(texts)), try model.predict(words(texts)))
    }

    @Test func `Keys come back from places`() {
        let lookup = StringLookup(vocabulary: ["a", "b"], maskToken: "")
        #expect(lookup.keys(at: [0, 1, 2, 3, 4, -1, .min]) == ["", "[UNK]", "a", "b", "[UNK]", "[UNK]", "[UNK]"])
    }

    @Test func `What does not fit is said`() throws {
        #expect(throws: LookupError.self) { try StringLookup(vocabulary: ["a"], numOOVIndices: 0)(["b"]) }
        #expect(throws: LookupError.self) { try StringLookup(vocabulary: ["a"])([["a"], ["a", "a"]]) }
        let lookup = StringLookup(maxTokens: 3, maskToken: "")
        #expect(throws: LookupError.self) { try lookup.setVocabulary(["a", "a"]) }
        #expect(throws: LookupError.self) { try lookup.setVocabulary(["a", "", "b"]) }
        #expect(throws: LookupError.self) { try lookup.setVocabulary(["a", "b"]) }
        for bad: JSON in [
            ["max_tokens": 1], ["pad_to_max_tokens": true], ["num_oov_indices": -1], ["output_mode": "words"],
            ["invert": true, "output_mode": "count"], ["sparse": true], ["idf_weights": [1.0]],
        ] { #expect(throws: ConfigError.self, "\(bad.text())") { _ = try StringLookup.Config(bad) } }
        for bad: JSON in [
            ["ngrams": 0], ["ngrams": []], ["split": "commas"], ["ragged": true], ["output_mode": "one_hot"],
        ] {
            #expect(throws: ConfigError.self, "\(bad.text())") { _ = try TextVectorization.Config(bad) }
        }
    }
}
