import ShinkeiCore

/// What `compile(optimizer:)` takes: an optimizer, `.adam()`, or a name.
public protocol OptimizerConvertible {
    /// - Throws: `UnknownNameError` if it is a name that nobody knows.
    func makeOptimizer() throws -> Optimizer
}

extension Optimizer: OptimizerConvertible {
    /// The optimizer meant.
    public func makeOptimizer() -> Optimizer { self }
}

extension String: OptimizerConvertible {
    /// The optimizer meant.
    public func makeOptimizer() throws -> Optimizer { try OptimizerRegistry.table.lookup(self)() }
}

/// Every optimizer that a name can choose. Sorted; a test looks through the sources for one that is
/// missing here.
enum OptimizerRegistry {
    static let types: [any ConfiguredOptimizer.Type] = [Adam.self, RMSprop.self, SGD.self]
    static let table = NameTable<@Sendable () -> Optimizer>(
        kind: "optimizer",
        entries: [
            ("adam", { Adam() }),
            ("rmsprop", { RMSprop() }),
            ("sgd", { SGD() }),
        ])
}

extension OptimizerConvertible where Self == SGD {
    /// See `SGD`.
    public static func sgd(
        learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
        clipping: GradientClipping = .none
    ) -> SGD {
        SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov, clipping: clipping)
    }
}

extension OptimizerConvertible where Self == RMSprop {
    /// See `RMSprop`.
    public static func rmsprop(
        learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-7,
        centered: Bool = false, clipping: GradientClipping = .none
    ) -> RMSprop {
        RMSprop(
            learningRate: learningRate, rho: rho, momentum: momentum, epsilon: epsilon,
            centered: centered,
            clipping: clipping)
    }
}

extension OptimizerConvertible where Self == Adam {
    /// See `Adam`.
    public static func adam(
        learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7,
        amsgrad: Bool = false, clipping: GradientClipping = .none
    ) -> Adam {
        Adam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            amsgrad: amsgrad,
            clipping: clipping)
    }
}
