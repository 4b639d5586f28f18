import ShinkeiTesting
import Testing

@testable import Shinkei

/// Against what the real Keras gave: Tools/reference/make_keras_augmentations.py.
@Suite struct AugmentationTests {
    private func tensor(_ name: String) throws -> Tensor {
        let array = try Npz(Fixture.path("images/augmentations.npz")).read(name)
        return Tensor(shape: array.shape.sizes, dtype: array.dtype, bytes: array.bytes)
    }
    private func training(_ layer: Layer, _ x: Tensor, seed: Int = 5) -> Tensor {
        layer([x], CallContext(isTraining: true, seed: seed))[0]
    }

    /// Every one of them, with settings under which it does something.
    private static func random() -> [Layer] {
        let unit = ValueRange(0, 1)
        var all: [Layer] = [RandomShear(xFactor: 0.5, yFactor: 0.3), RandomSharpness(0.9, valueRange: unit)]
        all.append(RandomGaussianBlur(.range(1, 1), kernelSize: 5, sigma: .range(0.5, 1), valueRange: unit))
        all.append(RandomErasing(.range(1, 1), scale: 0.5, fillValue: 0.3, valueRange: unit))
        all.append(RandomPerspective(.range(1, 1), scale: 0.4))
        all.append(RandomElasticTransform(.range(1, 1), valueRange: unit))
        all.append(MixUp(alpha: 0.7))
        all.append(CutMix())
        all.append(RandAugment(valueRange: unit))
        all.append(AugMix(valueRange: unit, numChains: 2, chainDepth: 2))
        all.append(Equalization(valueRange: unit))
        return all
    }

    @Test func `Outside of training they are the identity, in training they are checked like all layers`() throws {
        let x = Tensor.randomUniform([3, 24, 26, 3], seed: 1)
        for i in Self.random().indices {
            let layer = Self.random()[i]
            try expectClose(layer(x), x, absolute: 0, relative: 0, layer.name)
            // A mixture may leave each image where it is: one of three draws does not.
            let draws = (5..<8).map { training(layer, x, seed: $0) }
            let changed = draws.first { $0.array() != x.array() } ?? draws[0]
            #expect(changed.array() != x.array(), "\(layer.name) does nothing in training")
            #expect(changed.isFinite().all().scalar(of: Bool.self), "\(layer.name)")
            try checkLayer({ Self.random()[i] }, input: [3, 5, 6, 3]) { $0.abs() }
            try checkLayer({ Self.random()[i] }, input: [3, 5, 6, 3], isDifferentiable: false, isTraining: true) {
                $0.abs()
            }
        }
        try checkLayer(
            {
                ContrastLimitedAdaptiveHistogramEqualization(valueRange: ValueRange(0, 1), tileGridSize: TileGrid(2, 3))
            },
            input: [2, 5, 6, 3], isDifferentiable: false
        ) { $0.abs() }
    }

    @Test func `With pinned parameters they give Keras's numbers`() throws {
        let x = try tensor("images")
        let shears = try tensor("shears")
        func column(_ x: Tensor, _ i: Int) -> Tensor { x.sliced(axis: 1, i..<i + 1).reshaped([3, 1, 1, 1]) }
        // A place that rounds to another pixel is another pixel: of 972 numbers a few may differ where the nearest is taken.
        func compare(_ actual: Tensor, _ name: String, isNearest: Bool) throws {
            let wrong = ((actual - (try tensor(name))).abs() .> 2e-2).cast(to: .float32).mean().scalar()
            #expect(wrong <= (isNearest ? 0.02 : 0), "\(name): \(wrong) of the numbers differ")
        }
        for fill in ImageFill.allCases {
            for how in Interpolation.allCases {
                let layer = RandomShear(
                    xFactor: 0.5, yFactor: 0.5, fillMode: fill, interpolation: how, fillValue: 3)
                try compare(
                    layer.sheared(x, column(shears, 0), column(shears, 1)), "shear_\(fill.rawValue)_\(how.rawValue)",
                    isNearest: how == .nearest)
            }
        }
        for how in Interpolation.allCases {
            try compare(
                RandomPerspective(interpolation: how, fillValue: 3).projected(x, try tensor("moves")),
                "perspective_\(how.rawValue)", isNearest: how == .nearest)
        }
        let (right, down) = (try tensor("right"), try tensor("down"))
        // What lies left of an image and above it Keras on TensorFlow reflects without the edge, against its own word.
        let isAgreed =
            (right + Tensor.arange(12).cast(to: .float32).reshaped([1, 1, 12, 1]) .>= 0)
            & (down + Tensor.arange(9).cast(to: .float32).reshaped([1, 9, 1, 1]) .>= 0)
        for fill in [ImageFill.reflect, .constant, .nearest] {
            let moved = RandomElasticTransform(fillMode: fill, fillValue: 3).moved(x, right, down)
            let name = "elastic_\(fill.rawValue)"
            try compare(
                fill == .reflect ? Tensor.where(isAgreed, moved, try tensor(name)) : moved, name, isNearest: false)
        }
        let factors = try tensor("factors").reshaped([3, 1, 1, 1])
        try expectClose(RandomSharpness(0.5).sharpened(x, factors), tensor("sharpness"), absolute: 1e-3)
        let sigma = Tensor([0.7, 0.4] as [Float], shape: [2])
        for (name, size) in [("blur_3", BlurSize(3, 3)), ("blur_5", BlurSize(5, 5)), ("blur_3_5", BlurSize(3, 5))] {
            let blurred = RandomGaussianBlur(kernelSize: size).blurred(x, sigma).limited(.bytes)
            try expectClose(blurred[0..<2], tensor(name)[0..<2], absolute: 1e-3, name)
        }
    }

