import Foundation
import Testing

/// The examples, run from end to end. One after the other: each takes the whole machine.
@Suite(.serialized) struct TrainingTests {
    // MARK: - XOR

    @Test func `XOR is learned`() throws {
        let result = try CommandLineProgram.succeed(["train", "xor"])
        let rows = result.output.matches(of: /(\d) xor (\d) = ([\d.]+), which is right/)
        #expect(rows.map { "\($0.1)\($0.2)" } == ["00", "01", "10", "11"])
        for (row, target) in zip(rows, [0, 1, 1, 0]) {
            #expect(abs((Double(row.3) ?? .nan) - Double(target)) < 0.1)
        }
        #expect(result.output.hasSuffix("\nAll four are right.\n"))
        #expect(result.output.contains(" Total params: 65 "))
        #expect(result.number("final loss") < 0.05)
    }

    @Test func `XOR that was not learned is called wrong`() throws {
        let result = try CommandLineProgram.succeed(["train", "xor", "--epochs", "1"])
        #expect(result.output.contains("which is wrong"))
        #expect(result.output.contains("of four are wrong"))
    }

    // MARK: - Drawn digits

    /// Options for a run of a second or two. Code that is not optimized draws fewer digits in it.
    static var short: [String] {
        let limit = isOptimized ? "6000" : "600"
        return ["train", "mnist", "--synthetic", "--epochs", "2", "--limit", limit]
    }

    static var isOptimized: Bool {
        var isDebug = false
        assert(
            {
                isDebug = true; return true
            }())
        return !isDebug
    }

    @Test(.enabled(if: isOptimized, "the tests are not optimized"))
    func `Drawn digits are learned`() throws {
        // After one epoch it is 0.849 to 0.855, over three seeds.
        let result = try CommandLineProgram.succeed(
            ["train", "mnist", "--synthetic", "--epochs", "2"])
        #expect(result.number("test accuracy") >= 0.85)
        let first = "Training on 60,000 images of drawn digits, testing on 10,000.\n"
        #expect(result.output.hasPrefix(first))
    }

