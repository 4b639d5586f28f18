import Foundation
import Shinkei
import ShinkeiFormats
import Testing

@testable import ShinkeiCLI

/// Help and errors in Japanese.
@Suite struct JapaneseTests {
    static let variables = ["LANG": "ja_JP.UTF-8"]

    // MARK: - When

    @Test(arguments: [
        ([:], Language.english), (["LANG": "C.UTF-8"], .english), (["LANG": "ja_JP.UTF-8"], .japanese),
        (["LANG": "ja"], .japanese), (["LANG": "ja.UTF-8"], .japanese), (["LANG": "jam_JM.UTF-8"], .english),
        (["LANG": "en_US.UTF-8", "LC_MESSAGES": "ja_JP"], .japanese),
        (["LANG": "ja_JP.UTF-8", "LC_MESSAGES": "de_DE"], .english),
        (["LANG": "ja_JP.UTF-8", "LC_ALL": "C"], .english),
        (["LANG": "ja_JP.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""], .japanese),
    ])
    func `The first of three variables decides`(variables: [String: String], language: Language) {
        #expect(Language { variables[$0] } == language)
    }

    // MARK: - Help

    /// Every command, with the words that lead to it.
    static let commands: [[String]] = [
        [], ["train"], ["train", "cnn"], ["train", "images"], ["train", "imdb"], ["train", "mnist"], ["train", "text"],
        ["train", "xor"], ["fit"], ["evaluate"], ["predict"], ["classify"], ["summary"], ["plot"], ["inspect"],
        ["convert"],
    ]

    /// A command as the parser describes it in JSON.
    private struct Command: Decodable {
        struct Argument: Decodable { var abstract: String? }
        var commandName: String
        var abstract: String?
        var discussion: String?
        var arguments: [Argument]?
        var subcommands: [Command]?

        var texts: [String] {
            let paragraphs = ((abstract ?? "") + "\n" + (discussion ?? "")).split(separator: "\n").map(String.init)
            return paragraphs.filter { !$0.hasPrefix(" ") } + (arguments ?? []).compactMap(\.abstract)
                + (subcommands ?? []).flatMap(\.texts)
        }
        var count: Int { (subcommands ?? []).reduce(1) { $0 + $1.count } }
    }
    private struct Description: Decodable { var command: Command }

    @Test func `Every text of every command is in the catalog, and nothing else is`() throws {
        let json = try CommandLineProgram.succeed(["--experimental-dump-help"], Self.variables).output
        let root = try JSONDecoder().decode(Description.self, from: Data(json.utf8)).command
        // The parser adds `help`.
        #expect(root.count == Self.commands.count + 1)
        let texts = Set(root.texts)
        #expect(texts.count > 80)
        #expect(texts.filter { Japanese.helpTexts[$0] == nil } == [])
        #expect(Japanese.helpTexts.keys.filter { !texts.contains($0) } == [])
    }

    @Test(arguments: commands)
    func `The help is Japanese, and no wider than the terminal`(command: [String]) throws {
        let help = try CommandLineProgram.succeed(command + ["--help"], Self.variables).output
        #expect(help.hasPrefix("概要: "))
        #expect(help.contains("\n使い方: shinkei"))
        #expect(help.contains("\nオプション:\n"))
        #expect(help.contains("\n例:\n  shinkei "))
        for word in [
            "OVERVIEW", "USAGE", "OPTIONS", "ARGUMENTS", "SUBCOMMANDS", "default", "values:", "Show",
            "help information",
        ] {
            #expect(!help.contains(word), "\(word)")
        }
        // Examples are for copying, and are not broken; nor is a long list of options that the parser gives.
        for line in help.split(separator: "\n") where !line.hasPrefix("  shinkei ") {
            #expect(textCells(line) <= 80, "\(line)")
        }
    }

    @Test func `The help of train xor`() throws {
        let help = try CommandLineProgram.succeed(["train", "xor", "--help"], Self.variables).output
        #expect(
            help == """
                概要: 二つのビットが異なるかどうかを、パラメータ 65 個のネットワークに学習させま
                す。

                例:
                  shinkei train xor --epochs 2000

                使い方: shinkei train xor [--epochs <n>] [--seed <n>] [--report <report.html>]

                オプション:
                  --epochs <n>            4 行のデータを学習する回数。(既定値: 1000)
                  --seed <n>              最初の重みを決める乱数の種。百に二つほどは学習に失敗し
                                          ます。(既定値: 0)
                  --report <report.html>  要約・図・学習曲線をまとめたページの書き出し先。
                  --version               バージョンを表示します。
                  -h, --help              ヘルプを表示します。


                """)
    }

    @Test func `A version is a version`() throws {
        let version = try CommandLineProgram.succeed(["--version"], Self.variables).output
        #expect(version == (try CommandLineProgram.succeed(["--version"]).output))
    }

    // MARK: - Errors

    /// A run that goes wrong, what it says in Japanese, and the pattern that is for it.
    struct Wrong: CustomTestStringConvertible {
        var arguments: [String]
        var japanese: String
        var testDescription: String { arguments.joined(separator: " ") }
        init(_ arguments: String, _ japanese: String) {
            self.arguments = arguments.split(separator: " ").map(String.init)
            self.japanese = japanese
        }
    }

    /// `MODEL` takes four numbers and is compiled, `OTHER` has two inputs and is not.
    static let wrongs: [Wrong] = [
        Wrong("fit", "引数 <model> がありません"),
        Wrong("fit m --epochs", "--epochs <n> の値がありません"),
        Wrong("fit m --epochs x", "--epochs <n> に値「x」は使えません"),
        Wrong("train mnist --model big", "--model <name> に値「big」は使えません。'mlp'、'mlp-small' のどれかにしてください"),
        Wrong("train images f --base vgg", "--base <name> に値「vgg」は使えません。'vgg16'、'mobilenetv2'"),
        Wrong("frob", "余分な引数「frob」があります"),
        Wrong("train mnist --epoch 3", "オプション --epoch はありません。--epochs のことでしょうか"),
        Wrong("fit m --bogus --x a --y b", "オプション --bogus はありません"),
        Wrong("predict m --output y.npy", "--input を指定してください"),
        Wrong("train images f --target-size 4", "--base mobilenetv2 では --target-size は 32 以上にしてください (指定: 4x4)"),
        Wrong("train xor --epochs 0", "--epochs は 1 以上にしてください (指定: 0)"),
        Wrong("train images f --learning-rate 0", "--learning-rate は 0 より大きくしてください (指定: 0.0)"),
        Wrong("plot m -o x.png --dpi 3", "--dpi は 10 から 1200 までにしてください (指定: 3)"),
        Wrong("fit m --x a --y b --validation-split 2", "--validation-split は 0 以上 1 未満の割合にしてください (指定: 2.0)"),
        Wrong("train images f -o x.h6", "--output に書き出せるのは .keras か .h5 です (指定: x.h6)"),
        Wrong("train xor --report r.pdf", "--report に書き出せるのは .html です (指定: r.pdf)"),
        Wrong("plot m -o x.png --network --filters", "--network と --filters は別の図です"),
        Wrong("train images f --freeze --base none", "--freeze には --base が必要です"),
        Wrong("evaluate OTHER --x x4.npy --x x4.npy --y y.npy", "evaluate: モデル「two」はまだコンパイルされていません"),
        Wrong("predict MODEL --input x5.npy --output o.npy", "入力の最後の軸は 5 ですが、カーネル [4, 5] には 4 が必要です"),
        Wrong("fit MODEL --x x4.npy --y y5.npy", "fit: x と y の行数が違います (x の形は [6, 4]、y の形は [5, 1])"),
        Wrong("fit MODEL --x x4.npy --y y7.npy", "正解の形 [6, 7] がモデルの出力"),
        Wrong("fit SPARSE --x x4.npy --y labels.npy", "y のクラス番号は 9 から 9 ですが、モデルの出力のクラスは 0 ..< 3 です"),
        Wrong("predict EMBEDDING --input labels.npy --output o.npy", "番号が範囲の外です。データの番号は 9 から 9 ですが"),
        Wrong("predict OTHER --input x4.npy --output o.npy", "モデルの入力は 2 個ですが、渡されたのは 1 個です"),
        Wrong("summary rellu.keras", "「rellu」という名前 (activation) はありません。近いのは \"relu\""),
        Wrong("summary lambda.keras", "Python のコードが入っています"),
        Wrong("summary known.keras", "JaxLayer は Keras の層ですが、まだ使えません"),
        Wrong("summary unknown.keras", "「Frobnicate」という層はありません"),
        Wrong("summary custom.keras", "自作のクラス「Mine>Scale」が登録されていません"),
        Wrong("train images nowhere", "nowhere: フォルダがないか、読めません"),
        Wrong("train images empty --base none", "empty: クラスのフォルダに画像"),
        Wrong("train images half --base none", "half/b: このクラスの画像がありません"),
        Wrong("train images one --base none", "one: 二つ以上のクラスのフォルダが必要です。見つかったのは a だけです"),
        Wrong("classify MODEL a.png", "画像を受け取るモデルではありません"),
        Wrong("plot m -o x.gif", "x.gif: 拡張子は .svg, .png, .pdf, .html のどれか (モデルでは .dot も) にしてください"),
        Wrong("summary nowhere.keras", "nowhere.keras: ファイルまたはフォルダがありません"),
        Wrong("summary /", "/: フォルダです"),
        Wrong("summary empty.keras", "empty.keras: ファイルが空です"),
        Wrong("summary text.txt", "text.txt: モデルのファイルではありません"),
        Wrong("inspect text.txt", "text.txt: 読める形式ではありません"),
        Wrong("summary cut.keras", "ファイルが途中で切れています"),
        Wrong("train mnist --data empty", "MNIST: empty に train-images-idx3-ubyte"),
        Wrong("train imdb --data empty", "IMDB: empty に imdb.npz が必要です"),
        Wrong("train imdb", "IMDB: ダウンロードできません"),
    ]

    @Test(arguments: wrongs)
    func `An error is Japanese`(wrong: Wrong) throws {
        try Self.inFolder { folder in
            let english = try Self.line(wrong.arguments, [:], folder)
            let japanese = try Self.line(wrong.arguments, Self.variables, folder)
            #expect(japanese.contains(wrong.japanese), "\(english)\n\(japanese)")
            // What is printed is what the catalog makes of what is printed in English.
            #expect(Japanese.errors.contains { Japanese.match(english, $0.english) != nil }, "\(english)")
        }
    }

    @Test func `Every pattern is met by one of these errors`() throws {
        var left = Set(Japanese.errors.map(\.english))
        // Who is root may read everything.
        left.remove("{1}: Permission denied")
        try Self.inFolder { folder in
            for wrong in Self.wrongs {
                var lines = [try Self.line(wrong.arguments, [:], folder)]
                while let line = lines.popLast() {
                    guard let hit = Japanese.errors.first(where: { Japanese.match(line, $0.english) != nil }) else {
                        continue
                    }
                    left.remove(hit.english)
                    lines += Japanese.match(line, hit.english) ?? []
                }
            }
        }
        #expect(left == [])
    }

    @Test func `An error that is not known stays as it is`() {
        #expect(Japanese.error("something else entirely") == "something else entirely")
        #expect(Japanese.match("a: b", "{1}: c") == nil)
        #expect(Japanese.match("a: b: c", "{1}: {2}") == ["a", "b: c"])
    }

    // MARK: - What the runs need

    private static func line(_ arguments: [String], _ variables: [String: String], _ folder: String) throws -> String {
        let names = [
            "MODEL": "model.keras", "OTHER": "other.keras", "SPARSE": "sparse.keras", "EMBEDDING": "embedding.keras",
        ]
        let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
        let arguments = arguments.map { argument in
            let name = names[argument] ?? argument
            return files.contains(name) ? "\(folder)/\(name)" : name
        }
        // No download is tried: the proxy is a port that nobody listens at.
        var all = variables.merging(["SHINKEI_CACHE": folder + "/cache"]) { $1 }
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            all[name] = "http://127.0.0.1:9"
        }
        let result = try CommandLineProgram.run(arguments, all)
        #expect(result.status != 0)
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        return String(result.errors.dropFirst("shinkei: ".count).dropLast()).replacing(folder + "/", with: "")
    }

