/// A data set of images in two parts: what every image data set loads as.
///
/// ```swift
/// let mnist = try MNIST.load()
/// try model.fit(mnist.train.flattened, mnist.train.oneHot)
/// try model.evaluate(mnist.test.flattened, mnist.test.oneHot)
/// ```
public struct ImageDataSet: Sendable {
    /// The images to train with.
    public let train: LabelledImages
    /// The images to test with, none of which is in the training part.
    public let test: LabelledImages

    /// Puts a data set together.
    public init(train: LabelledImages, test: LabelledImages) {
        self.train = train
        self.test = test
    }
}
