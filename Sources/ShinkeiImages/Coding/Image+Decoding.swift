import CImageCodecs
public import ShinkeiFormats

extension Image {
    /// Reads a PNG, JPEG or BMP file; what it is, its first bytes say.
    ///
    /// Pixels are bytes. PNG: palettes and fewer bits are expanded, of 16 bits the upper 8 are kept. JPEG: the same
    /// arithmetic as Pillow, libjpeg's accurate one, down to the last bit where the library is the same.
    ///
    /// - Parameters:
    ///   - mode: The channels wanted; those of the file if `nil`.
    ///   - limits: What is believed of the header.
    /// - Throws: `FormatError` with the file's name.
    public init(contentsOf path: String, as mode: ColorMode? = nil, limits: ImageLimits = ImageLimits())
        throws(FormatError)
    {
        try self.init(decoding: FileReader(path).readAll(), name: path, as: mode, limits: limits)
    }

    /// Decodes a PNG, JPEG or BMP file in memory.
    ///
    /// - Parameter name: What errors call it.
    public init(
        decoding bytes: [UInt8], name: String = "image", as mode: ColorMode? = nil, limits: ImageLimits = ImageLimits()
    ) throws(FormatError) {
        let header = try ImageHeader(bytes, name: name)
        try header.check(limits, name: name)
        let image: Image
        switch header.format {
        case .bmp: image = try BMP(bytes, name: name).image()
        case .png, .jpeg: image = try Image.decodeWithLibrary(bytes, header, name: name)
        }
        self = mode.map { image.converted(to: $0) } ?? image
    }

    private static func decodeWithLibrary(_ bytes: [UInt8], _ header: ImageHeader, name: String) throws(FormatError)
        -> Image
    {
        var info = header.info
        var status: Int32 = 0
        var message = ""
        let count = header.height * header.width * header.channels
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { pixels, filled in
            // A damaged file may leave rows unwritten; they are not shown, but reading them must be harmless.
            pixels.initialize(repeating: 0)
            filled = count
            (status, message) = withMessage { text in
                header.format == .png
                    ? shk_png_decode(bytes, bytes.count, &info, pixels.baseAddress, text)
                    : shk_jpeg_decode(bytes, bytes.count, &info, pixels.baseAddress, text)
            }
        }
        try throwIfFailed(status, message, name: name, format: header.format)
        return Image(height: header.height, width: header.width, channels: header.channels, bytes: pixels)
    }
}

/// What an image's header says.
struct ImageHeader {
    let format: ImageFormat
    let height: Int
    let width: Int
    let channels: Int

    var info: shk_image_info {
        shk_image_info(width: UInt32(width), height: UInt32(height), channels: UInt32(channels))
    }

    init(_ bytes: [UInt8], name: String) throws(FormatError) {
        guard let format = ImageFormat(firstBytes: bytes) else {
            if let other = ImageFormat.unread(bytes) {
                throw FormatError(.unsupported, file: name, format: other, reason: "only PNG, JPEG and BMP are read")
            }
            let reason = bytes.isEmpty ? "the file is empty" : "this is no PNG, JPEG or BMP file"
            throw FormatError(bytes.isEmpty ? .truncated : .notThisFormat, file: name, format: "image", reason: reason)
        }
        self.format = format
        if format == .bmp {
            let bmp = try BMP(bytes, name: name)
            (height, width, channels) = (bmp.height, bmp.width, 3)
            return
        }
        var info = shk_image_info()
        let (status, message) = withMessage { text in
            format == .png
                ? shk_png_info(bytes, bytes.count, &info, text) : shk_jpeg_info(bytes, bytes.count, &info, text)
        }
        try throwIfFailed(status, message, name: name, format: format)
        (height, width, channels) = (Int(info.height), Int(info.width), Int(info.channels))
    }

    func check(_ limits: ImageLimits, name: String) throws(FormatError) {
        guard height > 0, width > 0 else {
            throw FormatError(.malformed, file: name, format: format.rawValue, reason: "the image is empty")
        }
        guard width <= limits.pixels / height else {
            throw FormatError(
                .tooLarge, file: name, format: format.rawValue,
                reason: "\(width) × \(height) pixels; the limit is \(limits.pixels)")
        }
    }
}

/// Calls a codec with room for its message.
func withMessage(_ body: (UnsafeMutablePointer<CChar>) -> Int32) -> (Int32, String) {
    var text = [CChar](repeating: 0, count: Int(SHK_IMAGE_MESSAGE))
    let status = text.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    return (
        status, status == 0 ? "" : String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    )
}

func throwIfFailed(_ status: Int32, _ message: String, name: String, format: ImageFormat) throws(FormatError) {
    let kind: FormatError.Kind
    switch Int(status) {
    case SHK_IMAGE_OK: return
    case SHK_IMAGE_TRUNCATED: kind = .truncated
    case SHK_IMAGE_UNSUPPORTED: kind = .unsupported
    case SHK_IMAGE_NO_MEMORY: kind = .tooLarge
    default: kind = .malformed
    }
    throw FormatError(
        kind, file: name, format: format.rawValue, reason: message.isEmpty ? "cannot be processed" : message)
}
