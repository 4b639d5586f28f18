import Shinkei

/// The filters of a convolution, or what each unit of a dense layer looks for in an image.
///
/// Kernels over three channels are shown in colour; others in blue (positive) and red (negative) about white, one row
/// an input channel. All have one scale.
///
/// - Parameters:
///   - kernel: `[height, width, channels, filters]`, or `[inputs, units]` with `imageShape`.
///   - imageShape: Height and width (and channels) of the image that a dense layer sees flattened.
///   - maxCount: How many filters are shown at most.
/// - Throws: `PlotError` if the shape is another.
public func filtersDrawing(
    _ kernel: Tensor, imageShape: [Int]? = nil, maxCount: Int = 64, title: String = "Filters"
) throws(PlotError) -> Drawing {
    var kernel = kernel
    if let imageShape, kernel.shape.rank == 2 {
        let shape = imageShape.count == 2 ? imageShape + [1] : imageShape
        guard shape.count == 3, shape.reduce(1, *) == kernel.shape[0] else {
            throw PlotError(.nothingToDraw, "a kernel \(kernel.shape) does not see images of \(Shape(imageShape))")
        }
        kernel = kernel.reshaped(shape + [kernel.shape[1]])
    }
    guard kernel.shape.rank == 4, kernel.shape.count > 0 else {
        throw PlotError(.nothingToDraw, "filters need [height, width, channels, filters]; got \(kernel.shape)")
    }
    let (channels, filters) = (kernel.shape[2], kernel.shape[3])
    let shown = max(1, min(maxCount, filters))
    let greatest = kernel.array(of: Double.self).filter(\.isFinite).reduce(0) { max($0, abs($1)) }
    let range = -max(greatest, 1e-30)...max(greatest, 1e-30)
    var cells: [ImageGrid.Cell] = []
    // One filter after the other; of many channels, one row for each of the first.
    let rows = channels == 1 || channels == 3 ? 1 : min(channels, 8)
    let side = max(28, min(84, Double(max(kernel.shape[0], kernel.shape[1])) * 8))
    for row in 0..<rows {
        for filter in 0..<(rows == 1 ? shown : min(shown, 16)) {
            let own = kernel[.all, .all, .all, filter]
            let image =
                channels == 3
                ? try Drawing.Image(own, range: range, isSigned: false)
                : try Drawing.Image(own[.all, .all, row], range: range, isSigned: true)
            cells.append(.init(image: image, caption: ""))
        }
    }
    let columns = rows == 1 ? min(8, shown) : min(shown, 16)
    let count = rows == 1 ? shown : columns
    var words = "\(count == filters ? "" : "\(count) of ")\(filters) \(filters == 1 ? "filter" : "filters") "
    words += "of \(kernel.shape[0]) × \(kernel.shape[1]) × \(channels)"
    if rows > 1 { words += ", a row for each of \(rows < channels ? "the first \(rows)" : "the") channels" }
    let ends = channels == 3 ? ("black", "white") : ("red", "blue")
    words += "; \(ends.0) \(significantText(-greatest)), \(ends.1) \(significantText(greatest))"
    return ImageGrid(title: title, subtitle: words, cells: cells, columns: columns, side: side).drawing()
}

/// What a layer makes of an image: one picture a channel, each from its least value (black) to its greatest.
///
/// - Parameters:
///   - activation: `[height, width, channels]`, or with a batch axis of one image in front.
///   - maxCount: How many channels are shown at most.
/// - Throws: `PlotError` if the shape is another.
public func featureMapsDrawing(
    _ activation: Tensor, maxCount: Int = 64, title: String = "Feature maps"
) throws(PlotError) -> Drawing {
    var maps = activation
    if maps.shape.rank == 4 && maps.shape[0] == 1 { maps = maps[0] }
    guard maps.shape.rank == 3, maps.shape.count > 0 else {
        throw PlotError(
            .nothingToDraw, "feature maps need [height, width, channels] of one image; got \(activation.shape)")
    }
    let shown = max(1, min(maxCount, maps.shape[2]))
    var cells: [ImageGrid.Cell] = []
    for channel in 0..<shown {
        let own = maps[.all, .all, channel]
        let finite = own.array(of: Double.self).filter(\.isFinite)
        let range = (finite.min() ?? 0)...(finite.max() ?? 1)
        cells.append(.init(image: try Drawing.Image(own, range: range, isSigned: false), caption: "\(channel)"))
    }
    return ImageGrid(
        title: title,
        subtitle:
            "\(shown == maps.shape[2] ? "" : "\(shown) of ")\(maps.shape[2]) channels of \(maps.shape[0]) × \(maps.shape[1])",
        cells: cells, columns: 8,
        side: 64
    ).drawing()
}

extension Model {
    /// Draws the filters of the first layer that has any, or of the one of this name.
    ///
    /// - Parameters:
    ///   - name: The layer's name; by default the first with a kernel over images.
    ///   - imageShape: For a dense layer: the shape of the image that it sees flattened.
    /// - Throws: `PlotError` if there are none, or `FormatError` of kind `unwritable`.
    public func plotFilters(to path: String, layer name: String? = nil, imageShape: [Int]? = nil) throws {
        let candidates = name.map { wanted in layers.filter { $0.name == wanted } } ?? layers
        for layer in candidates {
            let kernel = layer.weights.first {
                $0.isInitialized && ($0.shape.rank == 4 || (imageShape != nil && $0.shape.rank == 2))
            }
            guard let kernel else { continue }
            try filtersDrawing(kernel.value, imageShape: imageShape, title: "Filters of \(layer.name)").write(to: path)
            return
        }
        let whose = name.map { "a layer \"\($0)\" with filters" } ?? "layer with filters"
        throw PlotError(.nothingToDraw, "\(self.name): has no \(whose)")
    }
}
