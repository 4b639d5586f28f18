import ShinkeiCore
import ShinkeiFormats

/// Which input of an attention layer is which: the first ones by their place, the others by the names they were given.
struct AttentionInputs<Value> {
    private(set) var named: [String: Value] = [:]

    /// Keras's order of the arguments of a call.
    private static var order: [String] {
        ["query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask"]
    }

    /// - Returns: `nil` if there are more than the layer takes, or one twice.
    init?(_ inputs: [Value], _ options: CallOptions) {
        let count = options.positional ?? inputs.count
        let names = Array(Self.order.prefix(count)) + options.names
        guard count <= Self.order.count, names.count == inputs.count else { return nil }
        for (name, input) in zip(names, inputs) {
            guard Self.order.contains(name), named.updateValue(input, forKey: name) == nil else { return nil }
        }
    }

    subscript(name: String) -> Value? { named[name] }
}

extension CallOptions {
    /// Whether the call was given this flag.
    func isSet(_ name: String) -> Bool { values[name]?.bool ?? false }
}

/// One number or a list; written as a list.
struct NumberList: ConfigValue, Hashable, Sendable {
    var numbers: [Int]
    init(_ numbers: [Int]) { self.numbers = numbers }
    init(config: JSON) throws(ConfigError) { numbers = try Axes(config: config).axes }
    var config: JSON { numbers.config }
}

extension Tensor {
    /// Which of `columns` places each of `rows` places may see, `[rows, columns]`: none that lie behind its own.
    static func causalMask(_ rows: Int, _ columns: Int) -> Tensor {
        arange(rows).expanded(1) .>= arange(columns).expanded(0)
    }

    /// The places less than `window` away.
    static func windowMask(_ rows: Int, _ columns: Int, window: Int) -> Tensor {
        (arange(rows).expanded(1) - arange(columns).expanded(0)).abs() .< Tensor(Int32(window))
    }
}

extension AttentionForm {
    /// As Keras's layers of several heads weigh.
    ///
    /// - Parameter showsWeights: Whether weights are wanted, or computed in a way in which they could be. Keras then gives rows
    ///   that see nothing the output 0, and the mean of the values otherwise.
    init(headSize: Int, dtype: DType, showsWeights: Bool) {
        let large: Double =
            switch dtype {
            case .float16: 65504
            case .float64: Double.greatestFiniteMagnitude
            default: Double(Float.greatestFiniteMagnitude)
            }
        let least = showsWeights ? (dtype == .float16 ? -3e4 : -1e9) : -0.7 * large
        self.init(scale: 1 / Double(headSize).squareRoot(), least: least, zeroesHidden: showsWeights)
    }
}
