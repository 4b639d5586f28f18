public import ShinkeiCore
import ShinkeiFormats

/// Every row's elements in another shape.
///
/// Input shape: `[batch, …]`. Output shape: `[batch] + targetShape`, in which one size may be -1 and is worked out.
/// Keras: `keras.layers.Reshape`.
public final class Reshape: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Without the batch axis; one size may be -1.
        public var targetShape: [Int]
        /// The configuration for a shape.
        public init(targetShape: [Int]) { self.targetShape = targetShape }

        public static let defaults = Config(targetShape: [])
        public static let fields: [ConfigField<Config>] = [.required("target_shape", \.targetShape)]
        public func check() throws(ConfigError) {
            guard targetShape.allSatisfy({ $0 >= -1 }), targetShape.count(where: { $0 == -1 }) <= 1 else {
                throw ConfigError("target_shape: needs sizes, one of which may be -1; got \(targetShape)")
            }
            guard checkedCount(targetShape.map { max($0, 1) }, elementSize: 8) != nil else {
                throw ConfigError("target_shape: \(targetShape) is more than memory can hold")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: At most one size is -1.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Reshape")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter targetShape: Without the batch axis; one size may be -1.
    public convenience init(_ targetShape: [Int], name: String? = nil) {
        self.init(Config(targetShape: targetShape), name: name)
    }

    /// The sizes for rows of `count` elements; `nil` if they do not divide.
    private func sizes(count: Int) -> [Int]? {
        let known = config.targetShape.filter { $0 != -1 }.reduce(1, *)
        guard config.targetShape.contains(-1) else { return known == count ? config.targetShape : nil }
        guard known > 0, count % known == 0 else { return nil }
        return config.targetShape.map { $0 == -1 ? count / known : $0 }
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard let sizes = sizes(count: x.shape.sizes.dropFirst().reduce(1, *)) else {
            trap("\(name): rows of \(x.shape) do not take the shape \(config.targetShape)")
        }
        return x.reshaped([x.shape[0]] + sizes)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank >= 1 else { throw LayerError(self, "needs a batch axis", inputs: [input]) }
        guard let count = SymbolicShape(Array(input.sizes.dropFirst())).count else {
            return SymbolicShape([input[0]] + config.targetShape.map { $0 == -1 ? nil : $0 })
        }
        guard let sizes = sizes(count: count) else {
            throw LayerError(
                self, "rows of \(count) elements do not take the shape \(config.targetShape)", inputs: [input])
        }
        return SymbolicShape([input[0]] + sizes)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] { inputs }
}
