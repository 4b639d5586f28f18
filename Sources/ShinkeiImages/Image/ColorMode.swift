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

/// How bright a colour is: `0.299 R + 0.587 G + 0.114 B`, in Pillow's integers; also the Y of JPEG, and TensorFlow's to one unit.
private func gray(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let (r, g, b) = (UInt32(red) * 19595, UInt32(green) * 38470, UInt32(blue) * 7471)
    return UInt8((r + g + b + 0x8000) >> 16)
}

extension Image {
    /// The image with other channels. An image of bytes only; one that has computed channels has no colours to speak of.
    ///
    /// - Precondition: It has one to four channels.
    public func converted(to mode: ColorMode) -> Image {
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
                case .grayscale: target[to] = isGray ? r : gray(r, g, b)
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
