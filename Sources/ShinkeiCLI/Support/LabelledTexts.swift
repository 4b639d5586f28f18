import Shinkei

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Texts and the classes they belong to: the rows of a CSV file, or the `.txt` files of a folder that has a folder for each class.
struct LabelledTexts {
    private(set) var texts: [String] = []
    /// The number of each text's class.
    private(set) var labels: [Int32] = []
    let classNames: [String]

    /// - Parameters:
    ///   - textColumn: The CSV file's column with the texts; `text`, or the first one.
    ///   - labelColumn: The one with the classes; `label`, or the second one.
    init(_ path: String, textColumn: String?, labelColumn: String?) throws {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            let (data, names) = try Dataset<LabelledText>.textFolder(path)
            let read = try data.collect()
            (texts, labels, classNames) = (read.map(\.text), read.map { Int32($0.label) }, names)
        } else {
            let rows = try Self.rows(path, textColumn, labelColumn)
            classNames = Set(rows.map { $0.label }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let numbers = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, Int32($0)) })
            (texts, labels) = (rows.map(\.text), rows.map { numbers[$0.label] ?? 0 })
        }
        guard classNames.count > 1 else {
            throw CommandError(
                "\(path): needs texts of two classes or more; found \(classNames.joined(separator: ", "))")
        }
        // A network with an output for each text would learn nothing of texts.
        guard classNames.count <= max(texts.count / 2, 2) else {
            throw CommandError(
                "\(path): \(grouped(classNames.count)) classes for \(grouped(texts.count)) texts; name the columns with "
                    + "--text-column and --label-column")
        }
    }

    private static func rows(
        _ path: String, _ textColumn: String?, _ labelColumn: String?
    ) throws -> [(text: String, label: String)] {
        guard let columns = try Dataset<TableRow>.csv(path, inferringFrom: 1).take(1).collect().first?.columns else {
            throw CommandError("\(path): has no rows under its header")
        }
        func column(_ wanted: String?, _ usual: String, _ place: Int) throws -> String {
            guard let name = wanted ?? columns.first(where: { $0 == usual }) ?? columns.dropFirst(place).first,
                columns.contains(name)
            else {
                throw CommandError(
                    "\(path): no column \"\(wanted ?? usual)\"; there are \(columns.joined(separator: ", "))")
            }
            return name
        }
        let (text, label) = (try column(textColumn, "text", 0), try column(labelColumn, "label", 1))
        guard text != label else { throw CommandError("\(path): texts and classes are both in the column \"\(text)\"") }
        var found: [(text: String, label: String)] = []
        try Dataset<TableRow>.csv(path, types: [text: .text, label: .text]).forEach { row in
            guard let label = row[label]?.text else {
                throw DataError(source: path, row: found.count + 2, reason: "has no class")
            }
            found.append((row[text]?.text ?? "", label))
        }
        return found
    }

    /// Some texts for training, the others for validation, in an order that follows from the seed.
    ///
    /// - Parameter share: The part kept for validation.
    func split(_ share: Double, seed: Int) -> (train: Part, validation: Part?) {
        let order = Tensor.randomPermutation(texts.count, seed: seed).array(of: Int.self)
        let kept = Int(Double(texts.count) * share)
        return (part(order.dropFirst(kept)), kept > 0 ? part(order.prefix(kept)) : nil)
    }

    /// Texts and the numbers of their classes.
    struct Part {
        let texts: [String]
        let y: Tensor
    }

    private func part(_ rows: ArraySlice<Int>) -> Part {
        Part(texts: rows.map { texts[$0] }, y: Tensor(rows.map { labels[$0] }, shape: [rows.count]))
    }
}

/// Texts as the words that a model of `shinkei train text` reads.
///
/// Keras cuts texts at spaces. Japanese has none, so texts are cut before and their words come with spaces between them; the name of the
/// model's input says so.
enum TextForm {
    static let japaneseInput = "japanese_words"

    static func japanese(_ text: String) -> String {
        JapaneseSegmenter.standard.words(of: text).joined(separator: " ")
    }

    /// What a model is given for texts.
    static func prepared(_ texts: [String], for model: Model) -> [String] {
        model.inputs.first?.name == japaneseInput ? texts.map(japanese) : texts
    }
}
