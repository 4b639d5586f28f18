import ShinkeiCore
import Testing

@testable import ShinkeiImages

@Suite struct ResizingTests {
    /// 8 methods, with and without antialiasing, five sizes, two images.
    @Test func `Every method gives TensorFlow's numbers`() throws {
        let golden = try Golden(TestImages.committed + "resize.npz")
        var compared = 0
        for key in golden.names where !key.hasSuffix("image") {
            let parts = key.split(separator: "_")
            let image = try golden.image("\(parts[0])_image")
            let method = try #require(ResizeMethod(rawValue: String(parts[1])))
            let resized = image.resized(
                height: Int(parts[2])!, width: Int(parts[3])!, method: method, antialias: parts[4] == "1")
            let expected = try golden.image(key)
            #expect(resized.tensor.dtype == expected.tensor.dtype, "\(key)")
            #expect(distance(resized, expected) < 2e-3, "\(key): \(distance(resized, expected))")
            compared += 1
        }
        #expect(compared == 160)
    }

    @Test func `The same size changes nothing`() {
        let image = TestImages.waves(5, 6)
        for method in ResizeMethod.allCases {
            #expect(distance(image.resized(height: 5, width: 6, method: method), image) == 0)
        }
    }

    @Test func `Parts`() {
        let image = TestImages.waves(6, 8, 1)
        #expect(image.cropped(top: 2, left: 3, height: 1, width: 2).bytes == [UInt8(3 * 11 + 14), UInt8(4 * 11 + 14)])
        #expect(image.croppedToForm(height: 10, width: 10).shape == [6, 6, 1])
        #expect(image.croppedToForm(height: 1, width: 4).shape == [2, 8, 1])
    }
}
