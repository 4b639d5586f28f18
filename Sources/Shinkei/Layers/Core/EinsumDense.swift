public import ShinkeiCore
import ShinkeiFormats

/// A linear map whose axes are named: `y = activation(einsum(equation, x, kernel) + bias)`.
///
/// `EinsumDense("abc,cd->abd", outputShape: [nil, 64], biasAxes: "d")` is a `Dense(64)` over sequences.
///
/// Input and output shapes: as the equation says; an ellipsis stands for any axes before, or behind, those named.
/// Weights: `kernel`, shaped by the equation's second term; `bias`, if there are `biasAxes`.
/// Keras: `keras.layers.EinsumDense`. Same defaults.
public final class EinsumDense: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Input, kernel and output, `abc,cd->abd`.
        public var equation: String
        /// The output's sizes without the batch axis and those of an ellipsis; `nil` for those that follow from the input.
        public var outputShape: [Int?]
        /// What is applied to the output.
        public var activation: ActivationFunction = .linear
        /// The output's letters that a bias has; none without a bias.
        public var biasAxes: String?
        /// The first value of `kernel`.
        public var kernelInitializer: Initializer = .glorotUniform
        /// The first value of `bias`.
        public var biasInitializer: Initializer = .zeros
        /// What `kernel` adds to the loss.
        public var kernelRegularizer: Regularizer?
        /// What `bias` adds to the loss.
        public var biasRegularizer: Regularizer?
        /// What `kernel` is put through after each step.
        public var kernelConstraint: Constraint?
        /// What `bias` is put through after each step.
        public var biasConstraint: Constraint?
        /// The configuration for an equation.
        public init(_ equation: String, outputShape: [Int?]) {
            (self.equation, self.outputShape) = (equation, outputShape)
        }

        var storedShape: SizeList {
            get { SizeList(outputShape) }
            set { outputShape = newValue.sizes }
        }
        public static let defaults = Config("", outputShape: [])
        public static let fields: [ConfigField<Config>] = [
            .required("output_shape", \.storedShape), .required("equation", \.equation),
            .optional("activation", \.activation), .optional("bias_axes", \.biasAxes),
            .optional("kernel_initializer", \.kernelInitializer), .optional("bias_initializer", \.biasInitializer),
            .optional("kernel_regularizer", \.kernelRegularizer), .optional("bias_regularizer", \.biasRegularizer),
            .optional("kernel_constraint", \.kernelConstraint), .optional("bias_constraint", \.biasConstraint),
        ]
        public func check() throws(ConfigError) { _ = try LinearEquation(self) }
    }
    /// What the layer was made from.
    public let config: Config
    /// The map, shaped by the equation's second term.
    public let kernel = Weight("kernel")
    /// `nil` without `biasAxes`.
    public let bias: Weight?

    /// - Precondition: The equation can be read.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("EinsumDense")
        self.config = config
        bias = config.biasAxes == nil ? nil : Weight("bias")
        super.init(name: name)
    }

    /// - Parameters:
    ///   - equation: Input, kernel and output, `abc,cd->abd`.
    ///   - outputShape: The output's sizes without the batch axis and those of an ellipsis; `nil` for those that follow from
    ///     the input.
    ///   - biasAxes: The output's letters that a bias has.
    public convenience init(
        _ equation: String, outputShape: [Int?], activation: ActivationFunction = .linear, biasAxes: String? = nil,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros, name: String? = nil
    ) {
        var config = Config(equation, outputShape: outputShape)
        config.activation = activation
        config.biasAxes = biasAxes
        config.kernelInitializer = kernelInitializer
        config.biasInitializer = biasInitializer
        self.init(config, name: name)
    }

    private func shapes(_ input: SymbolicShape) throws(LayerError) -> LinearEquation.Shapes {
        do throws(ConfigError) {
            return try LinearEquation(config).shapes(input)
        } catch {
            throw LayerError(self, error.description, inputs: [input])
        }
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        let shapes = try shapes(input)
        create(
            kernel, shapes.kernel, config.kernelInitializer, regularizer: config.kernelRegularizer,
            constraint: config.kernelConstraint)
        if let bias {
            create(
                bias, shapes.bias, config.biasInitializer, regularizer: config.biasRegularizer,
                constraint: config.biasConstraint)
        }
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let y = einsum(config.equation, x.cast(to: dtype), kernel.value)
        return config.activation(bias.map { y + $0.value } ?? y)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        let shapes = try shapes(input)
        guard shapes.kernel == kernel.shape.sizes else {
            throw LayerError(
                self, "the kernel is \(kernel.shape), this input needs \(Shape(shapes.kernel))", inputs: [input])
        }
        return shapes.output
    }
}

/// Sizes as Keras gives them: one number, or a list with nulls where they are not known.
struct SizeList: ConfigValue {
    var sizes: [Int?]
    init(_ sizes: [Int?]) { self.sizes = sizes }
    init(config: JSON) throws(ConfigError) {
        sizes = config.array == nil ? [try Int(config: config)] : try [Int?](config: config)
    }
    var config: JSON { sizes.config }
}

