import Foundation
import Shinkei
import Testing

@testable import ShinkeiPlot

/// What holds for every picture: each text stands on the sheet and on no other text.
///
/// `SHINKEI_GALLERY=folder` also writes them all there, as SVG and PNG, for a person to look at.
@Suite struct GalleryTests {
    @Test(arguments: Picture.all)
    func `Texts are apart and on the sheet`(picture: Picture) throws {
        let drawing = try withSession { try picture.make() }
        if let folder = ProcessInfo.processInfo.environment["SHINKEI_GALLERY"] {
            try drawing.write(to: "\(folder)/\(picture.name).svg")
            do {
                try drawing.write(to: "\(folder)/\(picture.name).png", scale: 1.5)
            } catch let error as PlotError {
                // No cairo, or no font for Japanese: the SVG is there.
                print("\(picture.name): \(error)")
            }
        }
        let texts = drawing.elements.flatMap(texts)
        #expect(!texts.isEmpty)
        let sheet = Drawing.Rectangle(0, 0, drawing.width, drawing.height)
        let places = texts.map(\.bounds)
        for (text, place) in zip(texts, places) { #expect(sheet.contains(place), "\(text.string) at \(place)") }
        // By rows of a text's height, so that a picture of many texts is quick to check.
        let order = places.indices.sorted { places[$0].y < places[$1].y }
        for (i, a) in order.enumerated() {
            for b in order[(i + 1)...] {
                if places[b].y >= places[a].bottom { break }
                #expect(!places[a].crosses(places[b]), "\(texts[a].string) and \(texts[b].string)")
            }
        }
    }

    private func texts(_ element: Drawing.Element) -> [Drawing.Text] {
        switch element {
        case .text(let text): [text]
        case .group(let elements, _, _): elements.flatMap(texts)
        default: []
        }
    }
}

extension Drawing.Text {
    /// Where its letters are: seven tenths of the size above the baseline, and two below.
    var bounds: Drawing.Rectangle {
        let width = textWidth(string, size: size, isBold: isBold)
        let start = -width * Double(anchor.rawValue) / 2
        return isTurned
            ? .init(place.x - 0.7 * size, place.y - start - width, 0.9 * size, width)
            : .init(place.x + start, place.y - 0.7 * size, width, 0.9 * size)
    }
}
