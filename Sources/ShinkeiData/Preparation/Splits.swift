public import ShinkeiCore

/// Rows for training and rows for testing.
public struct Split: Sendable, Hashable {
    public let train: [Int]
    public let test: [Int]

    /// Cuts rows in two.
    ///
    /// - Parameters:
    ///   - count: The number of rows.
    ///   - testFraction: The part to test with, in `0 ... 1`; the number of rows is rounded up, as scikit-learn does.
    ///   - shuffle: Whether the rows are put in a random order first; else the last ones are for testing.
    ///   - labels: The rows' classes, if each is to have the same part in both; needs `shuffle`.
    ///   - seed: Makes the same cut again.
    public init(
        count: Int, testFraction: Double, shuffle: Bool = true, stratifiedBy labels: [Int]? = nil, seed: Int = 0
    ) {
        guard count >= 0, 0...1 ~= testFraction else {
            trap("Split: testFraction is a fraction in 0 ... 1; got \(testFraction) of \(count) rows")
        }
        var random = SplitMix(seed: UInt64(bitPattern: Int64(seed)))
        guard let labels else {
            let order = shuffle ? random.permutation(count) : Array(0..<count)
            let test = min(count, Int((Double(count) * testFraction).rounded(.up)))
            self.train = Array(order[..<(count - test)])
            self.test = Array(order[(count - test)...])
            return
        }
        guard labels.count == count, shuffle else {
            trap("Split: stratifying needs shuffle and a label for each of the \(count) rows; got \(labels.count)")
        }
        var (train, test) = ([Int](), [Int]())
        let classes = Dictionary(grouping: 0..<count) { labels[$0] }
        for label in classes.keys.sorted() {
            let rows = classes[label] ?? []
            let order = random.permutation(rows.count).map { rows[$0] }
            let cut = Int((Double(rows.count) * testFraction).rounded())
            test += order[..<cut]
            train += order[cut...]
        }
        self.train = random.permutation(train.count).map { train[$0] }
        self.test = random.permutation(test.count).map { test[$0] }
    }

    private init(train: [Int], test: [Int]) {
        self.train = train
        self.test = test
    }

    /// Cuts for cross-validation: every row is for testing in one of them.
    ///
    /// - Parameters:
    ///   - count: The number of rows.
    ///   - folds: The number of cuts; from 2 to `count`.
    public static func kFold(count: Int, folds: Int, shuffle: Bool = false, seed: Int = 0) -> [Split] {
        guard folds >= 2, folds <= count else { trap("kFold: folds must be in 2 ... \(count); got \(folds)") }
        var random = SplitMix(seed: UInt64(bitPattern: Int64(seed)))
        let order = shuffle ? random.permutation(count) : Array(0..<count)
        var start = 0
        return (0..<folds).map { fold in
            // The first folds take what does not divide.
            let end = start + count / folds + (fold < count % folds ? 1 : 0)
            defer { start = end }
            return Split(train: Array(order[..<start] + order[end...]), test: Array(order[start..<end]))
        }
    }
}

/// Cuts arrays of inputs and targets in two, by rows.
///
/// - Returns: Training inputs and targets, then those for testing.
public func trainTestSplit(
    _ x: Tensor, _ y: Tensor, testFraction: Double = 0.25, shuffle: Bool = true, seed: Int = 0
) -> (xTrain: Tensor, yTrain: Tensor, xTest: Tensor, yTest: Tensor) {
    guard x.rank > 0, y.rank > 0, x.shape[0] == y.shape[0] else {
        trap("trainTestSplit: x and y need the same number of rows; got \(x.shape), \(y.shape)")
    }
    let split = Split(count: x.shape[0], testFraction: testFraction, shuffle: shuffle, seed: seed)
    func rows(_ tensor: Tensor, _ numbers: [Int]) -> Tensor { tensor.taking(Tensor(numbers)).evaluate() }
    return (rows(x, split.train), rows(y, split.train), rows(x, split.test), rows(y, split.test))
}

extension Dataset {
    /// Cuts the elements in two: the first `count`, and the rest.
    ///
    /// Keras: `keras.utils.split_dataset`.
    public func split(at count: Int) -> (first: Dataset, rest: Dataset) { (take(count), skip(count)) }
}
