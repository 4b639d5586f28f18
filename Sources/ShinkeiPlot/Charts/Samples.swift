import Shinkei

/// Images with what a model takes them for and what they are; mistakes are red.
///
/// - Parameters:
///   - images: `[count, height, width]`, or with 1, 3 or 4 channels last.
///   - labels: The true classes, as numbers or one-hot rows.
///   - predictions: A model's output, or numbers of classes.
///   - maxCount: How many images are shown at most.
/// - Throws: `PlotError` if shapes do not fit.
public func samplesDrawing(
    images: Tensor, labels: Tensor, predictions: Tensor, classNames: [String] = [], maxCount: Int = 25, columns: Int = 5
) throws(PlotError) -> Drawing {
    let truth = try classNumbers(labels, what: "labels")
    let found = try classNumbers(predictions, what: "predictions")
    guard images.shape.rank == 3 || images.shape.rank == 4, images.shape[0] == truth.count, truth.count == found.count,
        !truth.isEmpty
    else {
        throw PlotError(
            .nothingToDraw, "images \(images.shape), \(truth.count) labels and \(found.count) predictions do not fit")
    }
    func name(_ number: Int) -> String { number < classNames.count ? classNames[number] : "\(number)" }
    var cells: [ImageGrid.Cell] = []
    for i in 0..<max(1, min(maxCount, truth.count)) {
        let isRight = truth[i] == found[i]
        let image = try Drawing.Image(images[i])
        cells.append(
            .init(
                image: image, caption: name(found[i]), color: Drawing.Color(isRight ? 0x1f7a45 : 0xb3332f),
                note: isRight ? "right" : "is \(name(truth[i]))"))
    }
    let right = zip(truth, found).count { $0 == $1 }
    return ImageGrid(
        title: "Predictions", subtitle: "\(right) of \(truth.count) right", cells: cells, columns: columns, side: 84
    ).drawing()
}

/// Draws images with what a model takes them for and what they are.
///
/// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
public func plotSamples(
    images: Tensor, labels: Tensor, predictions: Tensor, classNames: [String] = [], maxCount: Int = 25, to path: String
) throws {
    try samplesDrawing(
        images: images, labels: labels, predictions: predictions, classNames: classNames, maxCount: maxCount
    ).write(to: path)
}
