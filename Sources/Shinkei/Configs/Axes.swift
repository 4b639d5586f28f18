import ShinkeiFormats

/// Axes as Keras gives them: one number, or a list.
struct Axes: ConfigValue, Hashable, Sendable {
    var axes: [Int]
    init(_ axes: [Int]) { self.axes = axes }

    init(config: JSON) throws(ConfigError) {
        axes = config.array == nil ? [try Int(config: config)] : try [Int](config: config)
    }
    var config: JSON { axes.count == 1 ? axes[0].config : axes.config }
}
