import ShinkeiCore
import ShinkeiFormats

/// A number, or an array of numbers in nested lists, as files hold values that a layer was given.
public struct NumberArray: ConfigValue, Hashable, Sendable {
    /// The sizes; none for one number.
    public var shape: [Int]
    /// The numbers in row-major order.
    public var values: [Double]

    /// An array of this shape.
    ///
    /// - Precondition: The numbers fill it.
    public init(_ values: [Double], shape: [Int]) {
        guard values.count == shape.reduce(1, *) else {
            trap("NumberArray: \(values.count) values do not fill the shape \(shape)")
        }
        (self.values, self.shape) = (values, shape)
    }

    /// Numbers, nested lists of them, or Keras's object around either.
    public init(config: JSON) throws(ConfigError) {
        let isWrapped = ["__numpy__", "__tensor__"].contains(config["class_name"]?.string ?? "")
        let json = isWrapped ? config["config"]?["value"] ?? config : config
        guard let list = json.array else {
            (shape, values) = ([], [try Double(config: json)])
            return
        }
        (shape, values) = ([list.count], [])
        for (i, item) in list.enumerated() {
            let part = try NumberArray(config: item)
            if i == 0 { shape += part.shape }
            guard part.shape == Array(shape.dropFirst()) else { throw expected("lists of one length", json) }
            values += part.values
        }
    }

    public var config: JSON {
        guard let count = shape.first else { return .number(values[0]) }
        let inner = Array(shape.dropFirst())
        let size = inner.reduce(1, *)
        return .array((0..<count).map { NumberArray(Array(values[$0 * size..<($0 + 1) * size]), shape: inner).config })
    }

    /// The numbers as a tensor.
    func tensor(_ dtype: DType) -> Tensor {
        shape.isEmpty ? Tensor.constant(values[0], dtype: dtype) : Tensor(values, shape: shape, dtype: dtype)
    }
}

extension NumberArray: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// One number.
    public init(floatLiteral value: Double) { self.init([value], shape: []) }
    /// One number.
    public init(integerLiteral value: Int) { self.init([Double(value)], shape: []) }
    /// A list of numbers.
    public init(arrayLiteral values: Double...) { self.init(values, shape: [values.count]) }
}
