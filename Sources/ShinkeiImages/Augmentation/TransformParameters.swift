/// One transform of one image, as `ImageDataGenerator` draws it. What is left out changes nothing.
public struct TransformParameters: Hashable, Sendable {
    /// The rotation in degrees.
    public var theta = 0.0
    /// The shift in pixels that Keras draws from the height's range.
    public var tx = 0.0
    /// The shift in pixels that Keras draws from the width's range.
    public var ty = 0.0
    /// The shear's angle in degrees.
    public var shear = 0.0
    /// The zoom along the first axis of Keras's matrix: above 1 more is seen, smaller.
    public var zx = 1.0
    /// The zoom along the second axis of Keras's matrix.
    public var zy = 1.0
    /// Left and right exchanged.
    public var flipHorizontal = false
    /// Top and bottom exchanged.
    public var flipVertical = false
    /// Added to every channel, within the image's own smallest and largest number.
    public var channelShift: Double?
    /// The factor of brightness.
    public var brightness: Double?

    /// Parameters that change nothing but what is named.
    public init(
        theta: Double = 0, tx: Double = 0, ty: Double = 0, shear: Double = 0, zx: Double = 1, zy: Double = 1,
        flipHorizontal: Bool = false, flipVertical: Bool = false, channelShift: Double? = nil, brightness: Double? = nil
    ) {
        (self.theta, self.tx, self.ty, self.shear, self.zx, self.zy) = (theta, tx, ty, shear, zx, zy)
        (self.flipHorizontal, self.flipVertical) = (flipHorizontal, flipVertical)
        (self.channelShift, self.brightness) = (channelShift, brightness)
    }

    /// Whether the image's points move, flips aside.
    var isAffine: Bool { theta != 0 || tx != 0 || ty != 0 || shear != 0 || zx != 1 || zy != 1 }
}

/// How far images are shifted. Keras: `width_shift_range`, `height_shift_range`.
///
/// `0.2` is up to a fifth of the size, a number from 1 on, such as `2.5`, pixels; `5` a whole number of pixels below it; `[-2, 0, 3]`
/// one of these, of either sign.
public enum ShiftRange: Sendable, Hashable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    case none
    /// Evenly from both sides; a fraction of the size if below 1.
    case upTo(Double)
    /// One of these numbers, of either sign; fractions of the size if all are below 1.
    case oneOf([Double])

    public init(floatLiteral value: Double) { self = value == 0 ? .none : .upTo(value) }
    public init(integerLiteral value: Int) { self = value <= 0 ? .none : .oneOf((0..<value).map(Double.init)) }
    public init(arrayLiteral values: Double...) { self = values.isEmpty ? .none : .oneOf(values) }

    func draw(_ random: inout ItemRandom, size: Int) -> Double {
        switch self {
        case .none: return 0
        case .upTo(let most):
            let shift = random.uniform(-most, most)
            return most < 1 ? shift * Double(size) : shift
        case .oneOf(let values):
            let value = values[random.below(values.count)]
            let shift = random.below(2) == 0 ? value : -value
            return (values.max() ?? 0) < 1 ? shift * Double(size) : shift
        }
    }
}

/// How far images are zoomed: `0.2` stands for `0.8 ... 1.2`. Keras: `zoom_range`.
public struct ZoomRange: Sendable, Hashable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// The factors; both directions are drawn by themselves.
    public var factors: ClosedRange<Double>
    /// Factors from these.
    public init(_ factors: ClosedRange<Double>) { self.factors = factors }
    /// Factors this far from 1.
    public init(_ distance: Double) { factors = (1 - abs(distance))...(1 + abs(distance)) }
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }
}
