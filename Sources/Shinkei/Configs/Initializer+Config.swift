import ShinkeiFormats

extension Initializer: ConfigValue {
    /// A name (`glorot_uniform`), or Keras's object with the class's name (`GlorotUniform`) and its arguments.
    public init(config: JSON) throws(ConfigError) {
        if let name = config.string {
            do throws(UnknownNameError) { try self.init(named: snakeCase(name)) } catch {
                throw ConfigError(error.description)
            }
            return
        }
        let arguments = config["config"] ?? .object([:])
        guard let className = config["class_name"]?.string, arguments.object != nil else {
            throw expected("an initializer's name or object", config)
        }
        func number(_ key: String, _ value: Double) throws(ConfigError) -> Double {
            guard let given = arguments[key], !given.isNull else { return value }
            do throws(ConfigError) { return try Double(config: given) } catch { throw error.at(key) }
        }
        switch className {
        case "Constant": self = .constant(try number("value", 0))
        case "RandomUniform": self = .randomUniform(try number("minval", -0.05), try number("maxval", 0.05))
        case "RandomNormal":
            self = .randomNormal(mean: try number("mean", 0), standardDeviation: try number("stddev", 0.05))
        case "TruncatedNormal":
            self = .truncatedNormal(mean: try number("mean", 0), standardDeviation: try number("stddev", 0.05))
        default:
            do throws(UnknownNameError) { try self.init(named: snakeCase(className)) } catch {
                throw ConfigError(error.description)
            }
        }
        seed = arguments["seed"]?.int
    }

    public var config: JSON {
        var arguments: JSON.Object = [:]
        switch kind {
        case .constant(let value): if name == "constant" { arguments["value"] = .number(value) }
        case .uniform(let low, let high):
            arguments["minval"] = .number(low)
            arguments["maxval"] = .number(high)
        case .normal(let mean, let deviation), .truncatedNormal(let mean, let deviation):
            arguments["mean"] = .number(mean)
            arguments["stddev"] = .number(deviation)
        case .varianceScaling: break
        }
        if name != "zeros" && name != "ones" && name != "constant" { arguments["seed"] = seed.config }
        return [
            "module": "keras.initializers", "class_name": .string(kerasClassName), "config": .object(arguments),
            "registered_name": .null,
        ]
    }

    /// `glorot_uniform` is the class `GlorotUniform`.
    private var kerasClassName: String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
