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
    /// - Parameter scale: Pixels to a point in a PNG.
    /// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
    public func write(to path: String, scale: Double = 2) throws {
        let bytes: [UInt8]
        switch try PlotFormat(ofPath: path) {
        case .svg: bytes = Array(svg().utf8)
        case .png: bytes = try png(scale: scale)
        case .pdf: bytes = try pdf()
        case .html: bytes = Array(html().utf8)
        case .dot: throw PlotError(.unknownFormat, "\(path): .dot is for models; this picture is none")
        }
        try AtomicFile.write(bytes, to: path)
    }

    /// The picture as a page that needs no other file.
    public func html() -> String { page(title: title, body: "<figure>\n\(svgElement())</figure>\n") }
}

/// A page that needs no other file.
func page(title: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(escaped(title))</title>
    <style>
    body { font: 15px/1.5 'DejaVu Sans', Verdana, 'Hiragino Sans', 'Noto Sans CJK JP', sans-serif; color: #222;
      max-width: 1100px; margin: 2em auto; padding: 0 1em; }
    h1, h2 { font-weight: 600; line-height: 1.2; }
    h2 { margin-top: 2em; border-bottom: 1px solid #ddd; padding-bottom: .2em; }
    figure { margin: 1em 0; overflow-x: auto; }
    svg { max-width: 100%; height: auto; }
    pre { font: 13px/1.2 'DejaVu Sans Mono', Menlo, Consolas, monospace; overflow-x: auto; }
    table { border-collapse: collapse; }
    td, th { padding: .25em 1em .25em 0; text-align: left; border-bottom: 1px solid #eee; }
    td.number { text-align: right; font-variant-numeric: tabular-nums; }
    </style>
    </head>
    <body>
    \(body)</body>
    </html>

    """
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
