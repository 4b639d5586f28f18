import ShinkeiCore
import ShinkeiFormats

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
    static let types: [any ConfiguredOptimizer.Type] = [
        Adadelta.self, Adafactor.self, Adagrad.self, Adam.self, AdamW.self, Adamax.self, Ftrl.self, Lamb.self,
        Lion.self,
        Muon.self, Nadam.self, RMSprop.self, SGD.self,
    ]
    static let table = NameTable<@Sendable () -> Optimizer>(
        kind: "optimizer",
        entries: types.map { type in (type.className.lowercased(), { type.standard() }) }.sorted { $0.0 < $1.0 })

    /// The optimizer of Keras's class of this name; `nil` if there is none.
    static func make(className: String, _ config: JSON) throws(ConfigError) -> Optimizer? {
        if className == LossScaleOptimizer.className { return try LossScaleOptimizer.make(config) }
        return try types.first { $0.className == className }?.make(config)
    }

    /// The object that files hold; `nil` if the optimizer has no configuration.
    static func object(_ optimizer: Optimizer) -> JSON? {
        if let optimizer = optimizer as? any ConfiguredOptimizer {
            return ClassObject.json("optimizers", type(of: optimizer).className, JSON.Object(optimizer.configMembers))
        }
        return (optimizer as? LossScaleOptimizer)?.object
    }
}

extension ConfiguredOptimizer {
    /// With the default arguments.
    static func standard() -> Optimizer { Self(Config.defaults) }
}
