import Foundation
import Shinkei
import Testing

@testable import ShinkeiPlot

/// Drawings and the files made of them.
@Suite struct DrawingTests {
    private var sample: Drawing {
        var drawing = Drawing(width: 120, height: 80, title: "a < b & \"c\"")
        drawing.elements = [
            .rectangle(.init(10, 10, 100, 60), radius: 5, .init(fill: Drawing.Color(0xff0000, alpha: 0.5))),
            .ellipse(.init(20, 20, 30, 30), .init(stroke: .black, lineWidth: 2, dashes: [3, 2])),
            .path(
                .init([.move(.init(0, 0)), .curve(.init(1, 1), .init(2, 1), .init(3, 0)), .close]), .init(fill: .black)),
            .group(
                [.text(.init("x\u{0}<y>", at: .init(60, 40), isBold: true, anchor: .middle, isTurned: true))],
                clip: .init(0, 0, 60, 60), title: "tip"),
            .image(.init(columns: 1, rows: 2, rgba: [255, 0, 0, 255, 0, 0, 255, 255]), .init(80, 20, 10, 20)),
        ]
        return drawing
    }

    @Test func `SVG is well-formed and complete`() throws {
        let svg = sample.svg()
        let parser = XMLCheck(svg)
        #expect(parser.isWellFormed, "\(svg)")
        #expect(svg.contains("<title>a &lt; b &amp; &quot;c&quot;</title>"))
        #expect(svg.contains("x &lt;y&gt;</text>"))
        #expect(svg.contains("data:image/png;base64,iVBORw0KGgo"))
        #expect(!svg.contains("href=\"http"))
        let html = sample.html()
        #expect(html.hasPrefix("<!DOCTYPE html>") && !html.contains("src=") && !html.contains("<link"))
    }

    @Test(.enabled(if: Drawing.canMakePNG)) func `PNG and PDF`() throws {
        let png = try sample.png(scale: 3)
        #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        // Width and height stand behind the first chunk's name.
        #expect(png[16..<24].map { Int($0) } == [0, 0, 1, 104, 0, 0, 0, 240])
        #expect(String(decoding: try sample.pdf().prefix(5), as: UTF8.self) == "%PDF-")
    }

    @Test(.enabled(if: Drawing.canMakePNG)) func `A character without a font is said`() throws {
        var drawing = sample
        // A private character, which no font has.
        drawing.elements.append(.text(.init("a\u{10fff0}", at: .init(5, 5))))
        let error = #expect(throws: PlotError.self) { try drawing.png() }
        #expect(error?.kind == .missingFont)
        #expect(drawing.svg().contains("a\u{10fff0}"))
    }

    @Test func `Pictures that are too large are refused`() {
        let drawing = Drawing(width: 1e5, height: 10)
        let error = #expect(throws: PlotError.self) { try drawing.png() }
        #expect(error?.kind == .tooLarge)
    }

    @Test(.enabled(if: Drawing.canMakePNG)) func `A file of a very long picture has fewer pixels`() throws {
        let path = NSTemporaryDirectory() + "shinkei-long-\(UInt64.random(in: 0 ... .max)).png"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Drawing(width: 20, height: 40_000).write(to: path)
        let size = try Array(Data(contentsOf: URL(filePath: path))[16..<24]).reduce(0) { $0 << 8 | Int($1) }
        #expect(size >> 32 == 15 && size & 0xffff_ffff == 30_000)
    }

    @Test func `Without cairo the error says what to install`() {
        #expect(Drawing.withoutCairo("PNG").description.contains("libpango1.0-dev"))
    }

    @Test(arguments: ["a", "a.jpeg", ".svg", "folder.svg/a", "a.svg.", ""])
    func `Unknown endings`(path: String) {
        let error = #expect(throws: PlotError.self) { try sample.write(to: path) }
        #expect(error?.kind == .unknownFormat)
    }

    @Test func `A file that cannot be written leaves nothing`() throws {
        let folder = NSTemporaryDirectory() + "shinkei-plot-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: FormatError.self) { try sample.write(to: "\(folder)/none/a.svg") }
        #expect(throws: PlotError.self) { try sample.write(to: "\(folder)/a.dot") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        try sample.write(to: "\(folder)/a.SVG")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.SVG"])
    }

    @Test func `Widths of texts`() {
        #expect(textWidth("", size: 10) == 0)
        #expect(textWidth("Dense", size: 10) < textWidth("Dense", size: 10, isBold: true))
        // A wide character is an em and a little.
        #expect((10...11).contains(textWidth("層", size: 10)))
        #expect(shortened("hello", to: 100, size: 10) == "hello")
        #expect(textWidth(shortened("hello, world", to: 40, size: 10), size: 10) <= 40)
        #expect(shortened("x", to: 0, size: 10) == "…")
    }

    @Test(arguments: [
        ([UInt8](), ""), ([0x66], "Zg=="), ([0x66, 0x6f], "Zm8="), ([0x66, 0x6f, 0x6f], "Zm9v"),
        ([0x66, 0x6f, 0x6f, 0x62], "Zm9vYg=="),
    ])
    func `Base 64, from RFC 4648`(bytes: [UInt8], text: String) { #expect(base64(bytes) == text) }

    @Test(arguments: [
        (0, "0"), (1.5, "1.5"), (-0.25, "-0.25"), (1.005, "1"), (2.049, "2.05"), (1e15, "0"), (.nan, "0"),
    ])
    func `Lengths`(value: Double, text: String) { #expect(short(value) == text) }
}

/// Whether tags open and close, and no bare sign stands between them.
struct XMLCheck {
    var isWellFormed = true

    init(_ text: String) {
        var open: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            guard let end = rest[start...].firstIndex(of: ">") else {
                isWellFormed = false
                return
            }
            let tag = rest[rest.index(after: start)..<end]
            if tag.hasPrefix("/") {
                if open.popLast() != tag.dropFirst() { isWellFormed = false }
            } else if !tag.hasSuffix("/") && !tag.hasPrefix("?") && !tag.hasPrefix("!") {
                open.append(tag.prefix { $0 != " " })
            }
            rest = rest[rest.index(after: end)...]
        }
        if !open.isEmpty || text.replacing(/&(amp|lt|gt|quot|#39);/, with: "").contains("&") { isWellFormed = false }
    }
}
