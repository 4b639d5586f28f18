import Foundation
import Shinkei
import ShinkeiImages
import Testing

/// `shinkei train images` and `shinkei classify`, on pictures whose colours tell their classes.
@Suite struct PictureCommandTests {
    /// Three classes of ten pictures in sizes of their own, and a file that is none.
    private func inFolder(_ body: (String) throws -> Void) throws {
        try CommandLineProgram.withFolder { folder in
            for (place, name) in ["blue", "green", "red"].enumerated() {
                let path = "\(folder)/data/\(name)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                for i in 0..<10 {
                    let (height, width) = (30 + i, 40 - i)
                    let bytes = (0..<height * width).flatMap { pixel -> [UInt8] in
                        var colour = [UInt8(pixel % 50), UInt8(pixel / 3 % 50), UInt8(10 * i)]
                        colour[2 - place] = UInt8(200 + pixel % 50)
                        return colour
                    }
                    try Image(height: height, width: width, channels: 3, bytes: bytes).write(to: "\(path)/\(i).png")
                }
            }
            try Data("none".utf8).write(to: URL(filePath: "\(folder)/data/red/bad.png"))
            try body(folder)
        }
    }

    @Test(arguments: [
        (["--base", "none", "--augment", "--epochs", "10"], "keras", 0.001), (["--base", "none"], "h5", 0.001),
        (["--base", "mobilenetv2", "--weights", "random", "--freeze", "--epochs", "3"], "keras", 0.01),
    ])
    func `A folder becomes a classifier`(options: [String], ending: String, rate: Double) throws {
        try inFolder { folder in
            let model = "\(folder)/m.\(ending)"
            let arguments = ["train", "images", "\(folder)/data", "--target-size", "32", "-o", model, "--seed", "1"]
            let result = try CommandLineProgram.run(arguments + options + ["--learning-rate", "\(rate)"])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.errors.contains("red/bad.png") && result.errors.split(separator: "\n").count == 1)
            #expect(result.output.contains("Training on 25 pictures of 3 classes, validating on 6."))
            #expect(result.output.contains("its features are computed once") == options.contains("--freeze"))
            #expect(result["saved"] == model)
            // A random base that is never trained sees next to nothing.
            if !options.contains("--freeze") { #expect(result.number("accuracy") > 0.5) }

            let paths = ["blue", "green", "red"].map { "\(folder)/data/\($0)/9.png" }
            let answer = try CommandLineProgram.succeed(["classify", model] + paths + ["--top", "2"])
            let lines = answer.output.split(separator: "\n")
            #expect(lines.count == 3)
            for (line, path) in zip(lines, paths) {
                #expect(line.hasPrefix("\(path): "))
                #expect(line.contains(/: (blue|green|red) [01]\.\d{4}, (blue|green|red) 0\.\d{4}$/))
            }
            #expect(try CommandLineProgram.succeed(["summary", model]).output.contains("classifier"))
        }
    }

    @Test func `The same seed gives the same file`() throws {
        try inFolder { folder in
            let files = try ["a", "b"].map { name in
                let arguments = ["train", "images", "\(folder)/data", "--base", "none", "--target-size", "16x24"]
                let output = "\(folder)/\(name).keras"
                let result = try CommandLineProgram.run(arguments + ["--epochs", "2", "--augment", "-o", output])
                #expect(result.status == 0, "\(result.errors)")
                return FileManager.default.contents(atPath: output)
            }
            #expect(files[0] != nil && files[0] == files[1])
        }
    }

    @Test func `Bad pictures are named, the others are told`() throws {
        try inFolder { folder in
            let model = "\(folder)/m.keras"
            let trained = try CommandLineProgram.run(
                [
                    "train", "images", "\(folder)/data", "--base", "none", "--target-size", "16", "--epochs", "1", "-o",
                    model,
                ])
            #expect(trained.status == 0, "\(trained.errors)")
            let (good, bad) = ("\(folder)/data/red/1.png", "\(folder)/data/red/bad.png")
            let result = try CommandLineProgram.run(["classify", model, bad, good, "\(folder)/no.png"])
            #expect(result.status == 1)
            #expect(result.output.hasPrefix("\(good): ") && result.output.split(separator: "\n").count == 1)
            #expect(result.errors.hasPrefix("shinkei: 2 of 3 pictures: \(bad): "))
            #expect(result.errors.contains("no.png") && result.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func `One line says what is wrong, and nothing is written`() throws {
        try inFolder { folder in
            let data = "\(folder)/data"
            try FileManager.default.createDirectory(atPath: "\(folder)/one/only", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: "\(data)/red/1.png", toPath: "\(folder)/one/only/1.png")
            let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let output = ["-o", "\(folder)/m.keras"]
            let offline = ["SHINKEI_CACHE": "\(folder)/cache", "https_proxy": "http://127.0.0.1:9"]
            for (arguments, status, text) in [
                ([data, "--freeze", "--base", "none"], 2, "--freeze needs a --base"),
                ([data, "--target-size", "0"], 2, "target-size"), ([data, "--target-size", "16"], 2, "at least 32"),
                ([data, "--validation-split", "1"], 2, "--validation-split"),
                ([data, "--validation-split", "0.05"], 1, "leaves none"),
                (["\(folder)/no"], 1, "\(folder)/no"), (["\(folder)/one"], 1, "found only"),
                ([data, "-o", "\(folder)/no/m.keras"], 1, "\(folder)/no/"), ([data, "-o", "m.txt"], 2, ".keras"),
                ([data, "--base", "vgg16", "--weights", "\(folder)/w.h5"], 1, "w.h5"),
            ] {
                let given = arguments.contains("-o") ? [] : output
                let result = try CommandLineProgram.run(["train", "images"] + arguments + given, offline)
                #expect(result.status == Int32(status), "\(arguments): \(result.errors)")
                #expect(result.errors.contains(text), "\(arguments): \(result.errors)")
                #expect(result.errors.split(separator: "\n").count == 1)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)

            let missing = try CommandLineProgram.run(["train", "images", data, "--base", "vgg16"] + output, offline)
            #expect(missing.status == 1)
            #expect(missing.errors.contains("vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5 (58889256 bytes, MD5 "))
            #expect(missing.errors.contains("put it into \(folder)/cache/models"))
            for (arguments, text) in [
                (["\(Self.models)/sequential.keras", "a.png"], "takes no pictures"),
                (["no.keras", "a.png"], "no.keras"),
            ] {
                #expect(try CommandLineProgram.fail(["classify"] + arguments, status: 1).contains(text))
            }
        }
    }

    private static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/models").path()
}
