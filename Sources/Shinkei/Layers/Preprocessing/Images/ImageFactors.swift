public import ShinkeiFormats

/// How strong a random change of images is: a number, or the two ends of a range.
///
/// A number `f` stands for `-f ... f` or, where a layer has no negative strength, for `0 ... f`.
public enum RandomFactor: Sendable, Hashable, ConfigValue, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    case single(Double)
    case range(Double, Double)

    public init(floatLiteral value: Double) { self = .single(value) }
    public init(integerLiteral value: Int) { self = .single(Double(value)) }
    /// A range.
    public init(_ range: ClosedRange<Double>) { self = .range(range.lowerBound, range.upperBound) }

    public init(config: JSON) throws(ConfigError) {
        if config.array != nil {
            let ends = try [Double](config: config)
            guard ends.count == 2 else { throw expected("a number or two", config) }
            self = .range(ends[0], ends[1])
        } else {
            self = .single(try Double(config: config))
        }
    }
    public var config: JSON {
        switch self {
        case .single(let value): plain(value)
        case .range(let a, let b): .array([plain(a), plain(b)])
        }
    }

    /// The smallest and the largest strength.
    func ends(least: Double) -> (low: Double, high: Double) {
        switch self {
        case .single(let value): (max(-abs(value), least), abs(value))
        case .range(let a, let b): (min(a, b), max(a, b))
        }
    }

    func check(_ key: String, in bounds: ClosedRange<Double>) throws(ConfigError) {
        let values: [Double]
        switch self {
        case .single(let value): values = [value]
        case .range(let a, let b): values = [a, b]
        }
        guard values.allSatisfy({ bounds.contains($0) }) else {
            throw ConfigError("\(key): must lie in \(bounds.lowerBound) ... \(bounds.upperBound); got \(config.text())")
        }
    }
}

/// Whole numbers without a point: where Keras counts, as in `RandomPosterization`, it takes no others.
private func plain(_ value: Double) -> JSON { Int(exactly: value).map(JSON.int) ?? .number(value) }

/// The smallest and the largest number of a pixel. Keras: `value_range`.
public struct ValueRange: Sendable, Hashable, ConfigValue {
    /// The smallest number: black.
    public var low: Double
    /// The largest number: white.
    public var high: Double
    /// The numbers between two.
    public init(_ a: Double, _ b: Double) { (low, high) = (min(a, b), max(a, b)) }
    /// 0 to 255.
    public static let bytes = ValueRange(0, 255)

    public init(config: JSON) throws(ConfigError) {
        let ends = try [Double](config: config)
        guard ends.count == 2, ends[0] != ends[1] else { throw expected("two numbers", config) }
        self.init(ends[0], ends[1])
    }
    public var config: JSON { .array([plain(low), plain(high)]) }
}

/// What stands where a layer looks outside of an image. Keras: `fill_mode`.
public enum ImageFill: String, ConfigWord, Sendable {
    /// The image in a mirror.
    case reflect
    /// The image again.
    case wrap
    /// A given number.
    case constant
    /// The pixel at the border.
    case nearest
}
