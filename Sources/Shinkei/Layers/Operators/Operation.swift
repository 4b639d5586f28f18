import ShinkeiCore
import ShinkeiFormats

/// A function of `keras.ops` in a functional model: what `x + 1`, `x[:, 0]` or `ops.mean(x)` leaves in a file.
///
/// Input and output shapes: the function's. What it is given besides tensors is kept as the file has it.
/// Keras: the classes of `keras.src.ops`.
final class Operation: Layer {
    /// Where Keras keeps the class, `keras.src.ops.numpy`.
    let module: String
    /// What the class was made with, `axis` of `Mean`.
    let attributes: JSON.Object
    /// What the call was given besides tensors: `arg1` for the second argument, others by name.
    private(set) var constants: [String: JSON] = [:]
    private let kind: String
    private let function: OperationFunction

    /// - Throws: `ConfigError` if there is no such function here.
    init(_ className: String, module: String, _ config: JSON, name: String?) throws(ConfigError) {
        guard let function = OperationFunction.named(className, module: module) else {
            throw ConfigError("the operation \(className) of \(module) is known, not supported yet")
        }
        var attributes = config.object ?? [:]
        attributes["name"] = nil
        (kind, self.module, self.attributes, self.function) = (className, module, attributes, function)
        super.init(name: name ?? Session.current.name(for: className))
    }

    override var className: String { kind }
    override class var isBuiltFromStart: Bool { true }
    override var takesInputsAsList: Bool { function.takesList }

    /// Notes what the call is given besides tensors. Keras makes an operation for each call.
    func take(_ options: CallOptions) throws(ConfigError) {
        guard constants.isEmpty || constants == options.values else {
            throw ConfigError("an operation cannot be called with different arguments")
        }
        constants = options.values
    }

    override func build(_ inputs: [SymbolicShape]) throws(LayerError) {}

    override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        do throws(ConfigError) {
            return [try function.compute(OperationArguments(inputs, attributes, constants))]
        } catch {
            trap("\(name): \(error.description)")
        }
    }

    override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        do throws(ConfigError) {
            try function.check(inputs, OperationArguments([], attributes, constants))
            // Two different sizes stand for the unknown ones: what differs between the answers is unknown there too.
            var answers: [Shape] = []
            for size in [2, 3] {
                let zeros = inputs.map { Tensor.zeros($0.filled(with: size).sizes, dtype: dtype) }
                answers.append(try function.compute(OperationArguments(zeros, attributes, constants)).shape)
            }
            return [SymbolicShape(zip(answers[0].sizes, answers[1].sizes).map { $0 == $1 ? $0 : nil })]
        } catch {
            throw LayerError(self, error.description, inputs: inputs)
        }
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] {
        switch function.result {
        case .sameAsInputs: [inputs.dropFirst().reduce(inputs.first ?? dtype) { DType.promoted($0, $1) }]
        case .always(let type): [type]
        case .named: [attributes["dtype"]?.string.flatMap { DType(name: $0) } ?? dtype]
        }
    }
}

/// What an operation is given: tensors, and constants between them.
struct OperationArguments {
    let tensors: [Tensor]
    private let attributes: JSON.Object
    private let constants: [String: JSON]

    init(_ tensors: [Tensor], _ attributes: JSON.Object, _ constants: [String: JSON]) {
        (self.tensors, self.attributes, self.constants) = (tensors, attributes, constants)
    }

    /// An argument by name, or at a place of the call, if it is given and not null.
    func constant(_ name: String, at place: Int? = nil) -> JSON? {
        let found = attributes[name] ?? constants[name] ?? place.flatMap { constants["arg\($0)"] }
        return found.flatMap { $0.isNull ? nil : $0 }
    }

    func value<Value: ConfigValue>(_ name: String, at place: Int? = nil, _ standard: Value) throws(ConfigError) -> Value
    {
        guard let json = constant(name, at: place) else { return standard }
        do throws(ConfigError) { return try Value(config: json) } catch { throw error.at(name) }
    }

    /// The axes that `axis` names; `nil` for all of them.
    func axes() throws(ConfigError) -> [Int]? {
        try value("axis", at: 1, Axes?.none)?.axes
    }

    /// The argument at a place: a tensor, or a constant in the type of the first tensor.
    func operand(_ place: Int) throws(ConfigError) -> Tensor {
        if let json = constants["arg\(place)"] {
            let array = try NumberArray(config: json)
            let type = tensors.first?.dtype ?? .float32
            let isWhole = array.values.allSatisfy { $0 == $0.rounded() } && json.double != nil && json.int != nil
            return array.tensor(type.isFloating || isWhole ? type : .float32)
        }
        let before = (0..<place).count(where: { constants["arg\($0)"] == nil })
        guard before < tensors.count else { throw ConfigError("argument \(place) is missing") }
        return tensors[before]
    }
}