    @Test func `The whole report`() throws {
        let result = try CommandLineProgram.succeed(Self.short + ["--timing"])
        #expect(!result.output.contains("Notice"))
        #expect(result.output.contains("\n Total params: 407,050 (1.55 MB)\n"))
        #expect(result.output.contains("\nEpoch 2/2 - "))
        #expect(result.number("test accuracy") > 0.3)
        // Without MNIST at hand nothing is said about it.
        #expect(result["on real MNIST"] == nil)
        #expect(result.output.contains(/\nready to train after \d+\.\d\d s/))

        let captions = result.output.matches(of: /read (\d), is (\d)( !)?/)
        #expect(captions.count == 10)
        #expect(Set(captions.map(\.2)).count == 10, "ten drawn digits in a row are all different")
        for caption in captions { #expect((caption.1 == caption.2) == (caption.3 == nil)) }
        let right = captions.count { $0.1 == $0.2 }
        #expect(result.output.hasSuffix("\nRead \(right) of 10 right.\n"))
    }

    @Test(
        arguments: [
            (["LANG": "en_US.UTF-8"], true), (["LANG": "C"], false), (["LANG": ""], false),
            (["LANG": "C", "LC_ALL": "de_DE.utf8"], true),
            (["LANG": "C.UTF-8", "LC_ALL": "C"], false),
        ] as [([String: String], Bool)])
    func `Digits are drawn in the terminal's characters`(
        variables: [String: String], hasBlocks: Bool
    ) throws {
        let arguments = ["train", "mnist", "--synthetic", "--epochs", "1", "--limit", "50"]
        let result = try CommandLineProgram.succeed(arguments, variables)
        let pictures = result.output.split(separator: "test accuracy").last ?? ""
        #expect(pictures.contains { "█▀▄".contains($0) } == hasBlocks)
        #expect(pictures.allSatisfy { $0.isASCII } == !hasBlocks)
        let lines = pictures.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 && $0.last != " " })
        #expect(lines.count >= 20)
    }

    @Test func `Drawn digits take MNIST's place, with a notice`() throws {
        try CommandLineProgram.withFolder { folder in
            // Neither files nor a program that could fetch them.
            let result = try CommandLineProgram.succeed(
                ["train", "mnist", "--epochs", "1", "--limit", "50"],
                ["SHINKEI_CACHE": folder, "PATH": folder])
            let lines = result.output.split(separator: "\n")
            #expect(lines[0].hasPrefix("Notice: digits drawn by a program take MNIST's place; "))
            #expect(lines[1] == "Training on 50 images of drawn digits, testing on 50.")
            #expect(!lines.dropFirst().joined().contains("Notice"))
        }
    }

    @Test(arguments: ["mlp", "mlp-small"])
    func `The same seed gives the same text, with any number of threads`(model: String) throws {
        let arguments = Self.short + ["--model", model, "--seed", "3"]
        let results = try ["1", "2", "2"].map {
            try CommandLineProgram.succeed(arguments, ["SHINKEI_THREADS": $0])
        }
        #expect(results[0].timeless == results[1].timeless)
        #expect(results[1].timeless == results[2].timeless)
        #expect(results[0].number("final loss") > 0)
        let other = try CommandLineProgram.succeed(Self.short + ["--model", model, "--seed", "4"])
        #expect(other["final loss"] != results[0]["final loss"])
    }

    // MARK: - MNIST itself

    static let data = ProcessInfo.processInfo.environment["SHINKEI_DATA"]
    static let hasMNIST: Bool = {
        let paths = [data, data.map { $0 + "/mnist" }].compactMap { $0 }
        return paths.contains { path in
            ["", ".gz"].contains {
                FileManager.default.fileExists(atPath: "\(path)/train-images-idx3-ubyte\($0)")
            }
        }
    }()

    @Test(
        .tags(.slow), .enabled(if: hasMNIST, "SHINKEI_DATA does not name a folder with MNIST"),
        .enabled(if: isOptimized, "the tests are not optimized"), arguments: 0..<3)
    func `MNIST is learned`(seed: Int) throws {
        let variables = ["SHINKEI_DATA": Self.data ?? ""]
        let large = try CommandLineProgram.succeed(
            ["train", "mnist", "--seed", "\(seed)"], variables)
        #expect(large.number("test accuracy") >= 0.975)
        #expect(large.output.contains("Training on 60,000 images of MNIST, testing on 10,000."))
        let small = try CommandLineProgram.succeed(
            ["train", "mnist", "--model", "mlp-small", "--seed", "\(seed)"], variables)
        #expect(small.number("test accuracy") >= 0.968)
    }

    @Test(
        .tags(.slow), .enabled(if: hasMNIST, "SHINKEI_DATA does not name a folder with MNIST"),
        .enabled(if: isOptimized, "the tests are not optimized"))
    func `MNIST is learned alike on any machine and with any number of threads`() throws {
        func run(_ variables: [String: String]) throws -> CommandLineProgram.Result {
            try CommandLineProgram.succeed(
                ["train", "mnist"], variables.merging(["SHINKEI_DATA": Self.data ?? ""]) { $1 })
        }
        let one = try run(["SHINKEI_THREADS": "1"])
        let two = try run(["SHINKEI_THREADS": "2"])
        #expect(one.timeless == two.timeless)
        let older = try run(["SHINKEI_ISA": "avx2"])
        #expect(abs(older.number("test accuracy") - one.number("test accuracy")) <= 0.002)
    }

    @Test(
        .tags(.slow), .enabled(if: hasMNIST, "SHINKEI_DATA does not name a folder with MNIST"),
        .enabled(if: isOptimized, "the tests are not optimized"))
    func `A network that saw drawn digits alone reads MNIST`() throws {
        let result = try CommandLineProgram.succeed(
            ["train", "mnist", "--synthetic"], ["SHINKEI_DATA": Self.data ?? ""])
        #expect(result.number("on real MNIST") >= 0.8)
    }
}
