import Testing

@testable import ShinkeiCLI

@Suite struct DigitPictureTests {
    /// A square of ink from the 5th to the 10th row and column of pixels.
    static let square = DigitPicture(
        pixels: (0..<784).map { place in
            (5..<11).contains(place / 28) && (5..<11).contains(place % 28) ? 255 : 0
        },
        caption: "read 1, is 7 !")

    @Test func `Two pixels share a character`() {
        let lines = Self.square.lines(.blocks)
        #expect(lines.count == 9)
        #expect(lines.allSatisfy { $0.count == 16 })
        #expect(lines[0] == "                ")
        #expect(lines[1] == "  ████          ")
        #expect(lines[2] == "  ████          ")
        #expect(lines[3] == "                ")
        #expect(lines[8] == "  read 1, is 7 !")
    }

    @Test func `Shades are letters`() {
        let lines = Self.square.lines(.ascii)
        #expect(lines[1] == "  @@@@          ")
        #expect(lines.joined().allSatisfy { $0.isASCII })
    }

    @Test(arguments: [(1, 9), (5, 9), (6, 19), (10, 19)])
    func `Five stand side by side`(count: Int, lineCount: Int) {
        let text = DigitPicture.sideBySide(Array(repeating: Self.square, count: count), .blocks)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == lineCount)
        #expect(lines.allSatisfy { $0.count <= 80 && $0.last != " " })
    }

    @Test(arguments: [(0, "0.0000"), (0.98096, "0.9810"), (1, "1.0000"), (12.00004, "12.0000")])
    func `Numbers have their digits`(value: Double, text: String) {
        #expect(fixed(value, 4) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
    func `Counts have commas`(value: Int, text: String) {
        #expect(grouped(value) == text)
    }
}
