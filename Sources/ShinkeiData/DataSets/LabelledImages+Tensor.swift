public import ShinkeiCore

extension LabelledImages {
    /// The pixels as float32 numbers from 0 to 1, one row an image: `[count, height · width]`.
    public var flattened: Tensor {
        let pixels = images.shape.sizes.dropFirst().reduce(1, *)
        return images.reshaped([count, pixels]).cast(to: .float32) / 255
    }

    /// The labels as float32 rows with a 1 at the class and 0 elsewhere: `[count, classes]`.
    public var oneHot: Tensor {
        labels.oneHot(classNames.count)
    }
}
