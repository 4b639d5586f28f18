import Shinkei

extension Drawing.Image {
    /// Pixels from `[height, width]`, or with 1, 3 or 4 channels last.
    ///
    /// Integers are 0 to 255; floats from 0 to 1, or, if some lie outside, from their least to their greatest. NaN is
    /// magenta.
    ///
    /// - Throws: `PlotError` if the shape is another.
    public init(_ pixels: Tensor) throws(PlotError) { try self.init(pixels, range: nil, isSigned: false) }

    /// - Parameters:
    ///   - range: What is black and what is white.
    ///   - isSigned: Blue to white to red about the middle of the range, for one channel.
    init(_ pixels: Tensor, range: ClosedRange<Double>?, isSigned: Bool) throws(PlotError) {
        let sizes = pixels.shape.sizes
        let channels = sizes.count == 3 ? sizes[2] : 1
        guard sizes.count == 2 || sizes.count == 3, [1, 3, 4].contains(channels), pixels.shape.count > 0 else {
            throw PlotError(.nothingToDraw, "an image needs [height, width] or 1, 3 or 4 channels; got \(pixels.shape)")
        }
        guard sizes[0] <= 8192, sizes[1] <= 8192 else {
            throw PlotError(.tooLarge, "an image of \(pixels.shape) is too large")
        }
        let values = pixels.array(of: Double.self)
        let finite = values.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
        let natural = pixels.dtype.isFloating ? 0.0...1.0 : 0.0...255.0
        let range = range ?? (low >= natural.lowerBound && high <= natural.upperBound ? natural : low...high)
        let width = max(range.upperBound - range.lowerBound, 1e-300)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sizes[0] * sizes[1] * 4)
        for start in stride(from: 0, to: values.count, by: channels) {
            let parts = (0..<channels).map { (values[start + $0] - range.lowerBound) / width }
            if parts.contains(where: \.isNaN) {
                bytes += [255, 0, 255, 255]
            } else if isSigned && channels == 1 {
                bytes += signedColor(2 * parts[0] - 1).bytes
            } else {
                let color = channels == 1 ? [parts[0], parts[0], parts[0]] : Array(parts.prefix(3))
                bytes += (color + [channels == 4 ? parts[3] : 1]).map { UInt8((max(0, min(1, $0)) * 255).rounded()) }
            }
        }
        self.init(columns: sizes[1], rows: sizes[0], rgba: bytes)
    }
}

/// Red below 0, white, blue above, at -1 and 1 in full.
func signedColor(_ value: Double) -> Drawing.Color {
    value < 0
        ? Drawing.Color.white.mixed(Drawing.Color(0xb2182b), min(1, -value))
        : Drawing.Color.white.mixed(Drawing.Color(0x2166ac), min(1, value))
}

/// Images in rows, each with a line of text.
struct ImageGrid {
    struct Cell {
        var image: Drawing.Image
        var caption: String
        var color = Drawing.Color(0x1f2937)
        /// A second line.
        var note = ""
    }
    var title: String
    var subtitle = ""
    var cells: [Cell]
    var columns: Int
    /// The longer side of an image.
    var side: Double

    func drawing() -> Drawing {
        let perRow = max(1, min(columns, cells.count))
        let widest = cells.map { Double($0.image.columns) / Double(max($0.image.columns, $0.image.rows)) }.max() ?? 1
        let tallest = cells.map { Double($0.image.rows) / Double(max($0.image.columns, $0.image.rows)) }.max() ?? 1
        let hasCaptions = cells.contains { !$0.caption.isEmpty }
        let hasNotes = cells.contains { !$0.note.isEmpty }
        let cellWidth = side * widest + 12
        let cellHeight = side * tallest + 10 + (hasCaptions ? 15 : 0) + (hasNotes ? 14 : 0)
        let rows = (cells.count + perRow - 1) / perRow
        let top = subtitle.isEmpty ? 40.0 : 56
        let head = textWidth(title, size: 14, isBold: true)
        var drawing = Drawing(
            width: max(Double(perRow) * cellWidth + 16, min(700, max(head, textWidth(subtitle, size: 11)) + 28)),
            height: Double(rows) * cellHeight + top + 10, title: title)
        drawing.elements.append(
            .text(
                .init(
                    shortened(title, to: drawing.width - 20, size: 14, isBold: true), at: .init(14, 24), size: 14,
                    isBold: true, color: Drawing.Color(0x1f2937))))
        drawing.elements.append(
            .text(
                .init(
                    shortened(subtitle, to: drawing.width - 20, size: 11), at: .init(14, 42), size: 11,
                    color: Drawing.Color(0x6b7280))))
        for (i, cell) in cells.enumerated() {
            let scale = side / Double(max(cell.image.columns, cell.image.rows))
            let (width, height) = (Double(cell.image.columns) * scale, Double(cell.image.rows) * scale)
            let x = 8 + Double(i % perRow) * cellWidth
            let y = top + Double(i / perRow) * cellHeight
            let place = Drawing.Rectangle(x + (cellWidth - width) / 2, y + (side * tallest - height) / 2, width, height)
            drawing.elements.append(.image(cell.image, place))
            drawing.elements.append(.rectangle(place, .init(stroke: Drawing.Color(0xd1d5db), lineWidth: 0.7)))
            for (line, text) in [cell.caption, cell.note].enumerated() where !text.isEmpty {
                drawing.elements.append(
                    .text(
                        .init(
                            shortened(text, to: cellWidth - 2, size: 11),
                            at: .init(x + cellWidth / 2, y + side * tallest + 14 + 14 * Double(line)), size: 11,
                            isBold: line == 0 && cell.note != "", anchor: .middle, color: cell.color)))
            }
        }
        return drawing
    }
}
