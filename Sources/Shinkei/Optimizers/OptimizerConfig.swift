import ShinkeiFormats

/// Everything needed to rebuild an optimizer, as a plain value apart from it: this is what is saved.
public protocol OptimizerConfig: Configuration {
    /// The step size.
    var learningRate: Double { get set }
    /// Limits on the gradients before they are used.
    var clipping: GradientClipping { get set }
}

/// An optimizer that is made from a plain value and can therefore be saved and loaded.
public protocol ConfiguredOptimizer: Optimizer {
    associatedtype Config: OptimizerConfig
    /// What the optimizer was made from.
    var config: Config { get }
    /// The optimizer that such a value describes. The value has been checked.
    init(_ config: Config)
}

extension ConfiguredOptimizer {
    /// Keras's name of the class.
    static var className: String { String(describing: Self.self) }

    static func make(_ object: JSON) throws(ConfigError) -> Optimizer {
        if let rate = object["learning_rate"], rate.object != nil {
            throw ConfigError("learning_rate: schedules are known, not supported yet")
        }
        return Self(
            try Config(object, besides: ["name", "ema_momentum", "is_legacy_optimizer", "decay", "jit_compile"]))
    }

    /// Its keys and values as files hold them, with the learning rate of now.
    var configMembers: [(String, JSON)] {
        var now = config
        now.learningRate = learningRate
        return [("name", .string(name))] + now.members
    }
}

extension OptimizerConfig {
    /// The keys that every optimizer has.
    static var commonFields: [ConfigField<Self>] {
        [
            .optional("learning_rate", \.learningRate), .optional("clipnorm", \.clipnorm),
            .optional("global_clipnorm", \.globalClipnorm), .optional("clipvalue", \.clipvalue),
        ]
    }

    var clipnorm: Double? {
        get { if case .norm(let limit) = clipping { limit } else { nil } }
        set { if let newValue { clipping = .norm(newValue) } }
    }
    var globalClipnorm: Double? {
        get { if case .globalNorm(let limit) = clipping { limit } else { nil } }
        set { if let newValue { clipping = .globalNorm(newValue) } }
    }
    var clipvalue: Double? {
        get { if case .value(let limit) = clipping { limit } else { nil } }
        set { if let newValue { clipping = .value(newValue) } }
    }
}
