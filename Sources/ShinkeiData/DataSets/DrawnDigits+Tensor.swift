import ShinkeiCore

extension DrawnDigits {
    /// Drawn digits in MNIST's form and sizes: `let digits = DrawnDigits.dataSet()`.
    ///
    /// - Parameters:
    ///   - trainCount: Number of images to train with, the first of the sequence.
    ///   - testCount: Number of images to test with, the next of the sequence.
    ///   - seed: Chooses the sequence.
    /// - Returns: The images as uint8 `[count, 28, 28]`, the labels as int32 `[count]`.
    /// - Precondition: `trainCount >= 0` and `testCount >= 0`.
    /// - Complexity: O(`trainCount + testCount`), some 10 µs an image.
    public static func dataSet(
        trainCount: Int = 60_000, testCount: Int = 10_000, seed: UInt64 = 0
    ) -> ImageDataSet {
        guard trainCount >= 0, testCount >= 0 else {
            trap("DrawnDigits: counts must be >= 0; got \(trainCount), \(testCount)")
        }
        return ImageDataSet(
            train: labelledImages(0..<trainCount, seed: seed),
            test: labelledImages(trainCount..<trainCount + testCount, seed: seed))
    }

    /// The digits at `indices` of the sequence that belongs to `seed`.
    ///
    /// - Precondition: `indices.lowerBound >= 0`.
    public static func labelledImages(_ indices: Range<Int>, seed: UInt64 = 0) -> LabelledImages {
        let (images, labels) = draw(indices: indices, seed: seed)
        return LabelledImages(
            images: Tensor(shape: [indices.count, side, side], dtype: .uint8, bytes: images),
            labels: Tensor(labels.map(Int32.init)),
            classNames: (0...9).map(String.init))
    }
}
