public import Shinkei
import ShinkeiCore

extension InputPreparation {
    /// The same as layers, for a model that takes pictures `[batch, height, width, 3]` as they are, 0 to 255, and whose file needs
    /// no word on how they must come.
    ///
    /// Keras's own `preprocess_input` is a function that files do not hold.
    public func layers() -> [Layer] {
        switch self {
        case .none: return []
        case .fromMinusOneToOne: return [Rescaling(1 / 127.5, offset: -1)]
        case .standardized:
            let means = [0.485, 0.456, 0.406]
            let deviations = [0.229, 0.224, 0.225]
            var config = Rescaling.Config(scale: NumberArray(deviations.map { 1 / (255 * $0) }, shape: [3]))
            config.offset = NumberArray(zip(means, deviations).map { -$0 / $1 }, shape: [3])
            return [Rescaling(config)]
        case .blueGreenRedWithoutMeans:
            // A window of one pixel that is never trained: Keras has no layer that turns channels round.
            let layer = Conv2D(3, 1, name: "blue_green_red")
            do { try layer.validate([nil, nil, nil, 3]) } catch { trap(error.description) }
            let turned: [Float] = [0, 0, 1, 0, 1, 0, 1, 0, 0]
            layer.kernel.value = Tensor(turned, shape: [1, 1, 3, 3])
            layer.bias?.value = Tensor([-103.939, -116.779, -123.68] as [Float], shape: [3])
            layer.isTrainable = false
            return [layer]
        }
    }
}
