import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ImageLayerTests {
    /// Every layer that works at random, with settings under which it does something.
    private static func random() -> [Layer] {
        let unit = ValueRange(0, 1)
        var all: [Layer] = [RandomFlip(), RandomRotation(0.2), RandomZoom(0.2), RandomGrayscale(0.5)]
        all.append(RandomZoom(.range(-0.3, 0.1), 0.2))
        all.append(RandomTranslation(0.2, 0.3))
        all.append(RandomContrast(0.5, valueRange: ValueRange(-1, 1)))
        all.append(RandomBrightness(0.3, valueRange: ValueRange(-1, 1)))
        all.append(RandomSaturation(.range(0.3, 0.6), valueRange: unit))
        all.append(RandomHue(0.5, valueRange: unit))
        all.append(RandomInvert(valueRange: unit))
        all.append(RandomPosterization(.range(1, 8), valueRange: unit))
        all.append(RandomColorDegeneration(.range(0.2, 0.8)))
        all.append(
            RandomColorJitter(
                brightnessFactor: 0.2, contrastFactor: 0.2, saturationFactor: .range(0.3, 0.6), hueFactor: 0.2,
                valueRange: unit))
        all.append(Solarization(additionFactor: 0.3, thresholdFactor: 0.5, valueRange: unit))
        return all
    }

    @Test func `Outside of training they are the identity`() throws {
        let x = Tensor.randomUniform([3, 5, 6, 3], seed: 1)
        for i in Self.random().indices {
            let layer = Self.random()[i]
            try expectClose(layer(x), x, absolute: 0, relative: 0, layer.name)
            #expect(layer.outputs(x) != x.array(), "\(layer.name) does nothing in training")
            try checkLayer({ Self.random()[i] }, input: [3, 5, 6, 3]) { $0.abs() }
            try checkLayer({ Self.random()[i] }, input: [3, 5, 6, 3], isDifferentiable: false, isTraining: true) {
                $0.abs()
            }
        }
        try checkLayer({ AutoContrast() }, input: [2, 4, 5, 3], isDifferentiable: false)
        try checkLayer({ RandomCrop(height: 3, width: 4) }, input: [2, 5, 6, 3])
        try checkLayer({ RandomCrop(height: 3, width: 4) }, input: [2, 5, 6, 3], isTraining: true)
        try checkLayer({ RandomCrop(height: 6, width: 4) }, input: [2, 5, 6, 3], isTraining: true)
    }

    @Test func `Channels may stand first`() throws {
        let x = Tensor.randomUniform([2, 3, 5, 6], seed: 1)
        let last = x.transposed([0, 2, 3, 1])
        func run(_ layer: Layer, _ x: Tensor) -> Tensor { layer([x], CallContext(isTraining: true, seed: 5))[0] }
        let pairs: [(Layer, Layer)] = [
            (RandomRotation(0.2, dataFormat: .channelsFirst), RandomRotation(0.2)),
            (RandomFlip(.horizontal, dataFormat: .channelsFirst), RandomFlip(.horizontal)),
            (
                RandomHue(0.3, valueRange: ValueRange(0, 1), dataFormat: .channelsFirst),
                RandomHue(0.3, valueRange: ValueRange(0, 1))
            ),
            (RandomCrop(height: 2, width: 3, dataFormat: .channelsFirst), RandomCrop(height: 2, width: 3)),
        ]
        for (a, b) in pairs {
            try expectClose(run(a, x).transposed([0, 2, 3, 1]), run(b, last), absolute: 0, relative: 0)
        }
    }

    @Test func `With pinned parameters they give Keras's numbers`() throws {
        let golden = try Npz(Fixture.path("images/layers.npz"))
        func tensor(_ name: String) throws -> Tensor {
            let array = try golden.read(name)
            return Tensor(shape: array.shape.sizes, dtype: array.dtype, bytes: array.bytes)
        }
        let x = try tensor("images")
        func column(_ name: String) throws -> Tensor { try tensor(name).reshaped([3, 1, 1, 1]) }
        let (angles, heights, widths) = (try column("angles"), try column("heights"), try column("widths"))
        for fill in ImageFill.allCases {
            for how in Interpolation.allCases {
                let key = "\(fill.rawValue)_\(how.rawValue)"
                // A place that rounds to another pixel is another pixel: of 324 a few may differ where the nearest is taken.
                func compare(_ actual: Tensor, _ name: String) throws {
                    let wanted = try tensor("\(name)_\(key)")
                    let apart = (actual - wanted).abs()
                    let wrong = (apart .> 2e-2).cast(to: .float32).mean().scalar()
                    #expect(wrong <= (how == .nearest ? 0.01 : 0), "\(name)_\(key): \(wrong) of the numbers differ")
                }
                try compare(
                    RandomRotation(0.5, fillMode: fill, interpolation: how, fillValue: 3).rotated(x, angles), "rotation"
                )
                try compare(
                    RandomZoom(0.5, fillMode: fill, interpolation: how, fillValue: 3).zoomed(x, heights, widths), "zoom"
                )
                try compare(
                    RandomTranslation(0.5, 0.5, fillMode: fill, interpolation: how, fillValue: 3).shifted(
                        x, down: (heights - 1) * 9, right: (widths - 1) * 12), "translation")
            }
        }
        try expectClose(RandomContrast(0.5).contrasted(x, heights), tensor("contrast"), absolute: 1e-3)
        try expectClose(
            RandomSaturation(0.5, valueRange: ValueRange(0, 1)).saturated(x / 255, heights), tensor("saturation"),
            absolute: 1e-5)
        try expectClose(RandomHue(0.5).turned(x, heights - 0.8), tensor("hue"), absolute: 2e-3)
        try expectClose(x.luminance().broadcast(to: x.shape.sizes), tensor("gray"), absolute: 1e-3)
        try expectClose(AutoContrast()(x), tensor("autocontrast"), absolute: 1e-3)
        try expectClose(
            Solarization().solarized(x, adding: heights * 20, threshold: widths * 100), tensor("solarization"),
            absolute: 1e-3)
        try expectClose(
            RandomPosterization(3).posterized(x, step: Tensor.full([3, 1, 1, 1], 32)), tensor("posterization"),
            absolute: 0)
    }

    @Test func `Images keep their form if they are to`() throws {
        let golden = try Npz(Fixture.path("images/layers.npz"))
        func tensor(_ name: String) throws -> Tensor {
            let array = try golden.read(name)
            return Tensor(shape: array.shape.sizes, dtype: array.dtype, bytes: array.bytes)
        }
        let x = try tensor("images")
        for (height, width) in [(6, 4), (3, 8), (4, 4)] {
            let size = "\(height)_\(width)"
            let cropped = Resizing(height: height, width: width, cropToAspectRatio: true)
            try expectClose(cropped(x), tensor("crop_\(size)"), absolute: 1e-3)
            let padded = Resizing(height: height, width: width, padToAspectRatio: true, fillValue: 2.5)
            try expectClose(padded(x), tensor("pad_\(size)"), absolute: 1e-3)
            try expectClose(CenterCrop(height: height, width: width)(x), tensor("center_\(size)"), absolute: 1e-3)
        }
        try expectClose(CenterCrop(height: 14, width: 5)(x), tensor("center_14_5"), absolute: 1e-3)
        try checkLayer({ Resizing(height: 4, width: 3, padToAspectRatio: true) }, input: [2, 5, 6, 2])
        var wrong = Resizing.Config(height: 2, width: 2)
        (wrong.cropToAspectRatio, wrong.padToAspectRatio) = (true, true)
        #expect(errorText { try wrong.check() }.contains("only one"))
    }

    @Test func `Each image has a draw of its own, each step another`() {
        let x = Tensor.arange(24).cast(to: .float32).reshaped([1, 4, 6, 1]).tiled([16, 1, 1, 1])
        let flip = RandomFlip(.horizontal)
        let rows = flip([x], CallContext(isTraining: true, seed: 1))[0]
        let corners = Set(rows.sliced(axis: 1, 0..<1).sliced(axis: 2, 0..<1).array())
        #expect(corners == [0, 5])
        func step(_ n: Int64) -> [Float] {
            RandomRotation(0.5)([x], CallContext(isTraining: true, seed: 1, step: Tensor(n)))[0].array()
        }
        #expect(step(1) == step(1))
        #expect(step(1) != step(2))
    }

    @Test func `What does not fit is refused`() {
        #expect(errorText { try RandomFlip().validate([nil, 4, 4]) }.contains("needs images"))
        #expect(errorText { try RandomHue(0.1).validate([nil, 4, 4, 1]) }.contains("3 channels"))
        #expect(errorText { try RandomCrop(height: 2, width: 2).validate([nil, 4, 4]) }.contains("needs images"))
        #expect(errorText { try RandomRotation.Config(factor: 2).check() }.contains("factor"))
        #expect(errorText { try RandomContrast.Config(factor: .range(-0.5, 0.5)).check() }.contains("0.0 ... 1.0"))
    }

    /// Keras's `randint` takes no 1.0.
    @Test func `Whole numbers are written without a point`() {
        #expect(RandomFactor.range(1, 4).config.text() == "[1, 4]")
        #expect(RandomFactor.single(0.5).config.text() == "0.5")
        #expect(ValueRange.bytes.config.text() == "[0, 255]")
    }

    /// As Keras 3.15 writes them.
    @Test func `Keras's configurations are read`() throws {
        let texts: [(any ConfiguredLayer.Type, String)] = [
            (RandomFlip.self, #"{"data_format":"channels_last","seed":null,"mode":"horizontal_and_vertical"}"#),
            (
                RandomRotation.self,
                #"{"data_format":"channels_last","factor":[-0.2,0.2],"fill_mode":"reflect","fill_value":0.0,"interpolation":"bilinear","seed":null}"#
            ),
            (
                RandomZoom.self,
                #"{"data_format":"channels_last","height_factor":0.2,"width_factor":null,"fill_mode":"reflect","interpolation":"bilinear","seed":null,"fill_value":0.0}"#
            ),
            (RandomCrop.self, #"{"data_format":"channels_last","height":4,"width":5,"seed":964558115}"#),
            (RandomGrayscale.self, #"{"data_format":"channels_last","factor":0.5}"#),
            (
                RandomColorJitter.self,
                #"{"data_format":"channels_last","value_range":[0,255],"brightness_factor":0.1,"contrast_factor":0.1,"saturation_factor":0.2,"hue_factor":0.1,"seed":null}"#
            ),
            (
                Solarization.self,
                #"{"data_format":"channels_last","value_range":[0,255],"addition_factor":[0,0.0],"threshold_factor":[0,0.0],"seed":null}"#
            ),
            (AutoContrast.self, #"{"data_format":"channels_last","value_range":[0,255]}"#),
        ]
        for (type, text) in texts {
            let json = try JSON(parsing: Array(text.utf8), name: "test")
            let layer = try type.make(json, name: "x")
            let again = (layer as? any ConfiguredLayer)?.configMembers.map(\.0) ?? []
            for key in again { #expect(text.contains("\"\(key)\""), "\(type): Keras has no \(key)") }
        }
    }
}

extension Layer {
    /// What it makes of images in training.
    fileprivate func outputs(_ x: Tensor) -> [Float] { self([x], CallContext(isTraining: true, seed: 5))[0].array() }
}
