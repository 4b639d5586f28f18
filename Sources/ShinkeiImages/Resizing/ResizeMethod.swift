#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#else
    import Musl
#endif

/// How the pixels of a resized image are worked out of the old ones. An image's pixel is a cell, and its middle counts.
public enum ResizeMethod: String, Sendable, CaseIterable {
    /// The old pixel at the new one's middle.
    case nearest
    /// Straight lines between neighbours.
    case bilinear
    /// Cubic curves through four neighbours (Keys 1981, a = -½).
    case bicubic
    /// The mean of what the new pixel covers.
    case area
    /// A sinc of three lobes, after Lanczos; always antialiased.
    case lanczos3
    /// A sinc of five lobes, after Lanczos; always antialiased.
    case lanczos5
    /// A bell of 1.5 pixels; always antialiased.
    case gaussian
    /// The cubic of Mitchell and Netravali (1988), a compromise between blur and ringing; always antialiased.
    case mitchellCubic = "mitchellcubic"

    /// The curve that weighs old pixels by their distance, and how far it reaches.
    var kernel: (radius: Float, weight: @Sendable (Float) -> Float)? {
        switch self {
        case .nearest, .area: nil
        case .bilinear: (1, { max(0, 1 - $0) })
        case .bicubic:
            (
                2,
                { x in
                    if x >= 2 { return 0 }
                    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1
                }
            )
        case .lanczos3: (3, lanczos(3))
        case .lanczos5: (5, lanczos(5))
        case .gaussian: (1.5, { x in x >= 1.5 ? 0 : expf(-x * x / (2 * 0.5 * 0.5)) })
        case .mitchellCubic:
            (
                2,
                { x in
                    if x >= 2 { return 0 }
                    return x >= 1
                        ? ((-7 / 18 * x + 2) * x - 10 / 3) * x + 16 / 9 : (7 / 6 * x - 2) * x * x + 8 / 9
                }
            )
        }
    }
}

private func lanczos(_ radius: Float) -> @Sendable (Float) -> Float {
    { x in
        if x > radius { return 0 }
        // The limit at 0, where the formula divides by it.
        if x <= 1e-3 { return 1 }
        return radius * sinf(.pi * x) * sinf(.pi * x / radius) / (.pi * .pi * x * x)
    }
}
