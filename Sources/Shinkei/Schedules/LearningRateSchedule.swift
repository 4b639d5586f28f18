public import ShinkeiCore
import ShinkeiFormats

/// How the learning rate changes from step to step. A number is a schedule that stays as it is.
///
/// Keras: `keras.optimizers.schedules.LearningRateSchedule`.
public protocol LearningRateSchedule: Sendable {
    /// The learning rate at a step.
    ///
    /// - Parameter step: How many steps have been done, a `float32` scalar. It is computed inside the compiled step.
    func callAsFunction(_ step: Tensor) -> Tensor
}

extension Double: LearningRateSchedule {
    /// Always the number.
    public func callAsFunction(_ step: Tensor) -> Tensor { Tensor.constant(self, dtype: .float32) }
}

/// A schedule that is a plain value with Keras's arguments and can therefore be saved and loaded.
public protocol ConfiguredSchedule: LearningRateSchedule, Configuration {
    /// What Keras calls the part of the graph it computes.
    var name: String { get set }
}

extension ConfiguredSchedule {
    /// Keras's name of the class.
    static var className: String { String(describing: Self.self) }
    static func make(_ object: JSON) throws(ConfigError) -> any LearningRateSchedule { try Self(object) }
    /// The object that files hold.
    var object: JSON { ClassObject.json("optimizers.schedules", Self.className, JSON.Object(members)) }

    func number(_ value: Double) -> Tensor { Tensor.constant(value, dtype: .float32) }

    /// - Throws: `ConfigError` unless it is positive.
    func positive(_ key: String, _ steps: Double) throws(ConfigError) {
        if !(steps > 0) { throw ConfigError("\(key): must be positive; got \(steps)") }
    }
}

/// The schedules that files can name. Sorted; a test looks through the sources for one that is missing here.
enum ScheduleRegistry {
    static let types: [any ConfiguredSchedule.Type] = [
        CosineDecay.self, CosineDecayRestarts.self, ExponentialDecay.self, InverseTimeDecay.self,
        PiecewiseConstantDecay.self, PolynomialDecay.self,
    ]
}

/// A learning rate in files: a number, or a schedule's object.
struct LearningRateValue: ConfigValue {
    var schedule: any LearningRateSchedule
    init(schedule: any LearningRateSchedule) { self.schedule = schedule }

    init(config: JSON) throws(ConfigError) {
        guard let className = config["class_name"]?.string, config["config"]?["value"] == nil else {
            schedule = try Double(config: config)
            return
        }
        guard let type = ScheduleRegistry.types.first(where: { $0.className == className }) else {
            throw ConfigError("there is no schedule \"\(className)\"")
        }
        do throws(ConfigError) { schedule = try type.make(config["config"] ?? .object([:])) } catch {
            throw error.at(className)
        }
    }

    var config: JSON {
        if let number = schedule as? Double { return .number(number) }
        return (schedule as? any ConfiguredSchedule)?.object ?? .null
    }
}