    @Test func `Histograms are made flat as in Keras`() throws {
        let x = try tensor("images")
        for bins in [256, 16] {
            try expectClose(training(Equalization(bins: bins), x), tensor("equalized_\(bins)"), absolute: 1e-3)
        }
        try expectClose(
            training(Equalization(valueRange: ValueRange(0, 1)), x / 255), tensor("equalized_unit"), absolute: 1e-4)
        let flat = Tensor.concatenate(
            [x.sliced(axis: 3, 0..<1), x.sliced(axis: 3, 1..<2) * 0 + 7, x.sliced(axis: 3, 2..<3)], axis: 3)
        try expectClose(training(Equalization(), flat), tensor("equalized_flat"), absolute: 1e-3)
        typealias CLAHE = ContrastLimitedAdaptiveHistogramEqualization
        for (name, layer) in [
            ("clahe", CLAHE(tileGridSize: TileGrid(2, 3))),
            ("clahe_odd", CLAHE(clipLimit: 1.5, tileGridSize: TileGrid(4, 5))),
            ("clahe_free", CLAHE(clipLimit: 0, tileGridSize: TileGrid(2, 2))),
        ] { try expectClose(layer(x), tensor(name), absolute: 2e-2, name) }
    }

    @Test func `Images and labels are mixed alike`() throws {
        let (x, labels) = (try tensor("images"), Tensor.eye(3))
        let weight = Tensor([0.25, 0.5, 0.9] as [Float], shape: [3])
        let order = Tensor([2, 0, 1] as [Int32], shape: [3])
        let part = weight.reshaped([3, 1, 1, 1])
        try expectClose(part * x + (1 - part) * x.taking(order), tensor("mixed"), absolute: 1e-3)
        for layer in [MixUp(alpha: 1), CutMix()] {
            let ones = Tensor.arange(3).cast(to: .float32).reshaped([3, 1, 1, 1]) + Tensor.zeros([3, 40, 50, 1])
            let mixed = layer([ones, labels], CallContext(isTraining: true, seed: 3))
            #expect(mixed.map(\.shape.sizes) == [[3, 40, 50, 1], [3, 3]])
            try expectClose(mixed[1].sum(axis: 1), Tensor.ones([3]), absolute: 1e-6)
            // An image of ones and one of twos, half of each, has the mean that its labels say.
            let told = mixed[1].matmul(Tensor([0, 1, 2] as [Float], shape: [3, 1])).squeezed(-1)
            try expectClose(mixed[0].mean(axes: [1, 2, 3]), told, absolute: layer is MixUp ? 1e-5 : 0.06, layer.name)
            let still = layer([ones, labels], CallContext())
            try expectClose(still[1], labels, absolute: 0, relative: 0)
        }
    }

    @Test func `Beta and gamma numbers have their means and variances`() {
        for alpha in [0.05, 0.2, 1.0, 3.0] {
            let context = CallContext(isTraining: true, seed: 1)
            let parameter = Tensor.constant(alpha, dtype: .float32)
            let beta = Tensor.randomBeta([20_000], parameter, context)
            #expect(abs(beta.mean().scalar() - 0.5) < 0.02)
            let variance = (beta - 0.5).square().mean().scalar()
            #expect(abs(Double(variance) - 1 / (4 * (2 * alpha + 1))) < 0.005, "\(alpha): \(variance)")
            let gamma = Tensor.randomLogGamma([20_000], parameter, context).exp().mean().scalar()
            #expect(abs(Double(gamma) - alpha) < 0.05 * max(alpha, 0.3), "\(alpha): \(gamma)")
        }
    }

    @Test func `Rectangles are wiped out, of the size that was asked for`() {
        let x = Tensor.ones([200, 20, 30, 1])
        let erased = training(RandomErasing(.range(1, 1), scale: .range(0.25, 0.25), fillValue: 0), x)
        #expect(abs(erased.mean().scalar() - 0.75) < 0.02)
        let some = training(RandomErasing(.range(0.3, 0.3), scale: .range(0.25, 0.25), fillValue: 0), x)
        let share = (some.min(axes: [1, 2, 3]) .== Tensor(Float(0))).cast(to: .float32).mean().scalar()
        #expect(abs(share - 0.3) < 0.1)
        let noise = training(RandomErasing(.range(1, 1), scale: .range(1, 1)), x)
        #expect(noise.min().scalar() == 0 && noise.max().scalar() == 255)
    }

