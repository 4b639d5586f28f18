import Shinkei

/// Images with what a model takes them for and what they are; mistakes are red.
///
/// - Parameters:
///   - images: `[count, height, width]`, or with 1, 3 or 4 channels last.
///   - labels: The true classes, as numbers or one-hot rows.
///   - predictions: A model's output, or numbers of classes.
///   - maxCount: How many images are shown at most.
///   - onlyMistakes: Whether those are left out that are taken for what they are; if all are, the first are shown.
/// - Throws: `PlotError` if shapes do not fit.
public func samplesDrawing(
    images: Tensor, labels: Tensor, predictions: Tensor, classNames: [String] = [], maxCount: Int = 25,
    columns: Int = 5, onlyMistakes: Bool = false
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
    let mistakes = truth.indices.filter { truth[$0] != found[$0] }
    let showsMistakes = onlyMistakes && !mistakes.isEmpty
    var cells: [ImageGrid.Cell] = []
    for i in (showsMistakes ? mistakes : Array(truth.indices)).prefix(max(1, maxCount)) {
        let isRight = truth[i] == found[i]
        let image = try Drawing.Image(images[i])
        cells.append(
            .init(
                image: image, caption: name(found[i]), color: Drawing.Color(isRight ? 0x1f7a45 : 0xb3332f),
                note: isRight ? "right" : "is \(name(truth[i]))"))
    }
    let all = NumberText.grouped(truth.count)
    let subtitle =
        showsMistakes
        ? "\(NumberText.grouped(mistakes.count)) of \(all) wrong"
            + (cells.count < mistakes.count ? ", the first \(cells.count)" : "")
        : "\(NumberText.grouped(truth.count - mistakes.count)) of \(all) right"
    return ImageGrid(
        title: showsMistakes ? "Mistakes" : "Predictions", subtitle: subtitle, cells: cells, columns: columns, side: 84
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
