import Foundation
import Testing

/// What the program says about itself, and about arguments and data that it cannot use.
@Suite struct UsageTests {
    // MARK: - Help

    @Test(
        arguments: [
            ["--help"], ["train", "--help"], ["train", "mnist", "--help"],
            ["train", "xor", "--help"], ["train", "images", "--help"], ["classify", "--help"],
            ["help", "train", "xor"],
        ])
    func `Every command has help with an example`(arguments: [String]) throws {
        let help = try CommandLineProgram.succeed(arguments).output
        #expect(help.contains("OVERVIEW: "))
        #expect(help.contains("\nExample:\n  shinkei "))
        #expect(help.contains("\nUSAGE: shinkei"))
    }

    @Test(arguments: [[], ["train"]])
    func `A command that only holds others shows them`(arguments: [String]) throws {
        let help = try CommandLineProgram.succeed(arguments).output
        let asked = try CommandLineProgram.succeed(arguments + ["--help"]).output
        #expect(help == asked)
        #expect(help.contains("SUBCOMMANDS:"))
    }

    @Test func `The help of train mnist`() throws {
        let help = try CommandLineProgram.succeed(["train", "mnist", "--help"]).output
        let options = help.split(separator: "OPTIONS:\n").last.map(String.init)
        #expect(
            options == """
                  --model <name>          mlp (784-512-10, RMSprop) or mlp-small
                                          (784-128-64-10, Adam, a tenth of the images kept for
                                          validation). (values: mlp, mlp-small; default: mlp)
                  --epochs <n>            Passes over the training images. (default: 5)
                  --batch-size <n>        Images in a step. (default: mlp 128, mlp-small 32)
                  --seed <n>              Where all random numbers come from. (default: 0)
                  --data <folder>         The folder with MNIST's four files, plain or .gz.
                  --synthetic             Train on digits drawn by a program. If MNIST is at
                                          hand, its test images are read as well.
                  --limit <n>             Use only the first images, at most so many for
                                          training and for testing.
                  --timing                Say when the first training step was done, counted
                                          from the program's start.
                  --report <report.html>  Where to write a page with summary, picture, curves
                                          and mistakes.
                  --version               Show the version.
                  -h, --help              Show help information.


                """)
    }

    @Test func `The version`() throws {
        let version = try CommandLineProgram.succeed(["--version"]).output
        #expect(version.wholeMatch(of: /shinkei \d+\.\d+\.\d+\n/) != nil)
    }

    // MARK: - Wrong usage

    @Test(
        arguments: [
            (["cifar"], "'cifar'"),
            (["train", "cifar"], "'cifar'"),
            (["train", "mnist", "more"], "'more'"),
            (["train", "mnist", "--epoch", "3"], "'--epochs'"),
            (["train", "mnist", "--epochs"], "'--epochs <n>'"),
            (["train", "mnist", "--epochs", "many"], "'--epochs <n>'"),
            (["train", "mnist", "--epochs", "0"], "--epochs must be at least 1; got 0"),
            (["train", "mnist", "--epochs=-3"], "--epochs must be at least 1; got -3"),
            (["train", "mnist", "--batch-size", "0"], "--batch-size must be at least 1; got 0"),
            (["train", "mnist", "--limit", "0"], "--limit must be at least 1; got 0"),
            (["train", "mnist", "--seed=-1"], "--seed must be at least 0; got -1"),
            (["train", "mnist", "--seed", "99999999999999999999"], "'--seed <n>'"),
            (["train", "mnist", "--model", "big"], "'mlp' and 'mlp-small'"),
            (["train", "xor", "--epochs", "0"], "--epochs must be at least 1; got 0"),
            (["train", "xor", "--seed=-1"], "--seed must be at least 0; got -1"),
            (["a\n\u{1B}[31mb\nc"], "'a [31mb c'"),
        ] as [([String], String)])
    func `Wrong usage is one line that names the option`(
        arguments: [String], part: String
    ) throws {
        let line = try CommandLineProgram.fail(arguments, status: 2)
        #expect(line.contains(part), "\(line)")
    }

    @Test func `A long argument does not make a long line`() throws {
        let long = String(repeating: "long ", count: 500)
        #expect(try CommandLineProgram.fail([long], status: 2).hasSuffix("…"))
    }

    // MARK: - Data that cannot be used

    @Test(arguments: [[], ["--synthetic"]])
    func `A folder without MNIST is one line that names it`(options: [String]) throws {
        try CommandLineProgram.withFolder { folder in
            for data in [folder, folder + "/missing"] {
                let arguments = ["train", "mnist", "--data", data] + options
                let line = try CommandLineProgram.fail(arguments, status: 1)
                #expect(line.contains("MNIST: \(data) needs train-images-idx3-ubyte"), "\(line)")
            }
        }
    }

    @Test func `A damaged file is one line that names it`() throws {
        try CommandLineProgram.withFolder { folder in
            for name in ["train-images", "t10k-images"] {
                try Data([0, 0, 8, 3, 0]).write(to: URL(filePath: "\(folder)/\(name)-idx3-ubyte"))
            }
            for name in ["train-labels", "t10k-labels"] {
                try Data([0, 0, 8, 1]).write(to: URL(filePath: "\(folder)/\(name)-idx1-ubyte"))
            }
            let line = try CommandLineProgram.fail(["train", "mnist", "--data", folder], status: 1)
            #expect(line.contains(folder + "/train-images-idx3-ubyte"), "\(line)")
        }
    }
}
