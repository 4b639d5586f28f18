import ShinkeiCore
import ShinkeiFormats
import Testing

@testable import ShinkeiImages

@Suite struct DecodingTests {
    @Test(.enabled(if: TestImages.shared != nil, TestImages.sharedComment))
    func `Every kind of file is read as Pillow reads it`() throws {
        let folder = try #require(TestImages.shared)
        let golden = try Golden("\(folder)/kinds_expected.npz")
        for key in golden.names {
            let dot = try #require(key.lastIndex(of: "_"))
            let name = "\(key[..<dot]).\(key[key.index(after: dot)...])"
            let path = "\(folder)/kinds/\(name)"
            if name.hasSuffix(".gif") {
                #expect(formatError(.unsupported) { _ = try Image(contentsOf: path) }.contains("GIF"))
                continue
            }
            var wanted = try golden.image(key)
            // Of 16 bits the upper eight.
            if name.contains("gray16") {
                wanted = Image(
                    height: wanted.height, width: wanted.width, channels: 1,
                    bytes: wanted.floats.map { UInt8(Int($0) >> 8) })
            }
            let mode: ColorMode = wanted.channels == 4 ? .rgba : wanted.channels == 3 ? .rgb : .grayscale
            let image = try Image(contentsOf: path, as: mode)
            let allowed: Float = name.hasSuffix(".jpg") ? 3 : 0
            #expect(distance(image, wanted) <= allowed, "\(name): \(distance(image, wanted))")
        }
    }

    @Test func `What is written is read back`() throws {
        for channels in 1...4 {
            let image = TestImages.waves(7, 9, channels)
            let bytes = try image.encoded(as: .png())
            #expect(ImageFormat(firstBytes: bytes) == .png)
            #expect(try Image(decoding: bytes) == image)
        }
        var floats: [Float] = []
        for y in 0..<64 { for x in 0..<64 { for c in 0..<3 { floats.append(Float(2 * x + y + 20 * c) + 0.25) } } }
        let smooth = Image(height: 64, width: 64, channels: 3, floats: floats)
        for image in [smooth, smooth.converted(to: .grayscale)] {
            let read = try Image(decoding: image.encoded(as: .jpeg(quality: 100)))
            #expect(distance(read, Image(height: 64, width: 64, channels: image.channels, bytes: image.bytes)) < 12)
        }
        #expect(try smooth.encoded(as: .jpeg(quality: 10)).count < smooth.encoded(as: .jpeg(quality: 95)).count)
        try TestImages.withFolder { folder in
            let image = TestImages.waves(4, 5)
            try image.write(to: "\(folder)/a.png")
            try image.write(to: "\(folder)/a.JPG")
            #expect(try Image(contentsOf: "\(folder)/a.png") == image)
            #expect(try ImageFormat(firstBytes: TestImages.bytes("\(folder)/a.JPG")) == .jpeg)
        }
    }

