import FoundationEssentials
import ShinkeiFormats
import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ModelFileTests {
    private struct Array: Decodable {
        let shape: [Int]
        let values: [Double]
        var tensor: Tensor { Tensor(values, shape: shape, dtype: .float32) }
    }
    private struct Expected: Decodable {
        struct Case: Decodable {
            let inputs: [Array]
            let outputs: [Array]
        }
        let sequential: Case
        let functional: Case
    }
    private static let folder = (Fixture.root + ["Tests", "Fixtures", "models"]).joined(separator: "/")
    private static func expected() throws -> Expected {
        try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: URL(filePath: "\(folder)/expected.json")))
    }

    /// A folder that is gone afterwards.
    private func inFolder<T>(_ body: (String) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.path() + "shinkei-models-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    @Test(arguments: ["keras", "h5"])
    func `What Keras wrote predicts what Keras predicts`(ending: String) throws {
        let expected = try Self.expected()
        for (name, numbers) in [("sequential", expected.sequential), ("functional", expected.functional)] {
            let model = try Model.load("\(Self.folder)/\(name).\(ending)")
            let outputs = try model.predict(numbers.inputs.map(\.tensor), batchSize: 4)
            for (output, wanted) in zip(outputs, numbers.outputs) { try expectClose(output, wanted.tensor) }
        }
    }

    @Test(arguments: ["keras", "h5"])
    func `The classes' names come along`(ending: String) throws {
        try inFolder { folder in
            let model = try Model.load("\(Self.folder)/sequential.\(ending)")
            #expect(model.classNames == nil)
            let names = ["犬", "cat, \"big\"", ""]
            model.classNames = names
            try model.save("\(folder)/m.\(ending)")
            #expect(try Model.load("\(folder)/m.\(ending)").classNames == names)
        }
    }

    @Test(arguments: ["keras", "h5"])
    func `Compile settings and the optimizer's state come along`(ending: String) throws {
        let model = try Model.load("\(Self.folder)/sequential.\(ending)")
        let optimizer = try #require(model.optimizer as? Adam)
        #expect(optimizer.iterations.value.scalar(of: Int.self) == 4)
        #expect(abs(optimizer.learningRate - 0.01) < 1e-8)
        // Adam's momentum is not zero after four steps.
        #expect(optimizer.slots.count == 4)
        for own in optimizer.slots { #expect(own[0].value.abs().max().scalar() > 0, "\(own[0].value)") }
        #expect(model.training?.outputs[0].loss?.name == "sparse_categorical_crossentropy")
        #expect(model.training?.outputs[0].metrics.map(\.name) == ["accuracy"])
        #expect(try Model.load("\(Self.folder)/sequential.\(ending)", compile: false).training == nil)
        #expect(try Model.load("\(Self.folder)/functional.\(ending)").training == nil)
    }

    @Test(arguments: ["keras", "h5"])
    func `A model comes back bit for bit`(ending: String) throws {
        try inFolder { folder in
            for name in ["sequential", "functional"] {
                let model = try Model.load("\(Self.folder)/\(name).keras")
                try model.save("\(folder)/m.\(ending)")
                let copy = try Model.load("\(folder)/m.\(ending)")
                #expect(copy.name == model.name)
                #expect(copy.layers.map(\.name) == model.layers.map(\.name))
                #expect(copy.summaryText() == model.summaryText())
                for (a, b) in zip(model.weights, copy.weights) { #expect(a.value.hostBytes() == b.value.hostBytes()) }
                let (a, b) = (model.optimizer?.weights ?? [], copy.optimizer?.weights ?? [])
                #expect(a.count == b.count)
                for (a, b) in zip(a, b) { #expect(a.value.hostBytes() == b.value.hostBytes()) }
                // Equal models give equal files.
                try copy.save("\(folder)/n.\(ending)")
                #expect(
                    FileManager.default.contents(atPath: "\(folder)/m.\(ending)")
                        == FileManager.default.contents(atPath: "\(folder)/n.\(ending)"))
            }
        }
    }

    /// Saved in the middle and loaded, training ends with the same weights as in one go.
    @Test(arguments: ["keras", "h5"])
    func `Training goes on where it stopped`(ending: String) throws {
        let x = Tensor.randomNormal([12, 4], seed: 1)
        let y = Tensor((0..<12).map { Int32($0 % 3) })
        func model() throws -> Model {
            try withSession(seed: 5) {
                let model = Sequential {
                    Input(shape: [4]); Dense(6, activation: .tanh); Dense(3, activation: .softmax)
                }
                try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy)
                return model
            }
        }
        let whole = try model()
        try whole.fit(x, y, epochs: 4, batchSize: 5, verbose: 0, shuffle: false)
        let first = try model()
        try first.fit(x, y, epochs: 2, batchSize: 5, verbose: 0, shuffle: false)
        try inFolder { folder in
            try first.save("\(folder)/half.\(ending)")
            let second = try Model.load("\(folder)/half.\(ending)")
            try second.fit(x, y, epochs: 2, batchSize: 5, verbose: 0, shuffle: false)
            for (a, b) in zip(whole.weights, second.weights) { #expect(a.value.hostBytes() == b.value.hostBytes()) }
        }
    }

    @Test func `Weights alone, in every format`() throws {
        try inFolder { folder in
            let model = try Model.load("\(Self.folder)/functional.keras")
            for ending in ["weights.h5", "safetensors", "npz"] {
                try model.saveWeights("\(folder)/w.\(ending)")
                let other = try Model.load("\(Self.folder)/functional.keras")
                for weight in other.weights { weight.value = weight.value * 0 }
                try other.loadWeights("\(folder)/w.\(ending)")
                for (a, b) in zip(model.weights, other.weights) { #expect(a.value.hostBytes() == b.value.hostBytes()) }
            }
            // Whole models have weights too.
            let other = try Model.load("\(Self.folder)/functional.keras")
            try other.loadWeights("\(Self.folder)/functional.h5")
            try other.loadWeights("\(Self.folder)/functional.keras")
            #expect(throws: ModelFileError.self) { try other.loadWeights("\(Self.folder)/sequential.keras") }
        }
    }

    private final class Scale: Layer, ConfiguredLayer {
        struct Config: LayerConfig {
            var start = 1.0
            static let defaults = Config()
            static let fields: [ConfigField<Config>] = [.optional("start", \.start)]
        }
        let config: Config
        let factor = Weight("factor")
        init(_ config: Config, name: String? = nil) {
            self.config = config
            super.init(name: name)
        }
        override func build(_ input: SymbolicShape) throws(LayerError) { create(factor, [], .constant(config.start)) }
        override func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor.value }
    }

    @Test func `A layer of one's own, by a registered name`() throws {
        var config = Scale.Config()
        config.start = 2.5
        let model = Sequential([Input(shape: [3]), Scale(config)])
        try inFolder { folder in
            try model.save("\(folder)/own.keras")
            #expect(errorText { _ = try Model.load("\(folder)/own.keras") }.contains("Scale"))
            LayerRegistry.register(Scale.self)
            try model.save("\(folder)/own.keras")
            let copy = try Model.load("\(folder)/own.keras")
            #expect((copy.layers[0] as? Scale)?.config == config)
            #expect(try copy.predict(Tensor.ones([1, 3])).array() == [2.5, 2.5, 2.5])
        }
    }

    @Test(arguments: [
        ("{\"units\": 0}", "units: must be a positive integer; got 0"),
        ("{\"units\": \"many\"}", "units: expected an integer; got \"many\""),
        ("{\"units\": 5000000000000000000}", "units: 5000000000000000000 is more than memory can hold"),
        ("{}", "\"units\" is missing"),
        ("{\"units\": 2, \"activation\": \"rellu\"}", "activation: there is no activation \"rellu\""),
        ("{\"units\": 2, \"use_bias\": 1}", "use_bias: expected true or false; got 1"),
        ("{\"units\": 2, \"lora_rank\": 4}", "\"lora_rank\" is not supported; its value is 4"),
    ])
    func `A wrong value is named with its layer`(config: String, text: String) throws {
        let json = try JSON(
            parsing: Swift.Array("{\"class_name\": \"Dense\", \"config\": \(config), \"name\": \"d\"}".utf8))
        let message = errorText { _ = try LayerObject.read(json) }
        #expect(message.hasPrefix("layer \"d\" (Dense): "), "\(message)")
        #expect(message.contains(text), "\(message)")
    }

    /// Each of these once multiplied beyond an `Int`.
    @Test(arguments: [
        ("[null, 4]", "Dense", "\"units\": 1099511627777"),
        ("[null, 4294967296, 4294967296]", "Flatten", ""), ("[null, 5000000000000000000]", "Flatten", ""),
        ("[null, 8]", "Reshape", "\"target_shape\": [1099511627776, 1099511627776]"),
        ("[null, 8, 8, 3]", "Cropping2D", "\"cropping\": [[4611686018427387904, 4611686018427387904], [0, 0]]"),
        ("[null, 8, 8, 3]", "ZeroPadding2D", "\"padding\": [[5000000000000000000, 5000000000000000000], [0, 0]]"),
        ("[null, 1024, 1024, 1024]", "UpSampling2D", "\"size\": [1048576, 1048576]"),
        ("[null, 8, 8, 3]", "Conv2D", "\"filters\": 4, \"kernel_size\": 3, \"dilation_rate\": 5000000000000000000"),
        ("[null, 8, 8, 3]", "Conv2DTranspose", "\"filters\": 4, \"kernel_size\": 3, \"strides\": 4611686018427387904"),
    ])
    func `Sizes beyond memory are a line of text`(input: String, layer: String, config: String) throws {
        let text = """
            {"class_name": "Sequential", "config": {"name": "m", "layers": [
            {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": \(input)}},
            {"class_name": "\(layer)", "config": {\(config)}, "name": "wide"}]}}
            """
        let message = errorText { _ = try LayerObject.read(try JSON(parsing: Swift.Array(text.utf8))) }
        #expect(message.contains("is more than memory can"), "\(message)")
        #expect(message.contains(layer == "Flatten" ? "\"i\"" : "wide"), "\(message)")
    }

    @Test func `The ending of a path chooses what is written, and no other is taken`() throws {
        try inFolder { folder in
            let model = try Model.load("\(Self.folder)/functional.keras")
            let starts: [(String, [UInt8])] = [
                ("keras", [0x50, 0x4B]), ("npz", [0x50, 0x4B]), ("h5", [0x89, 0x48]), ("hdf5", [0x89, 0x48]),
                ("weights.h5", [0x89, 0x48]),
            ]
            for (ending, start) in starts {
                try model.write(to: "\(folder)/m.\(ending)")
                #expect(try FileBytes("\(folder)/m.\(ending)").read(0..<2) == start)
            }
            try model.write(to: "\(folder)/m.safetensors")
            #expect(try Safetensors("\(folder)/m.safetensors").names.count == model.weights.count)
            for ending in ["safetensors", "npz", "weights.h5", "txt"] {
                #expect(
                    errorText { try model.save("\(folder)/x.\(ending)") }.contains("written to .keras or .h5"),
                    "\(ending)")
            }
            for ending in ["keras", "h5", "txt"] {
                #expect(
                    errorText { try model.saveWeights("\(folder)/x.\(ending)") }.contains("written to .weights.h5"),
                    "\(ending)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 6)
        }
    }

    @Test func `A configuration far larger than its file is refused`() throws {
        try inFolder { folder in
            let path = "\(folder)/m.keras"
            let archive = try ZipWriter(path)
            try archive.add("config.json", [UInt8](repeating: 0x20, count: 20 << 20), compressed: true)
            try archive.add("model.weights.h5", [])
            try archive.finish()
            for message in [errorText { _ = try Model.load(path) }, errorText { _ = try FileInspection.lines(path) }] {
                #expect(message.contains("config.json: inflates to 20971520 bytes; the limit is"), "\(message)")
            }
        }
    }

    @Test func `Inspection reads of arrays what their headers say`() throws {
        try inFolder { folder in
            let path = "\(folder)/x.npy"
            try AtomicFile.write(Npy.encode(HostArray(Tensor([1, 2, 3] as [Int32]))), to: path)
            #expect(try FileInspection.lines(path) == ["npy: int32 [3]"])
            let bytes = try FileBytes(path).readAll()
            try AtomicFile.write(bytes.dropLast(), to: path)
            #expect(errorText { _ = try FileInspection.lines(path) }.contains("needs 12 bytes of data, there are 11"))
        }
    }

    @Test func `Unknown, unsupported and dangerous layers`() throws {
        func message(_ text: String) throws -> String {
            let json = try JSON(parsing: Swift.Array(text.utf8))
            return errorText { _ = try LayerObject.read(json) }
        }
        #expect(try message("{\"class_name\": \"Dens\", \"config\": {}}").contains("there is no layer class \"Dens\""))
        #expect(
            try message("{\"class_name\": \"FlaxLayer\", \"config\": {\"name\": \"f\"}}")
                == "layer \"f\": FlaxLayer is known, not supported yet")
        #expect(try message("{\"class_name\": \"Lambda\", \"config\": {}}").contains("Python code, which is never run"))
        #expect(try message("{\"class_name\": \"Dense\"}").contains("\"config\" is missing"))
    }

    @Test func `Graphs that are none`() throws {
        func message(_ layers: String, outputs: String = "[\"d\", 0, 0]") throws -> String {
            let text = """
                {"class_name": "Functional", "config": {"name": "m", "layers": [
                {"class_name": "InputLayer", "name": "i", "config": {"name": "i", "batch_shape": [null, 2]}, "inbound_nodes": []},
                \(layers)], "input_layers": [["i", 0, 0]], "output_layers": [\(outputs)]}}
                """
            let json = try JSON(parsing: Swift.Array(text.utf8))
            return errorText { _ = try LayerObject.read(json) }
        }
        func dense(_ name: String, _ input: String) -> String {
            """
            {"class_name": "Dense", "name": "\(name)", "config": {"name": "\(name)", "units": 2},
            "inbound_nodes": [[["\(input)", 0, 0, {}]]]}
            """
        }
        #expect(try message(dense("d", "i")) == "")
        #expect(try message(dense("d", "e") + "," + dense("e", "d")).contains("form a cycle through"))
        #expect(try message(dense("d", "nobody")).contains("is fed by \"nobody\", which does not exist"))
        #expect(try message(dense("d", "i"), outputs: "[\"x\", 0, 0]").contains("there is no layer \"x\""))
        #expect(try message(dense("d", "i"), outputs: "[\"d\", 7, 0]").contains("\"d\" has no call 7"))
        #expect(try message(dense("d", "i") + "," + dense("d", "i")).contains("two layers called \"d\""))
    }
}
