import ShinkeiCore
import Testing

@testable import ShinkeiData

@Suite struct DrawnDigitsTests {
    static let pixels = DrawnDigits.side * DrawnDigits.side

    /// FNV-1a, 64 bits (Fowler, Noll & Vo).
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    static func image(_ index: Int, of images: [UInt8]) -> ArraySlice<UInt8> {
        images[index * pixels..<(index + 1) * pixels]
    }

    /// The promise is the same bits on every machine, in debug and in release. After a deliberate
    /// change of the drawing, copy the new values from the failure.
    @Test func sameBitsEverywhere() {
        let (images, labels) = DrawnDigits.draw(count: 200)
        #expect(Self.hash(images) == 0xA0FA_74DC_F4B5_EB72)
        #expect(Self.hash(labels) == 0x4E31_781B_042F_93CD)
        #expect(labels.prefix(10) == [0, 8, 6, 1, 7, 9, 3, 4, 5, 2])
    }

    @Test func anImageDependsOnSeedAndIndexOnly() {
        let long = DrawnDigits.draw(count: 200, seed: 7)
        let short = DrawnDigits.draw(count: 100, seed: 7)
        #expect(short.images[...] == long.images.prefix(100 * Self.pixels))
        #expect(short.labels[...] == long.labels.prefix(100))

        // From the middle of a block of ten, and past where the first draw ended.
        let part = DrawnDigits.draw(indices: 93..<105, seed: 7)
        #expect(part.images[...] == long.images[93 * Self.pixels..<105 * Self.pixels])
        #expect(part.labels[...] == long.labels[93..<105])
    }

    @Test func seedsDiffer() {
        let draws = (0..<4).map { DrawnDigits.draw(count: 50, seed: $0) }
        #expect(Set(draws.map { $0.images }).count == 4)
        #expect(Set(draws.map { $0.labels }).count == 4)
    }

    @Test func imagesOfADigitDiffer() {
        let (images, labels) = DrawnDigits.draw(count: 500)
        let distinct = Set((0..<labels.count).map { Self.image($0, of: images) })
        #expect(distinct.count == labels.count)
    }

    @Test func sizesMatchTheCount() {
        let none = DrawnDigits.draw(count: 0)
        #expect(none.images.isEmpty && none.labels.isEmpty)
        let some = DrawnDigits.draw(count: 13)
        #expect(some.images.count == 13 * Self.pixels)
        #expect(some.labels.count == 13)
    }

    @Test func everyTenLabelsHoldEachDigitOnce() {
        let labels = DrawnDigits.draw(count: 300, seed: 3).labels
        let blocks = stride(from: 0, to: 300, by: 10).map { Array(labels[$0..<$0 + 10]) }
        for block in blocks { #expect(block.sorted() == Array(0...9)) }
        // 30 shuffles out of 10!: equal ones mean that the shuffle does not shuffle.
        #expect(Set(blocks).count == blocks.count)
    }

    /// In MNIST's training half a digit's mean ink is 13% of the image; the thinnest has 2%.
    @Test func inkIsWithinBounds() {
        let (images, labels) = DrawnDigits.draw(count: 2000)
        var total = 0.0
        for i in labels.indices {
            let image = Self.image(i, of: images)
            let ink = image.reduce(0.0) { $0 + Double($1) } / (255 * Double(Self.pixels))
            #expect((0.015..<0.45).contains(ink), "image \(i), a \(labels[i])")
            #expect(image.max()! >= 200, "image \(i), a \(labels[i])")
            total += ink
        }
        let mean = total / Double(labels.count)
        #expect((0.11..<0.15).contains(mean))
    }

    /// MNIST's normalisation: the longer side of the digit fills 20 pixels, and the centre of mass
    /// is within half a pixel of pixel 14, unless the digit would leave the image.
    @Test func digitsAreNormalised() {
        let (images, labels) = DrawnDigits.draw(count: 2000)
        let side = DrawnDigits.side
        var offCentre = 0
        for i in labels.indices {
            let image = Array(Self.image(i, of: images))
            let inked = image.indices.filter { image[$0] > 0 }
            let (columns, rows) = (inked.map { $0 % side }, inked.map { $0 / side })
            let width = columns.max()! - columns.min()! + 1
            let height = rows.max()! - rows.min()! + 1
            #expect((19...20).contains(max(width, height)), "image \(i), a \(labels[i])")

            let mass = image.reduce(0.0) { $0 + Double($1) }
            let x = inked.reduce(0.0) { $0 + Double(image[$1]) * Double($1 % side) } / mass
            let y = inked.reduce(0.0) { $0 + Double(image[$1]) * Double($1 / side) } / mass
            if abs(x - 14) > 0.501 || abs(y - 14) > 0.501 { offCentre += 1 }
            #expect(abs(x - 14) < 3 && abs(y - 14) < 3, "image \(i), a \(labels[i])")
        }
        #expect(offCentre < 20)
    }

    @Test func normalsHaveUnitVariance() {
        var random = DigitRandom(seed: 1, counter: 1)
        let draws = (0..<20_000).map { _ in Double(random.normal()) }
        let mean = draws.reduce(0, +) / 20_000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        #expect(abs(mean) < 0.03)  // four standard errors
        #expect(abs(variance - 1) < 0.04)
    }

    @Test func glyphsAreWellFormed() {
        #expect(DigitGlyph.all.count == 10)
        for (digit, glyphs) in DigitGlyph.all.enumerated() {
            for glyph in glyphs {
                #expect(glyph.share > 0, "digit \(digit)")
                for stroke in glyph.strokes {
                    #expect(stroke.knots.count >= 2, "digit \(digit)")
                    #expect(stroke.knots.allSatisfy { (-10...110).contains($0.y) })
                }
            }
        }
    }
}

@Suite struct DrawnDigitsDataSetTests {
    @Test func `Training and test digits are one sequence, cut in two`() {
        let data = DrawnDigits.dataSet(trainCount: 30, testCount: 20, seed: 5)
        #expect(data.train.images.shape == [30, 28, 28])
        #expect(data.test.images.shape == [20, 28, 28])
        #expect(data.train.labels.dtype == .int32)
        #expect(data.train.classNames == (0...9).map(String.init))
        let (images, labels) = DrawnDigits.draw(count: 50, seed: 5)
        #expect(data.train.images.hostBytes() + data.test.images.hostBytes() == images)
        #expect(
            data.train.labels.array(of: Int.self) + data.test.labels.array(of: Int.self)
                == labels.map(Int.init))
    }

    @Test func `A prefix is the first images`() {
        let part = DrawnDigits.labelledImages(7..<12)
        let first = part.prefix(3)
        #expect(first.count == 3)
        #expect(first.images.hostBytes() == Array(part.images.hostBytes().prefix(3 * 784)))
        #expect(first.labels.array(of: Int.self) == Array(part.labels.array(of: Int.self).prefix(3)))
        #expect(part.prefix(0).count == 0)
        #expect(part.prefix(.max).count == 5)
    }
}
