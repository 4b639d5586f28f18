/// A format of image files.
public enum ImageFormat: String, Sendable, CaseIterable {
    case png, jpeg, bmp

    /// What a file's first bytes say it is; names of files may lie.
    public init?(firstBytes bytes: some Collection<UInt8>) {
        func begins(_ wanted: [UInt8]) -> Bool { bytes.starts(with: wanted) }
        if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if begins([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if begins([0x42, 0x4D]) {
            self = .bmp
        } else {
            return nil
        }
    }

    /// What else begins like this, for a better error.
    static func unread(_ bytes: some Collection<UInt8>) -> String? {
        if bytes.starts(with: Array("GIF8".utf8)) { return "GIF" }
        if bytes.starts(with: Array("RIFF".utf8)) { return "WebP" }
        if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) { return "TIFF" }
        return nil
    }
}

/// How an image is written.
public enum ImageEncoding: Sendable, Hashable {
    /// Without loss. The level is zlib's, from 0, fast and large, to 9.
    case png(level: Int = 6)
    /// With loss, more of it the lower the quality, 1 to 100. One or three channels.
    case jpeg(quality: Int = 95)
}

/// What is believed of an image's header: a file of a few hundred bytes can claim billions of pixels.
public struct ImageLimits: Sendable, Hashable {
    /// The most pixels an image may have. It is compared with the header, before anything is allocated.
    public var pixels: Int
    /// - Parameter pixels: The most pixels an image may have.
    public init(pixels: Int = 1 << 27) { self.pixels = pixels }
}