/// An equation of an input and a kernel, and the shapes that follow from it.
private struct LinearEquation {
    struct Shapes {
        var kernel: [Int]
        var bias: [Int]
        var output: SymbolicShape
    }
    private let input: [Character]
    private let kernel: [Character]
    private let output: [Character]
    /// Whether the ellipsis stands before the letters, behind them, or nowhere.
    private let ellipsis: Side
    private let biasAxes: Set<Character>?
    private let sizes: [Int?]
    private enum Side { case before, behind, nowhere }

    init(_ config: EinsumDense.Config) throws(ConfigError) {
        let wrong = ConfigError(
            "equation: expected input,kernel->output such as \"ab,bc->ac\"; got \"\(config.equation)\"")
        let text = config.equation.filter { $0 != " " }
        let sides = text.split(separator: "->", omittingEmptySubsequences: false)
        guard sides.count == 2 else { throw wrong }
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        guard terms.count == 2 else { throw wrong }
        func side(_ term: Substring) -> Side {
            term.hasPrefix("...") ? .before : term.hasSuffix("...") ? .behind : .nowhere
        }
        ellipsis = side(terms[0])
        guard side(terms[1]) == .nowhere, side(sides[1]) == ellipsis else { throw wrong }
        func letters(_ term: Substring) -> [Character] { term.filter { $0 != "." }.map { $0 } }
        let (input, kernel, output) = (letters(terms[0]), letters(terms[1]), letters(sides[1]))
        let dots = ellipsis == .nowhere ? 0 : 3
        let all = input + kernel + output
        let isSimple = [input, kernel, output].allSatisfy { Set($0).count == $0.count && !$0.isEmpty }
        let isWhole =
            terms[0].count == input.count + dots && terms[1].count == kernel.count
            && sides[1].count == output.count + dots
        guard all.allSatisfy({ $0.isASCII && $0.isLetter }), isSimple, isWhole,
            output.allSatisfy({ input.contains($0) || kernel.contains($0) }),
            kernel.allSatisfy({ input.contains($0) || output.contains($0) })
        else { throw wrong }
        (self.input, self.kernel, self.output) = (input, kernel, output)
        biasAxes = config.biasAxes.map { Set($0) }
        if let biasAxes, biasAxes.isEmpty || !biasAxes.isSubset(of: output) {
            throw ConfigError(
                "bias_axes: \"\(config.biasAxes ?? "")\" must be letters of the output \"\(String(output))\"")
        }
        sizes = config.outputShape
        guard sizes.allSatisfy({ $0 == nil || $0! > 0 }) else {
            throw ConfigError("output_shape: sizes must be positive; got \(sizes)")
        }
    }

    func shapes(_ shape: SymbolicShape) throws(ConfigError) -> Shapes {
        let hidden = shape.rank - input.count
        guard ellipsis == .nowhere ? hidden == 0 : hidden >= 0 else {
            throw ConfigError("the equation names \(input.count) axes of the input")
        }
        let before = ellipsis == .before ? Array(shape.sizes.prefix(hidden)) : []
        let behind = ellipsis == .behind ? Array(shape.sizes.suffix(hidden)) : []
        let named = shape.sizes.dropFirst(before.count).prefix(input.count)
        var known = Dictionary(uniqueKeysWithValues: zip(input, named))
        // The batch axis is not among the sizes given: it is the first hidden one, or the output's first letter.
        let unnamed = before.isEmpty ? 1 : 0
        guard output.count == sizes.count + unnamed else {
            throw ConfigError("output_shape: the equation needs \(output.count - unnamed) sizes; got \(sizes.count)")
        }
        for (letter, size) in zip(output.dropFirst(unnamed), sizes) {
            guard let size else { continue }
            if let own = known[letter] ?? nil, own != size {
                throw ConfigError("output_shape: \(letter) is \(own) in the input, \(size) in the output")
            }
            known[letter] = size
        }
        var kernelSizes: [Int] = []
        for letter in kernel {
            guard let size = known[letter] ?? nil else {
                throw ConfigError("the size of \"\(letter)\" of the kernel is not known")
            }
            kernelSizes.append(size)
        }
        var biasSizes: [Int] = []
        if let biasAxes {
            for letter in output.drop(while: { !biasAxes.contains($0) }) {
                guard biasAxes.contains(letter) else {
                    biasSizes.append(1)
                    continue
                }
                guard let size = known[letter] ?? nil else {
                    throw ConfigError("the size of \"\(letter)\" of the bias is not known")
                }
                biasSizes.append(size)
            }
            biasSizes += behind.map { _ in 1 }
        }
        return Shapes(
            kernel: kernelSizes, bias: biasSizes,
            output: SymbolicShape(before + output.map { known[$0] ?? nil } + behind))
    }
}
