import ShinkeiCore

/// The operations that `RandAugment` and `AugMix` choose from. They have no weights, so they are of no concern to files.
struct ImageOperations {
    private let layers: [ImageLayer]

    /// - Parameters:
    ///   - factor: The strength of all.
    ///   - hasColors: Whether brightness, colour, contrast and sharpness are among them.
    init(_ factor: RandomFactor, _ range: ValueRange, _ interpolation: Interpolation, hasColors: Bool) {
        let (low, high) = factor.ends(least: 0)
        let factor = RandomFactor.range(low, high)
        let bits = RandomFactor.single(max(1, (8 * high).rounded(.down)))
        var layers: [ImageLayer] = [
            RandomShear(xFactor: factor, yFactor: factor, interpolation: interpolation, name: "random_shear"),
            RandomTranslation(factor, factor, interpolation: interpolation, name: "random_translation"),
            RandomRotation(factor, interpolation: interpolation, name: "random_rotation"),
            RandomPosterization(bits, valueRange: range, name: "random_posterization"),
            Solarization(
                additionFactor: factor, thresholdFactor: factor, valueRange: range, name: "solarization"),
            AutoContrast(valueRange: range, name: "auto_contrast"),
            Equalization(valueRange: range, name: "equalization"),
        ]
        if hasColors {
            layers += [
                RandomBrightness(factor, valueRange: range, name: "random_brightness"),
                RandomColorDegeneration(factor, valueRange: range, name: "random_color_degeneration"),
                RandomContrast(factor, valueRange: range, name: "random_contrast"),
                RandomSharpness(factor, valueRange: range, name: "random_sharpness"),
            ]
        }
        self.layers = layers
    }

    /// The images after one of the operations, drawn for all of them; where it may be none, that is as likely as each.
    func one(_ x: Tensor, orNone: Bool, _ context: CallContext) -> Tensor {
        let choice = Tensor.randomIntegers([], in: 0..<layers.count + (orNone ? 1 : 0), key: context.randomKey())
        return layers.enumerated().reduce(x) { images, entry in
            let isChosen = choice .== Tensor.constant(integer: Int64(entry.offset), dtype: .int32)
            return Tensor.where(isChosen, entry.element.changed(x, context), images)
        }
    }
}
