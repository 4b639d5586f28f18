import ShinkeiFormats

/// Everything needed to rebuild an optimizer, as a plain value apart from it: this is what is saved.
public protocol OptimizerConfig: Configuration {
    /// The step size: a number, or a schedule.
    var learningRate: any LearningRateSchedule { get set }
    /// What every optimizer can do.
    var options: OptimizerOptions { get set }
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
        let limits = ["clipnorm", "clipvalue", "global_clipnorm"].filter { object[$0]?.isNull == false }
        if limits.count > 1 { throw ConfigError("\(limits.joined(separator: " and ")) exclude each other") }
        let config = try Config(object, besides: ["is_legacy_optimizer", "decay", "jit_compile"])
        try config.options.check()
        return Self(config)
    }

    /// Its keys and values as files hold them, with the learning rate of now.
    var configMembers: [(String, JSON)] {
        var now = config
        if schedule == nil { now.learningRate = learningRate }
        now.options.name = name
        return now.members
    }
}

extension OptimizerConfig {
    /// The keys that every optimizer has.
    static var commonFields: [ConfigField<Self>] {
        [
            .optional("name", \.options.name), .optional("learning_rate", \.rate),
            .optional("weight_decay", \.options.weightDecay), .optional("clipnorm", \.options.clipnorm),
            .optional("global_clipnorm", \.options.globalClipnorm), .optional("clipvalue", \.options.clipvalue),
            .optional("use_ema", \.options.useEMA), .optional("ema_momentum", \.options.emaMomentum),
            .optional("ema_overwrite_frequency", \.options.emaOverwriteFrequency),
            .optional("loss_scale_factor", \.options.lossScaleFactor),
            .optional("gradient_accumulation_steps", \.options.gradientAccumulationSteps),
        ]
    }

    /// The learning rate as files hold it.
    var rate: LearningRateValue {
        get { LearningRateValue(schedule: learningRate) }
        set { learningRate = newValue.schedule }
    }
}

extension OptimizerOptions {
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
