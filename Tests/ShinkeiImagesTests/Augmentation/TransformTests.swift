import ShinkeiCore
import Testing

@testable import ShinkeiImages

@Suite struct TransformTests {
    static let cases: [String: TransformParameters] = [
        "rotation": TransformParameters(theta: 20), "rotation_back": TransformParameters(theta: -133.7),
        "tx": TransformParameters(tx: 2.3), "ty": TransformParameters(ty: -3.6),
        "far": TransformParameters(tx: 30.4, ty: -41.7), "shear": TransformParameters(shear: 17),
        "zoom": TransformParameters(zx: 0.8, zy: 1.3), "zoom_out": TransformParameters(zx: 2.7, zy: 2.2),
        "all": TransformParameters(theta: -15, tx: 1.4, ty: 2.2, shear: 9, zx: 1.1, zy: 0.9),
    ]

    /// 9 transforms, 4 fill modes, two orders, three forms of images; by Keras with SciPy.
    @Test func `S3-27: Pinned transforms give Keras's numbers`() throws {
        let golden = try Golden(TestImages.committed + "transforms.npz")
        for form in ["square", "wide", "gray"] {
            let image = try golden.image("\(form)_image")
            for (name, parameters) in Self.cases {
                for mode in FillMode.allCases {
                    for order in 0...1 {
                        let generator = ImageDataGenerator(fillMode: mode, cval: 7.5, interpolationOrder: order)
                        let key = "\(form)_\(name)_\(mode.rawValue)_\(order)"
                        let apart = distance(generator.applyTransform(image, parameters), try golden.image(key))
                        #expect(apart < 1e-4, "\(key): \(apart)")
                    }
                }
            }
        }
    }

    @Test func `Flips, shifts of channels and brightness give Keras's numbers`() throws {
        let golden = try Golden(TestImages.committed + "transforms.npz")
        let image = try golden.image("square_image")
        let beyond = image.mapped { $0 * 2 - 50 }
        let others: [(String, Image, TransformParameters)] = [
            ("flip_horizontal", image, TransformParameters(flipHorizontal: true)),
            ("flip_vertical", image, TransformParameters(flipVertical: true)),
            ("channel_shift", image, TransformParameters(channelShift: 31.5)),
            ("brighter", image, TransformParameters(brightness: 1.37)),
            ("darker", image, TransformParameters(brightness: 0.42)),
            ("brighter_beyond", beyond, TransformParameters(brightness: 1.2)),
            (
                "everything", image,
                TransformParameters(
                    theta: 33, tx: -1, ty: 2, shear: 5, zx: 1.2, zy: 0.7, flipHorizontal: true, flipVertical: true,
                    channelShift: -12, brightness: 1.1)
            ),
        ]
        for (name, source, parameters) in others {
            let apart = distance(
                ImageDataGenerator().applyTransform(source, parameters), try golden.image("other_\(name)"))
            #expect(apart < 1e-4, "\(name): \(apart)")
        }
    }

    @Test func `Normalization gives Keras's numbers`() throws {
        let golden = try Golden(TestImages.committed + "transforms.npz")
        let data = try golden.tensor("data")
        let generators: [String: ImageDataGenerator] = [
            "rescale": ImageDataGenerator(rescale: 1.0 / 255),
            "samplewise": ImageDataGenerator(samplewiseStdNormalization: true, rescale: 0.5),
            "featurewise": ImageDataGenerator(featurewiseStdNormalization: true, rescale: 0.1),
        ]
        for (name, made) in generators {
            var generator = made
            generator.fit(data)
            let all = try generator.flow(data, batchSize: 3, shuffle: false).all()
            let expected = try golden.tensor("standard_\(name)")
            let apart = (all.x - expected).abs().max().scalar()
            #expect(apart < 1e-4, "\(name): \(apart)")
        }
    }

    @Test func `Whitening gives Keras's numbers`() throws {
        let golden = try Golden(TestImages.committed + "whitening.npz")
        for name in ["many", "few"] {
            let data = try golden.tensor("\(name)_images")
            var generator = ImageDataGenerator(
                featurewiseStdNormalization: true, zcaWhitening: true, rescale: 1.0 / 255)
            #expect(generator.featurewiseCenter && !generator.featurewiseStdNormalization)
            generator.fit(data)
            let all = try generator.flow(data, batchSize: 3, shuffle: false).all()
            let apart = (all.x - (try golden.tensor(name))).abs().max().scalar()
            #expect(apart < 1e-4, "\(name): \(apart)")
        }
    }

    @Test func `Draws stay in their ranges`() {
        let image = TestImages.waves(10, 20)
        let generator = ImageDataGenerator(
            rotationRange: 20, widthShiftRange: 0.2, heightShiftRange: 3, brightnessRange: 0.5...0.75, shearRange: 10,
            zoomRange: 0.2, channelShiftRange: 5, horizontalFlip: true)
        var flips = 0
        for seed in 0..<400 {
            let p = generator.randomParameters(image, seed: seed)
            #expect(abs(p.theta) <= 20 && abs(p.ty) <= 4 && abs(p.shear) <= 10 && abs(p.channelShift ?? 9) <= 5)
            #expect([-2, -1, 0, 1, 2].contains(p.tx))
            #expect((0.8...1.2).contains(p.zx) && (0.8...1.2).contains(p.zy) && p.zx != p.zy)
            #expect((0.5...0.75).contains(p.brightness ?? 0) && !p.flipVertical)
            flips += p.flipHorizontal ? 1 : 0
        }
        #expect((150...250).contains(flips))
        let steps: ShiftRange = [-0.5, 0.25]
        var random = ItemRandom(seed: 1, epoch: 1, item: 1)
        for _ in 0..<20 { #expect([5, -5, 2.5, -2.5].contains(steps.draw(&random, size: 10))) }
        #expect(ImageDataGenerator().randomParameters(image, seed: 3) == TransformParameters())
    }
}
