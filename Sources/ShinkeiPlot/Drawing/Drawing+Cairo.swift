import CShinkeiCanvas

extension Drawing {
    /// Whether this build can write PNG and PDF: it was made where cairo and pango are installed.
    public static var canMakePNG: Bool { shk_canvas_is_available() != 0 }

    /// The picture as a PNG file.
    ///
    /// - Parameter scale: Pixels to a point.
    /// - Throws: `PlotError` if this build has no cairo, the picture is too large, or a character is in no installed
    ///   font.
    public func png(scale: Double = 2) throws(PlotError) -> [UInt8] {
        guard scale <= greatestScale else {
            throw PlotError(
                .tooLarge,
                "a PNG of \(short(scale * width)) × \(short(scale * height)) pixels is too large; "
                    + "take a smaller scale, or SVG")
        }
        return try file(isPDF: false, scale: scale)
    }

    /// Pixels to a point up to which a PNG is not too large.
    var greatestScale: Double { min(30_000 / max(width, height), (250e6 / (width * height)).squareRoot()) }

    /// The picture as a PDF file of one page.
    ///
    /// - Throws: `PlotError` if this build has no cairo, or a character is in no installed font.
    public func pdf() throws(PlotError) -> [UInt8] { try file(isPDF: true, scale: 1) }

    static func withoutCairo(_ format: String) -> PlotError {
        PlotError(
            .notBuilt,
            "\(format) needs cairo and pango, which this build has not; install libcairo2-dev and libpango1.0-dev and "
                + "build again, or write .svg")
    }

    private func file(isPDF: Bool, scale: Double) throws(PlotError) -> [UInt8] {
        guard Drawing.canMakePNG else { throw Drawing.withoutCairo(isPDF ? "PDF" : "PNG") }
        guard let canvas = shk_canvas_new(isPDF ? 1 : 0, width, height, scale) else {
            throw PlotError(.tooLarge, "no memory for a picture of \(short(width)) × \(short(height)) points")
        }
        defer { shk_canvas_free(canvas) }
        var painter = CairoPainter(canvas: canvas)
        painter.draw(.rectangle(Rectangle(0, 0, width, height), Style(fill: .white)))
        for element in elements { painter.draw(element) }
        if let text = painter.unknown {
            throw PlotError(
                .missingFont,
                "no installed font has every character of \"\(text)\"; install one, such as fonts-noto-cjk, or write .svg"
            )
        }
        var count = 0
        var reason: UnsafePointer<CChar>?
        guard let bytes = shk_canvas_finish(canvas, &count, &reason) else {
            throw PlotError(.notDrawn, "cairo: \(reason.map { String(cString: $0) } ?? "failed")")
        }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}

private struct CairoPainter {
    let canvas: OpaquePointer
    /// The first text that no font can show.
    var unknown: String?

    mutating func draw(_ element: Drawing.Element) {
        switch element {
        case .rectangle(let box, let radius, let style):
            shk_canvas_rectangle(canvas, box.x, box.y, box.width, box.height, radius)
            paint(style)
        case .ellipse(let box, let style):
            shk_canvas_ellipse(canvas, box.x, box.y, box.width, box.height)
            paint(style)
        case .path(let path, let style):
            for step in path.steps {
                switch step {
                case .move(let p): shk_canvas_move(canvas, p.x, p.y)
                case .line(let p): shk_canvas_line(canvas, p.x, p.y)
                case .curve(let a, let b, let p): shk_canvas_curve(canvas, a.x, a.y, b.x, b.y, p.x, p.y)
                case .close: shk_canvas_close(canvas)
                }
            }
            paint(style)
        case .text(let line):
            color(line.color)
            let missing = shk_canvas_text(
                canvas, line.string, line.place.x, line.place.y, line.size, line.isBold ? 1 : 0,
                Int32(line.anchor.rawValue), line.isTurned ? 1 : 0)
            if missing > 0 { unknown = unknown ?? line.string }
        case .image(let image, let box):
            shk_canvas_image(
                canvas, image.bytes, Int32(image.columns), Int32(image.rows), box.x, box.y, box.width, box.height)
        case .group(let elements, let clip, _):
            if let clip { shk_canvas_clip(canvas, clip.x, clip.y, clip.width, clip.height) }
            for element in elements { draw(element) }
            if clip != nil { shk_canvas_pop(canvas) }
        }
    }

    private func color(_ color: Drawing.Color) {
        shk_canvas_color(canvas, color.red, color.green, color.blue, color.alpha)
    }

    private func paint(_ style: Drawing.Style) {
        if let fill = style.fill {
            color(fill)
            shk_canvas_fill(canvas)
        }
        if let stroke = style.stroke {
            color(stroke)
            shk_canvas_stroke(canvas, style.lineWidth, style.dashes, Int32(style.dashes.count))
        }
        shk_canvas_new_path(canvas)
    }
}
