import ShinkeiCore
import ShinkeiFormats

/// IMDB: 50,000 film reviews, half for training, half for testing; label 1 is a good one.
///
/// Source: Maas et al., "Learning Word Vectors for Sentiment Analysis", 2011. Keras: `keras.datasets.imdb`.
public enum IMDB {
    static let npz = DataFile(
        dataSet: "IMDB", folder: "imdb", name: "imdb.npz",
        otherNames: ["aclImdb_v1.tar.gz", "aclImdb.tar.gz", "aclImdb"], limit: 64 << 20,
        checksum: .sha256("69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"),
        addresses: ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz"])

    /// Loads the reviews as lists of word numbers: 0 is padding, 1 the start, 2 a word left out, 4 the most frequent word.
    ///
    /// Either from Keras's `imdb.npz`, with exactly Keras's result, or from the reviews themselves (`aclImdb_v1.tar.gz`, or the
    /// folder `aclImdb`), whose words are numbered here by their frequency in the training reviews; the numbers then are others than
    /// Keras's. Looked for in `directory`, or in `SHINKEI_DATA`, the cache and on the net, as `MNIST.load` says.
    ///
    /// - Throws: `DataSetError`.
    ///
    /// Keras: `keras.datasets.imdb.load_data`, same defaults.
    public static func load(
        from directory: String? = nil, options: SequenceOptions = SequenceOptions(), download: Bool = true
    ) throws(DataSetError) -> SequenceDataSet {
        let path = try npz.find(in: directory, download: download, DataLocations())
        do {
            return try path.hasSuffix(".npz") ? fromNpz(path, options) : fromReviews(path, options)
        } catch let error as DataSetError {
            throw error
        } catch {
            throw DataSetError(.invalid, dataSet: "IMDB", reason: "\(error)")
        }
    }

    static func fromNpz(_ path: String, _ options: SequenceOptions) throws -> SequenceDataSet {
        let file = try Npz(path)
        let numbers = MersenneTwister(seed: options.seed)
        return try parts(
            (try file.readLists("x_train"), try labels(file, "y_train")),
            (try file.readLists("x_test"), try labels(file, "y_test")), numbers, options, wordIndex: nil)
    }

    static func labels(_ file: Npz, _ name: String) throws -> [Int] { Tensor(try file.read(name)).array(of: Int.self) }

    private static func parts(
        _ train: ([[Int]], [Int]), _ test: ([[Int]], [Int]), _ numbers: MersenneTwister, _ options: SequenceOptions,
        wordIndex: [String: Int]?
    ) throws -> SequenceDataSet {
        var numbers = numbers
        func part(_ data: ([[Int]], [Int])) throws -> ([[Int]], [Int]) {
            guard data.0.count == data.1.count else {
                throw DataSetError(
                    .invalid, dataSet: "IMDB", reason: "\(data.0.count) reviews, but \(data.1.count) labels")
            }
            let order = numbers.shuffled(data.0.count)
            return options.limited(options.shifted(order.map { data.0[$0] }), order.map { data.1[$0] })
        }
        let (x, y) = try part(train)
        let (testX, testY) = try part(test)
        let below = options.bound(x, testX)
        return SequenceDataSet(
            train: LabelledSequences(sequences: options.cut(x, below: below), labels: y),
            test: LabelledSequences(sequences: options.cut(testX, below: below), labels: testY), wordIndex: wordIndex)
    }

    /// The reviews themselves, in the order of the archive.
    ///
    /// - Throws: `DataSetError` if there are none.
    public static func reviews(
        from directory: String? = nil
    ) throws(DataSetError) -> (train: [LabelledText], test: [LabelledText]) {
        var archive = npz
        archive.name = "aclImdb_v1.tar.gz"
        archive.otherNames = ["aclImdb.tar.gz", "aclImdb"]
        archive.limit = 128 << 20
        archive.checksum = .md5("7c2ac02c03563afcf9b574c7e56c153a")
        archive.addresses = ["https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"]
        let path = try archive.find(in: directory, download: true, DataLocations())
        do { return try reviews(path) } catch {
            throw DataSetError(.invalid, dataSet: "IMDB", reason: "\(error)")
        }
    }

    private static func reviews(_ path: String) throws -> (train: [LabelledText], test: [LabelledText]) {
        var (train, test) = ([LabelledText](), [LabelledText]())
        func add(_ name: String, _ text: @autoclosure () throws -> String) throws {
            let parts = name.split(separator: "/")
            guard parts.count >= 3, name.hasSuffix(".txt"),
                let label = ["neg", "pos"].firstIndex(of: parts[parts.count - 2])
            else { return }
            let part = parts[parts.count - 3]
            guard part == "train" || part == "test" else { return }
            let review = LabelledText(path: name, text: try text(), label: label)
            if part == "train" { train.append(review) } else { test.append(review) }
        }
        if isFolder(path) {
            for part in ["train", "test"] {
                let data = try Dataset.textFolder("\(path)/\(part)", classNames: ["neg", "pos"]).data
                try data.forEach { try add($0.path, $0.text) }
            }
        } else {
            try TarArchive.read(path) { name, bytes in try add(name, String(decoding: bytes, as: UTF8.self)) }
        }
        guard !train.isEmpty, !test.isEmpty else {
            throw DataSetError(
                .invalid, dataSet: "IMDB", reason: "\(path): no reviews in train/neg, train/pos, test/neg and test/pos")
        }
        // Archives keep files in any order.
        func sorted(_ texts: [LabelledText]) -> [LabelledText] {
            texts.sorted { ($0.label, $0.path) < ($1.label, $1.path) }
        }
        return (sorted(train), sorted(test))
    }

    /// The words of a review: without the line breaks of its web page.
    static func words(_ text: String, _ tokenizer: Tokenizer) -> [String] {
        tokenizer.words(of: text.split(separator: "<br />").joined(separator: " "))
    }

    private static func fromReviews(_ path: String, _ options: SequenceOptions) throws -> SequenceDataSet {
        let reviews = try reviews(path)
        var tokenizer = Tokenizer()
        let train = reviews.train.map { words($0.text, tokenizer) }
        tokenizer.fit(onWords: train)
        let x = tokenizer.sequences(ofWords: train)
        let testX = tokenizer.sequences(ofWords: reviews.test.map { words($0.text, tokenizer) })
        return try parts(
            (x, reviews.train.map(\.label)), (testX, reviews.test.map(\.label)), MersenneTwister(seed: options.seed),
            options,
            wordIndex: tokenizer.wordIndex)
    }
}

/// Reuters: 11,228 newswires of 46 topics, as lists of word numbers.
///
/// Keras: `keras.datasets.reuters`.
public enum Reuters {
    static let npz = DataFile(
        dataSet: "Reuters", folder: "reuters", name: "reuters.npz", limit: 16 << 20,
        checksum: .sha256("d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"),
        addresses: ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/reuters.npz"])

    /// Loads the newswires.
    ///
    /// - Throws: `DataSetError`.
    ///
    /// Keras: `keras.datasets.reuters.load_data`, same defaults.
    public static func load(
        from directory: String? = nil, options: SequenceOptions = SequenceOptions(), testSplit: Double = 0.2,
        download: Bool = true
    ) throws(DataSetError) -> SequenceDataSet {
        let path = try npz.find(in: directory, download: download, DataLocations())
        do {
            let file = try Npz(path)
            let (x, y) = (try file.readLists("x"), try IMDB.labels(file, "y"))
            guard x.count == y.count else {
                throw DataSetError(.invalid, dataSet: "Reuters", reason: "\(path): \(x.count) texts, \(y.count) labels")
            }
            var numbers = MersenneTwister(seed: options.seed)
            let order = numbers.shuffled(x.count)
            let (kept, labels) = options.limited(options.shifted(order.map { x[$0] }), order.map { y[$0] })
            let all = options.cut(kept, below: options.bound(kept))
            let cut = Int(Double(all.count) * (1 - testSplit))
            return SequenceDataSet(
                train: LabelledSequences(sequences: Array(all[..<cut]), labels: Array(labels[..<cut])),
                test: LabelledSequences(sequences: Array(all[cut...]), labels: Array(labels[cut...])), wordIndex: nil)
        } catch let error as DataSetError {
            throw error
        } catch {
            throw DataSetError(.invalid, dataSet: "Reuters", reason: "\(error)")
        }
    }
}
