import Shinkei

/// Digits to train and test with: MNIST, or drawn ones if they are asked for or MNIST cannot be had.
struct DigitImages {
    let name: String
    let train: LabelledImages
    let test: LabelledImages
    /// MNIST's test images, beside drawn ones.
    private(set) var realTest: LabelledImages?
    /// Why the digits are drawn though nobody asked for that.
    private(set) var notice: String?

    /// A folder that was named, and a damaged file, are not passed over in silence.
    ///
    /// - Parameters:
    ///   - folder: Where MNIST's files are; else where data sets are looked for.
    ///   - limit: How many images are taken at most, for training and for testing.
    init(folder: String?, isDrawn: Bool, limit: Int?) throws {
        if isDrawn {
            // First what may fail: drawing takes a second.
            let real = try Self.realTest(folder, limit)
            self.init(drawn: limit)
            realTest = real
            return
        }
        let data: ImageDataSet
        do {
            data = try MNIST.load(from: folder)
        } catch {
            // A pattern after `catch` crashes Swift 6.3.1 where the error's type is known.
            guard error.kind == .notDownloaded else { throw error }
            self.init(drawn: limit)
            notice = "digits drawn by a program take MNIST's place; \(error)"
            return
        }
        self.init("MNIST", data, limit)
    }

    /// Says what is trained on, and why if that was not asked for.
    func announce() {
        if let notice { print("Notice: \(notice)") }
        print("Training on \(grouped(train.count)) images of \(name), testing on \(grouped(test.count)).\n")
    }

    private init(_ name: String, _ data: ImageDataSet, _ limit: Int?) {
        self.name = name
        train = data.train.prefix(limit ?? .max)
        test = data.test.prefix(limit ?? .max)
    }

    private init(drawn limit: Int?) {
        let data = DrawnDigits.dataSet(
            trainCount: min(limit ?? .max, 60_000), testCount: min(limit ?? .max, 10_000))
        self.init("drawn digits", data, limit)
    }

    /// MNIST's test images if they are at hand.
    private static func realTest(_ folder: String?, _ limit: Int?) throws(DataSetError) -> LabelledImages? {
        do {
            return try MNIST.load(from: folder, download: false).test.prefix(limit ?? .max)
        } catch {
            guard error.kind == .notFound && folder == nil else { throw error }
            return nil
        }
    }
}
