public import ShinkeiFormats

/// One number for each spatial axis: a window's sizes, strides. A single number stands for all: `3`, `[3, 5]`.
public struct Extent<Axes: SpatialAxes>: ConfigValue, Hashable, Sendable {
    /// As many as there are axes.
    public let sizes: [Int]

    /// The same number on every axis.
    public init(_ size: Int) { sizes = [Int](repeating: size, count: Axes.count) }

    /// - Precondition: There is one number for each axis.
    public init(_ sizes: [Int]) {
        guard sizes.count == Axes.count else {
            trap("needs one number, or one for each of \(Axes.count) axes; got \(sizes)")
        }
        self.sizes = sizes
    }

    public init(config: JSON) throws(ConfigError) {
        guard config.array != nil else {
            self.init(try Int(config: config))
            return
        }
        let sizes = try [Int](config: config)
        guard sizes.count == Axes.count else { throw expected("one number, or \(Axes.count) of them", config) }
        self.init(sizes)
    }

    public var config: JSON { sizes.config }

    func check(_ key: String, from least: Int = 1) throws(ConfigError) {
        guard sizes.allSatisfy({ $0 >= least }) else {
            throw ConfigError("\(key): needs numbers from \(least); got \(sizes)")
        }
        // They are multiplied with each other and with the sizes of axes.
        guard sizes.allSatisfy({ $0 <= 1 << 20 }) else {
            throw ConfigError("\(key): \(sizes) is more than memory can hold")
        }
    }
}

extension Extent: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// The same number on every axis.
    public init(integerLiteral value: Int) { self.init(value) }
    /// One number for each axis.
    public init(arrayLiteral elements: Int...) { self.init(elements) }
}
