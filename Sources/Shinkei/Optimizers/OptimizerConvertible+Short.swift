import ShinkeiCore

// What may stand in `compile(optimizer:)` with a leading dot.

extension OptimizerConvertible where Self == Adadelta {
    /// See `Adadelta`.
    public static func adadelta(
        learningRate: any LearningRateSchedule = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) -> Adadelta {
        Adadelta(
            learningRate: learningRate, rho: rho, epsilon: epsilon, weightDecay: weightDecay, clipping: clipping,
            options: options)
    }
}

extension OptimizerConvertible where Self == Adafactor {
    /// See `Adafactor`.
    public static func adafactor(
        learningRate: any LearningRateSchedule = 0.001, beta2Decay: Double = -0.8, epsilon1: Double = 1e-30,
        epsilon2: Double = 1e-3, clipThreshold: Double = 1.0, relativeStep: Bool = true, weightDecay: Double? = nil,
        clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) -> Adafactor {
        Adafactor(
            learningRate: learningRate, beta2Decay: beta2Decay, epsilon1: epsilon1, epsilon2: epsilon2,
            clipThreshold: clipThreshold, relativeStep: relativeStep, weightDecay: weightDecay, clipping: clipping,
            options: options)
    }
}

extension OptimizerConvertible where Self == Adagrad {
    /// See `Adagrad`.
    public static func adagrad(
        learningRate: any LearningRateSchedule = 0.001, initialAccumulatorValue: Double = 0.1, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) -> Adagrad {
        Adagrad(
            learningRate: learningRate, initialAccumulatorValue: initialAccumulatorValue, epsilon: epsilon,
            weightDecay: weightDecay, clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == Adam {
    /// See `Adam`.
    public static func adam(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = nil, clipping: GradientClipping = .none,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Adam {
        Adam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
            weightDecay: weightDecay, clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == AdamW {
    /// See `AdamW`.
    public static func adamW(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = 0.004,
        clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) -> AdamW {
        AdamW(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
            weightDecay: weightDecay, clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == Adamax {
    /// See `Adamax`.
    public static func adamax(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipping: GradientClipping = .none,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Adamax {
        Adamax(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == Ftrl {
    /// See `Ftrl`.
    public static func ftrl(
        learningRate: any LearningRateSchedule = 0.001, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0.0,
        l2RegularizationStrength: Double = 0.0, l2ShrinkageRegularizationStrength: Double = 0.0, beta: Double = 0.0,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) -> Ftrl {
        Ftrl(
            learningRate: learningRate, learningRatePower: learningRatePower,
            initialAccumulatorValue: initialAccumulatorValue, l1RegularizationStrength: l1RegularizationStrength,
            l2RegularizationStrength: l2RegularizationStrength,
            l2ShrinkageRegularizationStrength: l2ShrinkageRegularizationStrength, beta: beta,
            weightDecay: weightDecay, clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == Lamb {
    /// See `Lamb`.
    public static func lamb(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipping: GradientClipping = .none,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Lamb {
        Lamb(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == Lion {
    /// See `Lion`.
    public static func lion(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) -> Lion {
        Lion(
            learningRate: learningRate, beta1: beta1, beta2: beta2, weightDecay: weightDecay, clipping: clipping,
            options: options)
    }
}

extension OptimizerConvertible where Self == Muon {
    /// See `Muon`.
    public static func muon(
        learningRate: any LearningRateSchedule = 0.001, adamBeta1: Double = 0.9, adamBeta2: Double = 0.999,
        adamWeightDecay: Double? = 0.004, epsilon: Double = 1e-7, excludeLayers: [String] = [],
        excludeEmbeddings: Bool = true, muonA: Double = 3.4445, muonB: Double = -4.775, muonC: Double = 2.0315,
        adamLrRatio: Double = 1.0, momentum: Double = 0.95, nsSteps: Int = 5, nesterov: Bool = true,
        rmsRate: Double? = 0.2, weightDecay: Double? = 0.004, clipping: GradientClipping = .none,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Muon {
        Muon(
            learningRate: learningRate, adamBeta1: adamBeta1, adamBeta2: adamBeta2, adamWeightDecay: adamWeightDecay,
            epsilon: epsilon, excludeLayers: excludeLayers, excludeEmbeddings: excludeEmbeddings, muonA: muonA,
            muonB: muonB, muonC: muonC, adamLrRatio: adamLrRatio, momentum: momentum, nsSteps: nsSteps,
            nesterov: nesterov, rmsRate: rmsRate, weightDecay: weightDecay, clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == Nadam {
    /// See `Nadam`.
    public static func nadam(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipping: GradientClipping = .none,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Nadam {
        Nadam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == RMSprop {
    /// See `RMSprop`.
    public static func rmsprop(
        learningRate: any LearningRateSchedule = 0.001, rho: Double = 0.9, momentum: Double = 0.0,
        epsilon: Double = 1e-7, centered: Bool = false, weightDecay: Double? = nil,
        clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) -> RMSprop {
        RMSprop(
            learningRate: learningRate, rho: rho, momentum: momentum, epsilon: epsilon, centered: centered,
            weightDecay: weightDecay, clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == SGD {
    /// See `SGD`.
    public static func sgd(
        learningRate: any LearningRateSchedule = 0.01, momentum: Double = 0.0, nesterov: Bool = false,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) -> SGD {
        SGD(
            learningRate: learningRate, momentum: momentum, nesterov: nesterov, weightDecay: weightDecay,
            clipping: clipping, options: options)
    }
}

extension OptimizerConvertible where Self == LossScaleOptimizer {
    /// See `LossScaleOptimizer`.
    public static func lossScale(
        _ inner: some OptimizerConvertible, initialScale: Double = 32768, dynamicGrowthSteps: Int = 2000
    ) throws -> LossScaleOptimizer {
        LossScaleOptimizer(
            try inner.makeOptimizer(), initialScale: initialScale, dynamicGrowthSteps: dynamicGrowthSteps)
    }
}
