import ShinkeiFormats

extension Initializer: ConfigValue {
    /// A name (`glorot_uniform`, `GlorotUniform`), or Keras's object with the class's name and its arguments.
    public init(config: JSON) throws(ConfigError) {
        var object = try ClassObject(config, "an initializer")
        do throws(UnknownNameError) { try self.init(named: object.className) } catch {
            throw ConfigError(error.description)
        }
        switch name {
        case "constant": self = .constant(try object.take("value", 0.0))
        case "identity": self = .identity(gain: try object.take("gain", 1.0))
        case "orthogonal": self = .orthogonal(gain: try object.take("gain", 1.0))
        case "random_uniform":
            self = .randomUniform(try object.take("minval", -0.05), try object.take("maxval", 0.05))
        case "random_normal":
            self = .randomNormal(
                mean: try object.take("mean", 0.0), standardDeviation: try object.take("stddev", 0.05))
        case "truncated_normal":
            self = .truncatedNormal(
                mean: try object.take("mean", 0.0), standardDeviation: try object.take("stddev", 0.05))
        case "variance_scaling":
            let scale = try object.take("scale", 1.0)
            guard scale > 0 else { throw ConfigError("scale: must be positive; got \(scale)") }
            self = .varianceScaling(
                scale: scale, mode: try object.take("mode", Mode.fanIn),
                distribution: try object.take("distribution", KerasDistribution(.truncatedNormal)).distribution)
        default: break
        }
        // Keras 2 wrote the type too; a layer's weights have the layer's.
        _ = try object.take("dtype", "")
        seed = try object.take("seed", Seed(nil)).number
        try object.finish()
    }

    public var config: JSON {
        var arguments: JSON.Object = [:]
        switch kind {
        case .constant(let value): if name == "constant" { arguments["value"] = .number(value) }
        case .identity(let gain), .orthogonal(let gain): arguments["gain"] = .number(gain)
        case .uniform(let low, let high):
            arguments["minval"] = .number(low)
            arguments["maxval"] = .number(high)
        case .normal(let mean, let deviation), .truncatedNormal(let mean, let deviation):
            arguments["mean"] = .number(mean)
            arguments["stddev"] = .number(deviation)
        case .varianceScaling(let scale, let mode, let distribution):
            if name == "variance_scaling" {
                arguments["scale"] = .number(scale)
                arguments["mode"] = mode.config
                arguments["distribution"] = distribution.config
            }
        }
        if isRandom { arguments["seed"] = seed.config }
        return ClassObject.json("initializers", kerasClassName, arguments)
    }

    private var isRandom: Bool {
        switch kind {
        case .constant, .identity: false
        default: true
        }
    }

    /// `glorot_uniform` is the class `GlorotUniform`.
    private var kerasClassName: String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

/// The distribution, for which Keras 1 had another name.
private struct KerasDistribution: ConfigValue {
    let distribution: Initializer.Distribution
    init(_ distribution: Initializer.Distribution) { self.distribution = distribution }
    init(config: JSON) throws(ConfigError) {
        distribution = config.string == "normal" ? .truncatedNormal : try Initializer.Distribution(config: config)
    }
    var config: JSON { distribution.config }
}

/// A number, or the object of a `SeedGenerator` around one.
private struct Seed: ConfigValue {
    let number: Int?
    init(_ number: Int?) { self.number = number }
    init(config: JSON) throws(ConfigError) { number = try Int?(config: config["config"]?["seed"] ?? config) }
    var config: JSON { number.config }
}