    @Test func `Channels may stand first`() throws {
        let x = try tensor("images") / 255
        let pairs: [(Layer, Layer)] = [
            (RandomShear(xFactor: 0.4, dataFormat: .channelsFirst), RandomShear(xFactor: 0.4)),
            (MixUp(dataFormat: .channelsFirst), MixUp()),
            (
                Equalization(valueRange: ValueRange(0, 1), dataFormat: .channelsFirst),
                Equalization(valueRange: ValueRange(0, 1))
            ),
        ]
        for (first, last) in pairs {
            try expectClose(
                training(first, x.transposed([0, 3, 1, 2])).transposed([0, 2, 3, 1]), training(last, x), absolute: 0,
                relative: 0, first.name)
        }
    }

    /// As Keras 3.15 writes them.
    @Test func `Keras's configurations are read, and no others written`() throws {
        let base = #""data_format":"channels_last""#
        let texts: [(any ConfiguredLayer.Type, String)] = [
            (
                RandomShear.self,
                #"{\#(base),"x_factor":[-0.2,0.2],"y_factor":[0.1,0.3],"fill_mode":"reflect","interpolation":"bilinear","seed":null,"fill_value":0.0}"#
            ),
            (RandomSharpness.self, #"{\#(base),"factor":[0,0.5],"value_range":[0,255],"seed":null}"#),
            (
                RandomGaussianBlur.self,
                #"{\#(base),"factor":[0,1.0],"kernel_size":[3,3],"sigma":[0,1.0],"value_range":[0,255],"seed":null}"#
            ),
            (
                RandomErasing.self,
                #"{\#(base),"factor":[0,1.0],"scale":[0.02,0.33],"fill_value":null,"value_range":[0,255],"seed":null}"#
            ),
            (
                RandomErasing.self,
                #"{\#(base),"factor":[0,1.0],"scale":[0.02,0.33],"fill_value":[1,2,3],"value_range":[0,255],"seed":1}"#
            ),
            (
                RandomPerspective.self,
                #"{\#(base),"factor":[0,1.0],"scale":1.0,"interpolation":"bilinear","fill_value":0.0,"seed":null}"#
            ),
            (
                RandomElasticTransform.self,
                #"{\#(base),"factor":[0,1.0],"scale":[0,1.0],"interpolation":"bilinear","fill_mode":"reflect","fill_value":0.0,"value_range":[0,255],"seed":null}"#
            ),
            (Equalization.self, #"{\#(base),"bins":256,"value_range":[0,255]}"#),
            (MixUp.self, #"{\#(base),"alpha":0.2,"seed":null}"#),
            (CutMix.self, #"{\#(base),"factor":[0,1.0],"seed":null}"#),
            (
                RandAugment.self,
                #"{\#(base),"value_range":[0,255],"num_ops":2,"factor":[0,0.5],"interpolation":"bilinear","seed":null}"#
            ),
            (
                AugMix.self,
                #"{\#(base),"value_range":[0,255],"num_chains":3,"chain_depth":3,"factor":[0,0.3],"alpha":1.0,"all_ops":true,"interpolation":"bilinear","seed":null}"#
            ),
            (
                ContrastLimitedAdaptiveHistogramEqualization.self,
                #"{\#(base),"value_range":[0,255],"clip_limit":4.0,"tile_grid_size":[8,8]}"#
            ),
        ]
        for (type, text) in texts {
            let json = try JSON(parsing: Array(text.utf8), name: "test")
            let layer = try type.make(json, name: "x")
            for (key, _) in (layer as? any ConfiguredLayer)?.configMembers ?? [] {
                #expect(text.contains("\"\(key)\""), "\(type): Keras has no \(key)")
            }
        }
        // What Keras writes for a number it does not read itself.
        let shear = RandomShear(xFactor: .range(-0.2, 0.2))
        #expect(shear.configMembers.first { $0.0 == "x_factor" }?.1.double == 0.2)
    }

    @Test func `What does not fit is refused`() {
        #expect(errorText { try RandomGaussianBlur.Config(["kernel_size": 4]).check() }.contains("odd"))
        #expect(errorText { try CutMix.Config(["factor": 2]).check() }.contains("factor"))
        #expect(errorText { _ = try RandomErasing.Config(["fill_value": [1, 2]]) }.contains("one number or three"))
        #expect(errorText { try MixUp().validate([nil, 4, 4]) }.contains("needs images"))
        #expect(errorText { try RandAugment.Config(["num_ops": 0]).check() }.contains("num_ops"))
    }
}
