import CImageCodecs
public import ShinkeiFormats

extension Image {
    /// The bytes of a PNG or JPEG file. Floats are rounded to 0 … 255.
    ///
    /// - Throws: `FormatError` of kind `unsupported` if the format has no such channels.
    public func encoded(as encoding: ImageEncoding, name: String = "image") throws(FormatError) -> [UInt8] {
        var info = shk_image_info(width: UInt32(width), height: UInt32(height), channels: UInt32(channels))
        let source = bytes
        var result: UnsafeMutablePointer<UInt8>?
        var count = 0
        let format: ImageFormat
        let outcome: (status: Int32, message: String)
        switch encoding {
        case .png(let level):
            format = .png
            try check(name, format, channels: 1...4)
            outcome = withMessage { shk_png_encode(source, &info, Int32(max(0, min(9, level))), &result, &count, $0) }
        case .jpeg(let quality):
            format = .jpeg
            try check(name, format, channels: 1...3)
            outcome = withMessage {
                shk_jpeg_encode(source, &info, Int32(max(1, min(100, quality))), &result, &count, $0)
            }
        }
        defer { shk_image_free(result) }
        try throwIfFailed(outcome.status, outcome.message, name: name, format: format)
        return Array(UnsafeBufferPointer(start: result, count: count))
    }

    /// Writes a file; it is there whole or not at all.
    ///
    /// - Parameter encoding: PNG or JPEG; by the path's ending if `nil`.
    public func write(to path: String, as encoding: ImageEncoding? = nil) throws(FormatError) {
        let ending = path.lowercased()
        let chosen = encoding ?? (ending.hasSuffix(".jpg") || ending.hasSuffix(".jpeg") ? .jpeg() : .png())
        try AtomicFile.write(encoded(as: chosen, name: path), to: path)
    }

    private func check(_ name: String, _ format: ImageFormat, channels allowed: ClosedRange<Int>) throws(FormatError) {
        guard allowed.contains(channels), format == .png || channels != 2 else {
            throw FormatError(
                .unsupported, file: name, format: format.rawValue,
                reason: "has no images of \(channels) channels\(channels == 4 ? "; convert it to .rgb" : "")")
        }
        guard height > 0, width > 0 else {
            throw FormatError(.unsupported, file: name, format: format.rawValue, reason: "the image is empty")
        }
    }
}