    private static func inFolder(_ body: (String) throws -> Void) throws {
        try CommandLineProgram.withFolder { folder in
            try Tensor.zeros([6, 4]).saveNpy(to: "\(folder)/x4.npy")
            try Tensor.zeros([6, 5]).saveNpy(to: "\(folder)/x5.npy")
            try Tensor.zeros([6, 1]).saveNpy(to: "\(folder)/y.npy")
            try Tensor.zeros([5, 1]).saveNpy(to: "\(folder)/y5.npy")
            try Tensor.zeros([6, 7]).saveNpy(to: "\(folder)/y7.npy")
            try Tensor.full([6, 1], 9, dtype: .int32).saveNpy(to: "\(folder)/labels.npy")
            try models(folder)
            let text = URL(filePath: "\(folder)/text.txt")
            try Data("no model\n".utf8).write(to: text)
            try Data().write(to: URL(filePath: "\(folder)/empty.keras"))
            let whole = try Data(contentsOf: URL(filePath: "\(folder)/model.keras"))
            try whole.prefix(200).write(to: URL(filePath: "\(folder)/cut.keras"))

            let picture = Data(base64Encoded: onePixel)!
            for name in ["empty", "half/a", "half/b", "one/a"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            try picture.write(to: URL(filePath: "\(folder)/half/a/1.png"))
            try picture.write(to: URL(filePath: "\(folder)/one/a/1.png"))
            try body(folder)
        }
    }

    private static func models(_ folder: String) throws {
        let model = Sequential {
            Dense(5, inputShape: [4]); Dense(3)
        }
        try model.compile(optimizer: .adam(), loss: .mse)
        try model.save("\(folder)/model.keras")
        let sparse = Sequential { Dense(3, activation: .softmax, inputShape: [4]) }
        try sparse.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy)
        try sparse.save("\(folder)/sparse.keras")
        let table = Sequential {
            Input(shape: [1], dtype: .int32); Embedding(4, 2)
        }
        try table.save("\(folder)/embedding.keras")
        let (a, b) = (Input(shape: [4]), Input(shape: [4]))
        try Model(inputs: [a, b], outputs: [Dense(1)(Add()([a, b]))], name: "two").save("\(folder)/other.keras")

        // The same model with another word in its configuration.
        for (name, old, new) in [
            ("rellu", "\"linear\"", "\"rellu\""),
            ("lambda", "\"class_name\":\"Dense\"", "\"class_name\":\"Lambda\""),
            ("known", "\"class_name\":\"Dense\"", "\"class_name\":\"JaxLayer\""),
            ("unknown", "\"class_name\":\"Dense\"", "\"class_name\":\"Frobnicate\""),
        ] {
            try edit("\(folder)/model.keras", to: "\(folder)/\(name).keras", [(old, new)])
        }
        try edit(
            "\(folder)/model.keras", to: "\(folder)/custom.keras",
            [
                ("\"class_name\":\"Dense\"", "\"class_name\":\"Scale\""),
                ("\"registered_name\":null", "\"registered_name\":\"Mine>Scale\""),
            ])
    }

    private static func edit(_ from: String, to: String, _ changes: [(old: String, new: String)]) throws {
        let zip = try ZipReader(path: from)
        let writer = try ZipWriter(to)
        for name in zip.names {
            var bytes = try #require(zip.member(name)).bytes()
            if name == "config.json" {
                var text = String(decoding: bytes, as: UTF8.self).replacing("\": ", with: "\":")
                for (old, new) in changes {
                    #expect(text.contains(old))
                    text = text.replacing(old, with: new)
                }
                bytes = Array(text.utf8)
            }
            try writer.add(name, bytes)
        }
        try writer.finish()
    }

    /// A grey PNG of one pixel.
    private static let onePixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
}
