public import ShinkeiCore

/// A picture: rows from the top, pixels from the left, channels together.
///
/// A decoded file has bytes, 0 to 255; what is computed has floats, in the same range unless it was rescaled.
public struct Image: Hashable, Sendable {
    /// The numbers, in the order row, column, channel.
    public enum Pixels: Hashable, Sendable {
        case bytes([UInt8])
        case floats([Float])

        var count: Int {
            switch self {
            case .bytes(let values): values.count
            case .floats(let values): values.count
            }
        }
    }

    /// The number of rows.
    public let height: Int
    /// The number of columns.
    public let width: Int
    /// The numbers a pixel has: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha; others may be computed.
    public let channels: Int
    /// The numbers, in the order row, column, channel.
    public let pixels: Pixels

    /// - Precondition: There are `height · width · channels` numbers.
    public init(height: Int, width: Int, channels: Int, pixels: Pixels) {
        guard height >= 0, width >= 0, channels > 0, pixels.count == height * width * channels else {
            trap("Image: \(pixels.count) numbers do not fill [\(height), \(width), \(channels)]")
        }
        (self.height, self.width, self.channels, self.pixels) = (height, width, channels, pixels)
    }

    /// An image of bytes.
    public init(height: Int, width: Int, channels: Int, bytes: [UInt8]) {
        self.init(height: height, width: width, channels: channels, pixels: .bytes(bytes))
    }

    /// An image of floats.
    public init(height: Int, width: Int, channels: Int, floats: [Float]) {
        self.init(height: height, width: width, channels: channels, pixels: .floats(floats))
    }

    /// `[height, width, channels]`.
    public var shape: [Int] { [height, width, channels] }

    /// The numbers as floats.
    public var floats: [Float] {
        switch pixels {
        case .bytes(let values): values.map(Float.init)
        case .floats(let values): values
        }
    }

    /// The numbers as bytes: floats are rounded, and what lies outside of 0 to 255, or is no number, becomes its end.
    public var bytes: [UInt8] {
        switch pixels {
        case .bytes(let values): values
        case .floats(let values): values.map { UInt8(max(0, min(255, $0.rounded(.toNearestOrEven)))) }
        }
    }

    /// The numbers at a place.
    public subscript(row: Int, column: Int) -> [Float] {
        let first = (row * width + column) * channels
        switch pixels {
        case .bytes(let values): return values[first..<first + channels].map(Float.init)
        case .floats(let values): return Array(values[first..<first + channels])
        }
    }
}

// MARK: - Tensors

extension Image {
    /// An image from a tensor `[height, width, channels]`, or `[height, width]` for gray; `uint8` gives bytes, other types floats.
    ///
    /// - Precondition: The tensor has two or three axes.
    public init(_ tensor: Tensor) {
        let sizes = tensor.shape.sizes
        guard sizes.count == 2 || sizes.count == 3 else {
            trap("Image: the shape \(tensor.shape) is not that of an image")
        }
        self.init(
            height: sizes[0], width: sizes[1], channels: sizes.count == 3 ? sizes[2] : 1,
            pixels: tensor.dtype == .uint8 ? .bytes(tensor.array(of: UInt8.self)) : .floats(tensor.array()))
    }

    /// `[height, width, channels]`: `uint8` for bytes, `float32` for floats.
    public var tensor: Tensor {
        switch pixels {
        case .bytes(let values): Tensor(values, shape: shape, dtype: .uint8)
        case .floats(let values): Tensor(values, shape: shape)
        }
    }
}
