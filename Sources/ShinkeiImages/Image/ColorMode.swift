/// Which channels an image is wanted with. Keras: `color_mode`.
public enum ColorMode: String, Sendable, CaseIterable {
    /// One channel: how bright it is.
    case grayscale
    /// Red, green, blue; alpha is left out.
    case rgb
    /// Red, green, blue, alpha; 255, opaque, where the file has none.
    case rgba

    /// The number of channels.
    public var channels: Int {
        switch self {
        case .grayscale: 1
        case .rgb: 3
        case .rgba: 4
        }
    }
}

/// How bright a colour is.
enum GrayRule {
    /// `0.299 R + 0.587 G + 0.114 B`, rounded: Pillow, and the Y of JPEG.
    case rec601
    /// `0.2126 R + 0.7152 G + 0.0722 B`, cut off, in the integers of libpng: TensorFlow's decoder of PNG.
    case rec709

    func gray(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
        let (r, g, b) = (UInt32(red), UInt32(green), UInt32(blue))
        switch self {
        case .rec601: return UInt8((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16)
        case .rec709: return UInt8((r * 6968 + g * 23434 + b * 2366) >> 15)
        }
    }
}

extension Image {
    /// The image with other channels. An image of bytes only; one that has computed channels has no colours to speak of.
    ///
    /// - Precondition: It has one to four channels.
    public func converted(to mode: ColorMode) -> Image { converted(to: mode, .rec601) }

    func converted(to mode: ColorMode, _ rule: GrayRule) -> Image {
        guard (1...4).contains(channels) else { trap("Image: \(channels) channels are no colours") }
        guard channels != mode.channels else { return self }
        let source = bytes
        let count = height * width
        let target = [UInt8](unsafeUninitializedCapacity: count * mode.channels) { target, filled in
            for i in 0..<count {
                let from = i * channels
                let to = i * mode.channels
                let isGray = channels < 3
                let (r, g, b) =
                    isGray
                    ? (source[from], source[from], source[from]) : (source[from], source[from + 1], source[from + 2])
                switch mode {
                case .grayscale: target[to] = isGray ? r : rule.gray(r, g, b)
                case .rgb: (target[to], target[to + 1], target[to + 2]) = (r, g, b)
                case .rgba:
                    let alpha = channels % 2 == 0 ? source[from + channels - 1] : 255
                    (target[to], target[to + 1], target[to + 2], target[to + 3]) = (r, g, b, alpha)
                }
            }
            filled = target.count
        }
        return Image(height: height, width: width, channels: mode.channels, bytes: target)
    }
}
