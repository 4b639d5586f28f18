import Foundation
import Shinkei
import Testing

/// The commands on model files: `predict`, `evaluate`, `fit`, `summary`, `inspect`, `convert`.
@Suite struct ModelCommandTests {
    private static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/models").path()

    /// A folder with arrays for the model `sequential`, gone afterwards.
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "shinkei-commands-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Tensor.randomNormal([6, 4], seed: 1).saveNpy(to: "\(folder)/x.npy")
        try Tensor([0, 1, 2, 0, 1, 2]).saveNpy(to: "\(folder)/y.npy")
        try body(folder)
    }

    @Test(arguments: ["keras", "h5"])
    func `Predict, evaluate, fit`(ending: String) throws {
        let model = "\(Self.models)/sequential.\(ending)"
        try inFolder { folder in
            let data = ["--x", "\(folder)/x.npy", "--y", "\(folder)/y.npy"]
            _ = try CommandLineProgram.succeed(
                ["predict", "--batch-size", "4", model, "--input", "\(folder)/x.npy", "--output", "\(folder)/p.npy"])
            let before = try Tensor(npy: "\(folder)/p.npy")
            #expect(before.shape == [6, 3])

            let json = try CommandLineProgram.succeed(["evaluate", model, "--json"] + data).output
            let result = try JSONDecoder().decode([String: Double].self, from: Data(json.utf8))
            #expect(result.keys.sorted() == ["accuracy", "loss"])

            _ = try CommandLineProgram.succeed(
                ["fit", model, "--epochs", "3", "--batch-size", "4", "--no-shuffle"] + data + [
                    "--history", "\(folder)/h.json", "--output", "\(folder)/trained.\(ending)",
                ])
            let history = try JSONDecoder().decode(
                [String: [Double]].self, from: Data(contentsOf: URL(filePath: "\(folder)/h.json")))
            #expect(history["loss"]?.count == 3)
            #expect(history["accuracy"]?.count == 3)
            let trained = try CommandLineProgram.succeed(["evaluate", "\(folder)/trained.\(ending)", "--json"] + data)
            let after = try JSONDecoder().decode([String: Double].self, from: Data(trained.output.utf8))
            #expect(after["loss"]! < result["loss"]!)
        }
    }

    @Test func `Summary, inspect, convert`() throws {
        let model = "\(Self.models)/functional.keras"
        let summary = try CommandLineProgram.succeed(["summary", model]).output
        #expect(summary.contains("shared (Dense)"))
        #expect(summary.contains("Total params: 23"))
        let parts = try CommandLineProgram.succeed(["inspect", model]).output
        #expect(parts.hasPrefix("keras: Functional \"two\"\n"))
        #expect(parts.contains("    within (Dense)\n"))
        #expect(parts.contains("/layers/dense/vars/0: float32 [4, 3]\n"))
        try inFolder { folder in
            for ending in ["h5", "keras", "weights.h5", "safetensors", "npz"] {
                _ = try CommandLineProgram.succeed(["convert", model, "\(folder)/m.\(ending)"])
                let parts = try CommandLineProgram.succeed(["inspect", "\(folder)/m.\(ending)"]).output
                #expect(parts.contains(ending == "npz" ? "dense/kernel.npy: " : "[4, 3]"))
            }
            let x = "\(folder)/x.npy"
            var first: [Data?] = []
            for file in [model, "\(folder)/m.h5", "\(folder)/m.keras"] {
                _ = try CommandLineProgram.succeed(
                    [
                        "predict", file, "--input", x, "--input", x, "--output", "\(folder)/a.npy", "--output",
                        "\(folder)/b.npy",
                    ])
                let outputs = ["a", "b"].map { FileManager.default.contents(atPath: "\(folder)/\($0).npy") }
                if file == model { first = outputs } else { #expect(outputs == first) }
            }
        }
    }

    @Test func `Plot writes pictures`() throws {
        try inFolder { folder in
            for model in ["functional.keras", "sequential.h5"] {
                for ending in ["svg", "html", "dot"] {
                    let picture = "\(folder)/m.\(ending)"
                    let result = try CommandLineProgram.succeed(
                        ["plot", "\(Self.models)/\(model)", "-o", picture, "--expand-nested", "--rankdir", "lr"])
                    #expect(result.output == "")
                    #expect(try String(contentsOfFile: picture, encoding: .utf8).contains("(Dense)"))
                }
            }
            try #"{"loss": [3, 2, 1.5], "val_loss": [3, 2.5, 2]}"#.write(
                toFile: "\(folder)/h.json", atomically: true, encoding: .utf8)
            _ = try CommandLineProgram.succeed(["plot", "\(folder)/h.json", "--output", "\(folder)/h.svg"])
            #expect(try String(contentsOfFile: "\(folder)/h.svg", encoding: .utf8).contains(">validation</text>"))
            _ = try CommandLineProgram.succeed(
                ["plot", "\(Self.models)/sequential.keras", "--network", "-o", "\(folder)/n.svg"])
        }
    }

    @Test func `A picture that cannot be made leaves no file`() throws {
        try inFolder { folder in
            let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let history = "\(NSTemporaryDirectory())/shinkei-\(UInt64.random(in: 0 ... .max)).json"
            try #"{"loss": [1, "a"]}"#.write(toFile: history, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: history) }
            let model = "\(Self.models)/sequential.keras"
            for (arguments, status, text) in [
                ([history, "-o", "\(folder)/h.svg"], 1, "epoch 1"),
                (["no.keras", "-o", "\(folder)/h.svg"], 1, "no.keras"),
                ([model, "-o", "\(folder)/m.jpeg"], 2, ".svg"), ([model, "-o", "\(folder)/no/m.svg"], 1, "No such"),
                ([model, "--filters", "-o", "\(folder)/m.svg"], 1, "filters"), ([model], 2, "output"),
            ] {
                let message = try CommandLineProgram.fail(["plot"] + arguments, status: Int32(status))
                #expect(message.contains(text), "\(message)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
        }
    }

    @Test func `Training writes a report`() throws {
        try inFolder { folder in
            _ = try CommandLineProgram.succeed(["train", "xor", "--epochs", "3", "--report", "\(folder)/r.html"])
            let page = try String(contentsOfFile: "\(folder)/r.html", encoding: .utf8)
            #expect(page.contains("<h2>Curves</h2>") && page.contains("Total params: 197"))
            _ = try CommandLineProgram.fail(["train", "xor", "--report", "r.txt"], status: 2)
        }
    }

    @Test func `Fit and convert write what the ending says`() throws {
        try inFolder { folder in
            let model = "\(Self.models)/sequential.keras"
            let data = ["--x", "\(folder)/x.npy", "--y", "\(folder)/y.npy"]
            _ = try CommandLineProgram.succeed(["fit", model, "--output", "\(folder)/f.safetensors"] + data)
            _ = try CommandLineProgram.succeed(["convert", model, "\(folder)/c.safetensors"])
            for name in ["f", "c"] {
                let parts = try CommandLineProgram.succeed(["inspect", "\(folder)/\(name).safetensors"]).output
                #expect(parts.hasPrefix("safetensors: "))
            }
            for arguments in [
                ["fit", model, "--output", "\(folder)/f.txt"] + data, ["convert", model, "\(folder)/c.txt"],
            ] {
                let message = try CommandLineProgram.fail(arguments, status: 2)
                #expect("\(message)".contains("writes .keras, .h5, .weights.h5, .safetensors or .npz"))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix("txt") }.isEmpty)
        }
    }

    @Test func `A wrong number of outputs is said before anything is computed`() throws {
        try inFolder { folder in
            // An input that is not there would be said first if it were read first.
            let message = try CommandLineProgram.fail(
                [
                    "predict", "\(Self.models)/sequential.keras", "--input", "\(folder)/none.npy", "--output",
                    "\(folder)/a.npy", "--output", "\(folder)/b.npy",
                ], status: 2)
            #expect("\(message)".contains("the model has 1 outputs; --output was given 2 times"))
        }
    }

    @Test(arguments: [
        (["predict", "nowhere.keras", "--input", "x.npy", "--output", "y.npy"], 1, "nowhere.keras: No such file"),
        (["predict", "m.keras", "--output", "y.npy"], 2, "missing --input"),
        (["fit", "m.keras", "--x", "x.npy", "--y", "y.npy", "--epochs", "0"], 2, "--epochs must be at least 1"),
        (["summary", "/"], 1, "/: is a folder"),
    ])
    func `One line says what is wrong`(arguments: [String], status: Int, text: String) throws {
        let result = try CommandLineProgram.run(arguments)
        #expect(result.status == Int32(status))
        #expect(result.errors.contains(text), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
    }
}
