import ShinkeiFormats

extension ActivationFunction: ConfigValue {
    /// A name, or Keras's object around one; `null` is `linear`.
    public init(config: JSON) throws(ConfigError) {
        if config.isNull {
            self = .linear
            return
        }
        guard let name = config.string ?? config["config"]?.string else {
            throw expected("an activation's name", config)
        }
        do throws(UnknownNameError) {
            try self.init(named: name)
        } catch {
            throw ConfigError(error.description)
        }
    }
    public var config: JSON { .string(name) }
}
