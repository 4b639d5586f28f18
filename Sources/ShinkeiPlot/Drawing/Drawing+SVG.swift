import ShinkeiFormats

extension Drawing {
    /// The picture as an SVG file, complete in itself.
    public func svg() -> String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svgElement() }

    /// The picture as an element of a page, in which no other picture has this key.
    func svgElement(key: String = "clip") -> String {
        var writer = SVGWriter(key: key)
        writer.text +=
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(short(width))\" height=\"\(short(height))\" "
            + "viewBox=\"0 0 \(short(width)) \(short(height))\" role=\"img\" font-family=\"\(svgFonts)\">\n"
        if !title.isEmpty { writer.text += "<title>\(escaped(title))</title>\n" }
        writer.write(.rectangle(Rectangle(0, 0, width, height), Style(fill: .white)))
        for element in elements { writer.write(element) }
        writer.text += "</svg>\n"
        return writer.text
    }
}

/// The first two have equal widths, which the layouts reckon with.
private let svgFonts = "'DejaVu Sans',Verdana,'Noto Sans CJK JP','Hiragino Sans',Meiryo,sans-serif"

private struct SVGWriter {
    let key: String
    var text = ""
    private var clips = 0

    init(key: String) { self.key = key }

    mutating func write(_ element: Drawing.Element) {
        switch element {
        case .rectangle(let box, let radius, let style):
            text += "<rect \(place(box))"
            if radius > 0 { text += " rx=\"\(short(radius))\"" }
            text += "\(attributes(style))/>\n"
        case .ellipse(let box, let style):
            let center = box.center
            text += "<ellipse cx=\"\(short(center.x))\" cy=\"\(short(center.y))\" "
            text += "rx=\"\(short(box.width / 2))\" ry=\"\(short(box.height / 2))\"\(attributes(style))/>\n"
        case .path(let path, let style):
            let steps = path.steps.map { step -> String in
                switch step {
                case .move(let p): "M\(pair(p))"
                case .line(let p): "L\(pair(p))"
                case .curve(let a, let b, let p): "C\(pair(a)) \(pair(b)) \(pair(p))"
                case .close: "Z"
                }
            }
            text += "<path d=\"\(steps.joined())\"\(attributes(style))/>\n"
        case .text(let line): write(line)
        case .image(let image, let box):
            text += "<image \(place(box)) preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" "
            text += "href=\"data:image/png;base64,\(base64(pngFile(image)))\"/>\n"
        case .group(let elements, let clip, let title):
            var clipping = ""
            if let clip {
                clips += 1
                text += "<clipPath id=\"\(key)\(clips)\"><rect \(place(clip))/></clipPath>\n"
                clipping = " clip-path=\"url(#\(key)\(clips))\""
            }
            text += "<g\(clipping)>\n"
            if let title { text += "<title>\(escaped(title))</title>\n" }
            for element in elements { write(element) }
            text += "</g>\n"
        }
    }

    private mutating func write(_ line: Drawing.Text) {
        text += "<text x=\"\(short(line.place.x))\" y=\"\(short(line.place.y))\" font-size=\"\(short(line.size))\""
        if line.isBold { text += " font-weight=\"bold\"" }
        switch line.anchor {
        case .start: break
        case .middle: text += " text-anchor=\"middle\""
        case .end: text += " text-anchor=\"end\""
        }
        if line.isTurned { text += " transform=\"rotate(-90 \(short(line.place.x)) \(short(line.place.y)))\"" }
        text += "\(paint("fill", line.color)) xml:space=\"preserve\">\(escaped(line.string))</text>\n"
    }

    private func pair(_ point: Drawing.Point) -> String { "\(short(point.x)) \(short(point.y))" }

    private func place(_ box: Drawing.Rectangle) -> String {
        "x=\"\(short(box.x))\" y=\"\(short(box.y))\" width=\"\(short(box.width))\" height=\"\(short(box.height))\""
    }

    private func attributes(_ style: Drawing.Style) -> String {
        var result = style.fill.map { paint("fill", $0) } ?? " fill=\"none\""
        if let stroke = style.stroke {
            result += paint("stroke", stroke) + " stroke-width=\"\(short(style.lineWidth))\" stroke-linejoin=\"round\""
            if !style.dashes.isEmpty {
                result += " stroke-dasharray=\"\(style.dashes.map(short).joined(separator: " "))\""
            }
        }
        return result
    }

    private func paint(_ name: String, _ color: Drawing.Color) -> String {
        let hex = color.bytes.prefix(3).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return " \(name)=\"#\(hex)\"" + (color.alpha < 1 ? " \(name)-opacity=\"\(short(color.alpha))\"" : "")
    }
}

/// A length with at most two digits behind the point.
func short(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let fraction = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
    return (hundredths < 0 ? "-" : "") + "\(whole)\(fraction)"
}

/// Text as it stands in XML and HTML.
func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        // No document may hold these, and marks of direction would turn what follows.
        case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
            "\u{2066}"..."\u{2069}", "\u{FFFE}", "\u{FFFF}":
            result += "\u{FFFD}"
        default: result.unicodeScalars.append(character)
        }
    }
    return result
}

func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count / 3 * 4 + 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let part = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
        for i in 0..<4 {
            text.append(start + i <= bytes.count ? digits[part >> (18 - 6 * i) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
