import Shinkei
import ShinkeiFormats

/// What a picture's file is, by its ending.
enum PlotFormat: String, CaseIterable {
    case svg, png, pdf, html, dot

    /// - Throws: `PlotError` of kind `unknownFormat`.
    init(ofPath path: String) throws(PlotError) {
        let name = path.split(separator: "/").last ?? ""
        // A name that begins with a point has no ending by that.
        let parts = name.drop { $0 == "." }.split(separator: ".", omittingEmptySubsequences: false)
        let ending = parts.dropFirst().last?.lowercased() ?? ""
        switch ending {
        case "htm": self = .html
        case "gv": self = .dot
        default:
            guard let format = PlotFormat(rawValue: ending) else {
                throw PlotError(
                    .unknownFormat, "\(path): the ending must be one of .svg, .png, .pdf, .html and, for models, .dot")
            }
            self = format
        }
    }
}

extension Drawing {
    /// Writes the picture in the format that the path's ending names: `.svg`, `.png`, `.pdf`, `.html`.
    ///
    /// The file appears complete or not at all.
    ///
    /// - Parameter scale: Pixels to a point in a PNG; fewer where it would be longer than 30 000 pixels, which no
    ///   program opens.
    /// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
    public func write(to path: String, scale: Double = 2) throws {
        let bytes: [UInt8]
        switch try PlotFormat(ofPath: path) {
        case .svg: bytes = Array(svg().utf8)
        case .png: bytes = try png(scale: min(scale, greatestScale))
        case .pdf: bytes = try pdf()
        case .html: bytes = Array(html().utf8)
        case .dot: throw PlotError(.unknownFormat, "\(path): .dot is for models; this picture is none")
        }
        try AtomicFile.write(bytes, to: path)
    }

    /// The picture as a page that needs no other file.
    public func html() -> String { page(title: title, body: figure(key: "clip")) }
}

/// Checks before work begins that a path's ending names a format of pictures, and one that this build can write.
///
/// - Throws: `PlotError` of kind `unknownFormat` or `notBuilt`.
public func checkPicturePath(_ path: String) throws(PlotError) {
    let format = try PlotFormat(ofPath: path)
    if (format == .png || format == .pdf) && !Drawing.canMakePNG {
        throw Drawing.withoutCairo(format.rawValue.uppercased())
    }
}
