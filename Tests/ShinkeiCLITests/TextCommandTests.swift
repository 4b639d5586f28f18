import Foundation
import Shinkei
import Testing

/// `shinkei train text`, `train imdb` and `train cnn`, and what uses their models.
@Suite struct TextCommandTests {
    private static let good = ["a fine film", "very fine acting", "what a good evening", "good, good story"]
    private static let bad = ["a dull film", "very dull acting", "what a bad evening", "bad, bad story"]

    private func csv(_ folder: String) throws -> String {
        let rows = (0..<12).flatMap { i in
            ["\"\(Self.good[i % 4])\",good", "\"\(Self.bad[i % 4])\",bad"]
        }
        let path = "\(folder)/reviews.csv"
        try Data((["text,label"] + rows).joined(separator: "\n").utf8).write(to: URL(filePath: path))
        return path
    }

    @Test(arguments: ["pooling", "lstm"])
    func `Texts of a CSV file become a classifier that other commands use`(model: String) throws {
        try CommandLineProgram.withFolder { folder in
            let file = "\(folder)/m.keras"
            let result = try CommandLineProgram.succeed([
                "train", "text", try csv(folder), "-o", file, "--model", model, "--epochs", "30", "--learning-rate",
                "0.02", "--length", "6", "--seed", "1", "--report", "\(folder)/r.html",
            ])
            #expect(result.output.contains("Training on 20 texts of 2 classes, validating on 4."))
            #expect(result.number("accuracy") == 1 && result.number("validation accuracy") == 1)
            #expect(result["saved"] == file)
            #expect(try String(contentsOfFile: "\(folder)/r.html", encoding: .utf8).contains("<svg"))

            let answers = try CommandLineProgram.succeed(["classify", file, "good film!", "dull, bad", "--top", "1"])
            #expect(answers.output.contains(/good film!: good [01]\.\d{4}\ndull, bad: bad [01]\.\d{4}/))

            let (lines, rows) = ("\(folder)/x.txt", "\(folder)/x.csv")
            try Data("good film!\ndull, bad\n".utf8).write(to: URL(filePath: lines))
            try Data("good film!\n\"dull, bad\"\n".utf8).write(to: URL(filePath: rows))
            let outputs = try [lines, rows].map { input in
                let output = "\(folder)/y.npy"
                _ = try CommandLineProgram.succeed(["predict", file, "--input", input, "--output", output])
                return try Tensor(npy: output)
            }
            #expect(outputs[0].shape == [2, 2] && outputs[0].array() == outputs[1].array())
            // The classes are sorted: bad before good.
            #expect(outputs[0].argmax(axis: 1).array(of: Int.self) == [1, 0])
        }
    }

    @Test func `A folder of Japanese texts is cut into words, by classify too`() throws {
        try CommandLineProgram.withFolder { folder in
            let texts = [
                "good": ["この映画は面白い", "とても楽しい映画だった", "面白いし、楽しい"],
                "poor": ["この映画は退屈だ", "とても悲しい映画だった", "退屈だし、悲しい"],
            ]
            for (name, texts) in texts {
                let path = "\(folder)/data/\(name)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                for (i, text) in (texts + texts).enumerated() {
                    try Data(text.utf8).write(to: URL(filePath: "\(path)/\(i).txt"))
                }
            }
            let file = "\(folder)/m.keras"
            let arguments = [
                "train", "text", "\(folder)/data", "-o", file, "--epochs", "40", "--learning-rate", "0.02", "--length",
                "8", "--validation-split", "0", "--seed", "1",
            ]
            let uncut = try CommandLineProgram.succeed(arguments)
            #expect(uncut.output.contains("Notice: ") && uncut.output.contains("--japanese"))
            let result = try CommandLineProgram.succeed(arguments + ["--japanese"])
            #expect(!result.output.contains("Notice: "))
            #expect(result.number("accuracy") == 1)
            let answers = try CommandLineProgram.succeed(["classify", file, "楽しい日だった", "退屈な日だった"])
            #expect(answers.output.contains("楽しい日だった: good") && answers.output.contains("退屈な日だった: poor"))
        }
    }

    @Test func `One line says what is wrong with texts`() throws {
        try CommandLineProgram.withFolder { folder in
            let path = try csv(folder)
            func fail(_ arguments: [String], status: Int32 = 1) throws -> String {
                try CommandLineProgram.fail(
                    ["train", "text"] + arguments + ["-o", "\(folder)/m.keras"], status: status)
            }
            #expect(
                try fail([path, "--text-column", "review"]).contains("no column \"review\"; there are text, label"))
            #expect(try fail([path, "--label-column", "text"]).contains("both in the column"))
            #expect(try fail(["\(folder)/none.csv"]).contains("none.csv"))
            #expect(try fail([folder]).contains("folder for each class"))
            let one = "\(folder)/one.csv"
            try Data("text,label\na,b\nc,b\n".utf8).write(to: URL(filePath: one))
            #expect(try fail([one]).contains("two classes or more"))
            #expect(try CommandLineProgram.fail(["train", "text", path, "-o", "m.h5"], status: 2).contains(".keras"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/m.keras"))
        }
    }

    /// The reviews' archive as it is unpacked, with a few reviews of our own.
    @Test func `Film reviews train`() throws {
        try CommandLineProgram.withFolder { folder in
            for part in ["train", "test"] {
                for (name, texts) in [("pos", Self.good), ("neg", Self.bad)] {
                    let path = "\(folder)/aclImdb/\(part)/\(name)"
                    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                    for i in 0..<8 {
                        try Data(texts[i % 4].utf8).write(to: URL(filePath: "\(path)/\(i)_9.txt"))
                    }
                }
            }
            let result = try CommandLineProgram.succeed([
                "train", "imdb", "--data", folder, "--epochs", "3", "--batch-size", "4", "--length", "8", "--words",
                "50", "--report", "\(folder)/r.html",
            ])
            #expect(result.output.contains("Training on 16 reviews, testing on 16."))
            #expect(result.number("final loss") > 0 && result.number("test loss") > 0)
            #expect((0...1).contains(result.number("test accuracy")))
            #expect(FileManager.default.fileExists(atPath: "\(folder)/r.html"))
        }
    }

    @Test func `A convolutional network reads drawn digits`() throws {
        try CommandLineProgram.withFolder { folder in
            let file = "\(folder)/digits.keras"
            let result = try CommandLineProgram.succeed([
                "train", "cnn", "--synthetic", "--limit", "600", "--epochs", "4", "--batch-size", "32", "--seed", "1",
                "-o", file, "--report", "\(folder)/r.html",
            ])
            #expect(result.output.contains("225,034"))
            #expect(result.number("test accuracy") > 0.7)
            #expect(result["saved"] == file)
            let summary = try CommandLineProgram.succeed(["summary", file])
            #expect(summary.output.contains("conv2d_1"))
        }
        let wrong = try CommandLineProgram.fail(["train", "cnn", "folder", "--synthetic"], status: 2)
        #expect(wrong.contains("are for MNIST"))
    }
}
