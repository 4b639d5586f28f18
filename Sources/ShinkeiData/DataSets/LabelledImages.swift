public import ShinkeiCore

/// Images that each belong to one class: one part of a data set, such as its training part.
public struct LabelledImages: Sendable {
    /// The pixels, uint8: `[count, height, width]`, or with channels last.
    public let images: Tensor
    /// The number of each image's class, int32: `[count]`.
    public let labels: Tensor
    /// The names of the classes, in the order of their numbers.
    public let classNames: [String]

    /// Puts a part together.
    ///
    /// - Precondition: There are as many images as labels.
    public init(images: Tensor, labels: Tensor, classNames: [String]) {
        guard images.shape.sizes.first == labels.shape.sizes.first, labels.shape.rank == 1 else {
            fatalError("LabelledImages: images \(images.shape), labels \(labels.shape)")
        }
        self.images = images
        self.labels = labels
        self.classNames = classNames
    }

    /// The number of images.
    public var count: Int { labels.shape.count }

    /// The first images, at most `maxCount` of them.
    ///
    /// - Precondition: `maxCount >= 0`.
    public func prefix(_ maxCount: Int) -> LabelledImages {
        guard maxCount >= 0 else { trap("prefix: maxCount must be >= 0; got \(maxCount)") }
        if maxCount >= count { return self }
        return LabelledImages(
            images: images[0..<maxCount], labels: labels[0..<maxCount], classNames: classNames)
    }
}
