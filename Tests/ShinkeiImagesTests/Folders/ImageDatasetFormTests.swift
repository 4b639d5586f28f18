import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiImages

@Suite struct ImageDatasetFormTests {
    @Test func `Both parts come at once, and are those that come one by one`() throws {
        try TestImages.withFolder { root in
            try FlowTests.folders(root)
            let (training, validation) = try imageDatasetsFromDirectory(
                root, validationSplit: 0.25, imageSize: (4, 5), seed: 3, verbose: false)
            #expect(training.count == 9 && validation.count == 3)
            #expect(Set(training.filePaths).isDisjoint(with: validation.filePaths))
            for (subset, part) in [(Subset.training, training), (.validation, validation)] {
                let alone = try imageDatasetFromDirectory(
                    root, imageSize: (4, 5), seed: 3, validationSplit: 0.25, subset: subset, verbose: false)
                #expect(alone.filePaths == part.filePaths && alone.classes == part.classes)
            }
        }
    }

    /// `tf.image.resize_with_pad` of TensorFlow 2.21 gives a row of zeros above and below for 2x4 to 4x4, and for 3x7 to 8x8, whose
    /// inner height is 3.43, two above and three below.
    @Test func `Images in the middle of black keep their form`() throws {
        let white = Image(height: 2, width: 4, channels: 1, bytes: [UInt8](repeating: 200, count: 8))
        let square = white.paddedTo(height: 4, width: 4)
        let (black, light) = ([Float](repeating: 0, count: 4), [Float](repeating: 200, count: 8))
        let wanted: [Float] = black + light + black
        #expect(square.floats == wanted)
        let odd = Image(height: 3, width: 7, channels: 1, bytes: [UInt8](repeating: 9, count: 21))
        let rows = odd.paddedTo(height: 8, width: 8)
        let column: [Float] = (0..<8).map { rows.floats[$0 * 8 + 3] }
        let inner: [Float] = [0, 0, 9, 9, 9, 0, 0, 0]
        #expect(column == inner)
        let tall = Image(height: 9, width: 3, channels: 1, bytes: [UInt8](repeating: 9, count: 27))
        let top: [Float] = Array(tall.paddedTo(height: 3, width: 3).floats[0..<3])
        #expect(top == [0, 9, 0] as [Float])
        try TestImages.withFolder { root in
            try TestImages.write(white.encoded(as: .png()), "\(root)/a/1.png")
            let data = try imageDatasetFromDirectory(
                root, colorMode: .grayscale, imageSize: (4, 4), padToAspectRatio: true, verbose: false)
            #expect(try data.all().x.array() == wanted)
        }
    }

    @Test func `Links to folders are followed if they are to, and never in a circle`() throws {
        try TestImages.withFolder { root in
            let picture = try TestImages.waves(4, 4).encoded(as: .png())
            try TestImages.write(picture, "\(root)/data/a/1.png")
            try TestImages.write(picture, "\(root)/other/2.png")
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: "\(root)/data/a/more", withDestinationPath: "\(root)/other")
            try manager.createSymbolicLink(atPath: "\(root)/data/a/circle", withDestinationPath: "\(root)/data/a")
            func count(_ follows: Bool) throws -> Int {
                try imageDatasetFromDirectory("\(root)/data", followLinks: follows, verbose: false).count
            }
            #expect(try count(false) == 1)
            #expect(try count(true) == 2)
        }
    }
}