    @Test func `Errors name the file and what is wrong`() throws {
        #expect(formatError(.unreadable) { _ = try Image(contentsOf: "/none/a.png") }.contains("/none/a.png"))
        let text = formatError(.notThisFormat) { _ = try Image(decoding: Array("hello, world".utf8), name: "x.png") }
        #expect(text == "x.png: image: this is no PNG, JPEG or BMP file")
        #expect(formatError(.truncated) { _ = try Image(decoding: [], name: "x.png") }.contains("is empty"))
        let two = Image(height: 2, width: 2, channels: 2, bytes: [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(formatError(.unsupported) { _ = try two.encoded(as: .jpeg()) }.contains("2 channels"))
        for encoding in [ImageEncoding.png(), .jpeg()] {
            let bytes = try TestImages.waves(40, 40).encoded(as: encoding)
            _ = formatError(.truncated) { _ = try Image(decoding: Array(bytes.prefix(bytes.count / 2))) }
        }
    }

    /// 60,000 × 60,000 pixels in a header of a good file: refused before anything is allocated.
    @Test func `Sizes are not believed`() throws {
        var png = try TestImages.waves(2, 2).encoded(as: .png())
        png.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
        let crc = crc32(png[12..<29])
        for i in 0..<4 { png[29 + i] = UInt8(truncatingIfNeeded: crc >> UInt32(24 - 8 * i)) }
        #expect(formatError(.tooLarge) { _ = try Image(decoding: png) }.contains("60000 × 60000"))
        let jpeg = try TestImages.waves(9, 9).encoded(as: .jpeg())
        #expect(
            formatError(.tooLarge) { _ = try Image(decoding: jpeg, limits: ImageLimits(pixels: 80)) }.contains("9 × 9"))
        var bmp = [UInt8](repeating: 0, count: 58)
        bmp.replaceSubrange(0..<2, with: [0x42, 0x4D])
        (bmp[10], bmp[14], bmp[26], bmp[28]) = (54, 40, 1, 24)
        (bmp[18], bmp[19], bmp[22], bmp[23]) = (0, 0x20, 0, 0x20)
        _ = formatError(.truncated) { _ = try Image(decoding: bmp) }
    }

    @Test func `Bitmaps of all depths`() throws {
        // 3 × 2, bottom row first; palette of two colours.
        func header(_ bits: UInt8, _ start: UInt8) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: 54)
            bytes.replaceSubrange(0..<2, with: [0x42, 0x4D])
            (bytes[10], bytes[14], bytes[18], bytes[22], bytes[26], bytes[28]) = (start, 40, 3, 2, 1, bits)
            return bytes
        }
        var one = header(1, 62)
        one[46] = 2
        one += [0, 0, 255, 0, 255, 0, 0, 0]  // red, blue
        one += [0b0100_0000, 0, 0, 0, 0b1010_0000, 0, 0, 0]
        let image = try Image(decoding: one)
        #expect(image.bytes == [0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0])
        let sixteen = header(16, 54) + [0, 0x7C, 0xE0, 3, 0x1F, 0, 0, 0, 0, 0, 0xFF, 0x7F, 0, 0, 0, 0]
        #expect(try Image(decoding: sixteen)[1, 0] == [255, 0, 0])
        #expect(try Image(decoding: sixteen)[1, 1] == [0, 255, 0])
        #expect(try Image(decoding: sixteen)[0, 1] == [255, 255, 255])
    }

    /// Files that damage has come over give an image or an error, never a crash.
    @Test func `Damaged files do no harm`() throws {
        var files: [[UInt8]] = []
        for channels in [1, 3, 4] { files.append(try TestImages.waves(20, 24, channels).encoded(as: .png())) }
        for channels in [1, 3] { files.append(try TestImages.waves(20, 24, channels).encoded(as: .jpeg())) }
        if let folder = TestImages.shared {
            for name in ["progressive.jpg", "cmyk.jpg", "restart.jpg", "palette.png", "gray16.png", "rgb.bmp"] {
                files.append(try TestImages.bytes("\(folder)/kinds/\(name)"))
            }
        }
        var random = ItemRandom(seed: 5, epoch: 0, item: 0)
        var (read, refused) = (0, 0)
        for _ in 0..<4000 {
            var bytes = files[random.below(files.count)]
            switch random.below(4) {
            case 0: bytes.removeLast(random.below(bytes.count))
            case 1:
                let first = random.below(bytes.count)
                bytes.removeSubrange(first..<min(first + random.below(9), bytes.count))
            default: break
            }
            for _ in 0..<random.below(6) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = UInt8(random.below(256))
            }
            do throws(FormatError) {
                _ = try Image(decoding: bytes, limits: ImageLimits(pixels: 1 << 20))
                read += 1
            } catch { refused += 1 }
        }
        #expect(read > 0 && refused > 0)
    }

    @Test func `Channels are converted`() throws {
        let image = Image(height: 1, width: 2, channels: 4, bytes: [255, 0, 0, 9, 10, 20, 30, 40])
        #expect(image.converted(to: .rgb).bytes == [255, 0, 0, 10, 20, 30])
        #expect(image.converted(to: .grayscale).bytes == [76, 18])
        #expect(image.converted(to: .grayscale).converted(to: .rgba).bytes == [76, 76, 76, 255, 18, 18, 18, 255])
        #expect(Image(image.tensor) == image)
        #expect(image.tensor.shape == [1, 2, 4])
        let floats = Image(height: 1, width: 1, channels: 3, floats: [-3, 99.5, 300])
        #expect(floats.bytes == [0, 100, 255])
    }

    private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = crc & 1 == 1
                crc >>= 1
                if isOdd { crc ^= 0xEDB8_8320 }
            }
        }
        return ~crc
    }
}
