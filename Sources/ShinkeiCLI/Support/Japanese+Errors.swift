extension Japanese {
    /// The most common errors. `{1}` and so on stand for what changes, and are themselves translated if they can be.
    ///
    /// The first that fits is taken, so the more particular one stands before the more general.
    static let errors: [(english: String, japanese: String)] = [
        // Wrong usage, in the words of the parser of arguments
        ("Missing expected argument '{1}'", "引数 {1} がありません"),
        ("Missing value for '{1}'", "{1} の値がありません"),
        (
            "The value '{1}' is invalid for '{2}'. Please provide one of {3}.",
            "{2} に値「{1}」は使えません。{3} のどれかにしてください"
        ),
        ("The value '{1}' is invalid for '{2}'", "{2} に値「{1}」は使えません"),
        ("Unexpected argument '{1}'", "余分な引数「{1}」があります"),
        ("Unknown option '{1}'. Did you mean '{2}'?", "オプション {1} はありません。{2} のことでしょうか"),
        ("Unknown option '{1}'", "オプション {1} はありません"),
        ("{1}' and '{2}", "{1}'、'{2}"),
        ("{1}' or '{2}", "{1}'、'{2}"),
        ("{1}', '{2}", "{1}'、'{2}"),

        // Wrong usage, in ours
        ("missing --{1}", "--{1} を指定してください"),
        ("{1} must be at least {2} for {3}; got {4}", "{3} では {1} は {2} 以上にしてください (指定: {4})"),
        ("{1} must be at least {2}; got {3}", "{1} は {2} 以上にしてください (指定: {3})"),
        ("{1} must be above {2}; got {3}", "{1} は {2} より大きくしてください (指定: {3})"),
        ("{1} must be from {2} to {3}; got {4}", "{1} は {2} から {3} までにしてください (指定: {4})"),
        ("{1} must be a fraction in 0 ..< 1; got {2}", "{1} は 0 以上 1 未満の割合にしてください (指定: {2})"),
        ("--{1} writes {2} or {3}; got {4}", "--{1} に書き出せるのは {2} か {3} です (指定: {4})"),
        ("--{1} writes {2}; got {3}", "--{1} に書き出せるのは {2} です (指定: {3})"),
        ("{1} and {2} are two pictures; take one", "{1} と {2} は別の図です。どちらか一つにしてください"),
        ("--{1} needs a --{2}", "--{1} には --{2} が必要です"),

        // A model and its data
        (
            "{1}: the model \"{2}\" has no loss and no optimizer yet; call compile(optimizer:loss:metrics:) first",
            "{1}: モデル「{2}」はまだコンパイルされていません。損失と最適化手法を compile で決めてから保存したモデルを使ってください"
        ),
        (
            "{1}: the last axis of the input is {2}, the kernel {3} needs {4}; the input's shape is {5}, from \"{6}\" {7}",
            "{1}: 入力の最後の軸は {2} ですが、カーネル {3} には {4} が必要です (入力の形は {5}、元のデータは「{6}」{7})"
        ),
        (
            "{1}: x and y must have the same number of rows; x has the shape {2}, y {3}",
            "{1}: x と y の行数が違います (x の形は {2}、y の形は {3})"
        ),
        (
            "{1}: {2}: the targets' shape {3} and the model's output {4} do not fit",
            "{1}: {2}: 正解の形 {3} がモデルの出力 {4} に合いません"
        ),
        (
            "{1}: y has class numbers from {2} to {3}; the model's output has the classes {4}",
            "{1}: y のクラス番号は {2} から {3} ですが、モデルの出力のクラスは {4} です"
        ),
        (
            "{1}: an index is out of range: the data have numbers from {2} to {3}, {4} has the rows {5}",
            "{1}: 番号が範囲の外です。データの番号は {2} から {3} ですが、{4} の行は {5} です"
        ),
        ("{1}: the model has {2} inputs; got {3}", "{1}: モデルの入力は {2} 個ですが、渡されたのは {3} 個です"),
        ("{1}there is no {2} \"{3}\"; the nearest are {4}", "{1}「{3}」という名前 ({2}) はありません。近いのは {4} です"),
        (
            "{1}: holds Python code, which is never run; register a layer of this name in Swift",
            "{1}: Python のコードが入っています。コードは決して実行しません。同じ名前の層を Swift で登録してください"
        ),
        ("{1}layer \"{2}\": {3} is known, not supported yet", "{1}層「{2}」: {3} は Keras の層ですが、まだ使えません"),
        ("{1}: there is no layer class \"{2}\"", "{1}: 「{2}」という層はありません"),
        ("{1}: the custom class \"{2}\" is not registered", "{1}: 自作のクラス「{2}」が登録されていません"),

        // Pictures
        ("{1}: images: there is no such folder, or it cannot be read", "{1}: フォルダがないか、読めません"),
        (
            "{1}: images: no images ({2}) in folders of classes; found the folders {3}, the files {4}",
            "{1}: クラスのフォルダに画像 ({2}) がありません。見つかったフォルダ: {3}、ファイル: {4}"
        ),
        ("{1}: no pictures of this class", "{1}: このクラスの画像がありません"),
        (
            "{1}: needs a folder for each of two classes or more; found {2}",
            "{1}: 二つ以上のクラスのフォルダが必要です。見つかったのは {2} だけです"
        ),
        ("{1}: takes no pictures: needs one input {2}, has {3}", "{1}: 画像を受け取るモデルではありません。入力は {2} が一つ必要ですが、{3} です"),
        ("{1}: the ending must be one of {2} and, for models, {3}", "{1}: 拡張子は {2} のどれか (モデルでは {3} も) にしてください"),

        // Files
        ("{1}: No such file or directory", "{1}: ファイルまたはフォルダがありません"),
        ("{1}: Permission denied", "{1}: 許可がありません"),
        ("{1}: is a folder", "{1}: フォルダです"),
        ("{1}: the file is empty", "{1}: ファイルが空です"),
        ("{1}: neither a .keras archive nor an HDF5 file", "{1}: モデルのファイルではありません (.keras でも HDF5 でもありません)"),
        ("{1}: hdf5: does not begin with {2}", "{1}: 読める形式ではありません (HDF5 の印 {2} で始まっていません)"),
        ("{1}: no central directory at the end: the file is cut short", "{1}: ファイルが途中で切れています (末尾の目録がありません)"),

        // Data sets
        ("{1}: {2} needs {3} (plain or .gz)", "{1}: {2} に {3} (.gz も可) が必要です"),
        (
            "{1}: no download ({2}); put {3} into {4}, or set SHINKEI_DATA {5}",
            "{1}: ダウンロードできません ({2})。{3} を {4} に置くか、SHINKEI_DATA にそのあるフォルダを指定してください"
        ),
        ("IMDB: {1} needs {2}", "IMDB: {1} に {2} が必要です"),
    ]

    /// The line in Japanese as far as it is known.
    static func error(_ line: String) -> String {
        for (english, japanese) in errors {
            guard let values = match(line, english) else { continue }
            return fill(japanese, values.map(error))
        }
        return line
    }

    /// What stands in a line for `{1}`, `{2}` … of a pattern, or nothing if the line is another.
    static func match(_ line: String, _ pattern: String) -> [String]? {
        let pieces = pieces(pattern)
        guard line.hasPrefix(pieces[0]), line.count >= pieces.reduce(0, { $0 + $1.count }) else { return nil }
        var rest = line.dropFirst(pieces[0].count)
        var values: [String] = []
        for piece in pieces.dropFirst().dropLast() {
            guard let place = rest.firstRange(of: piece) else { return nil }
            values.append(String(rest[..<place.lowerBound]))
            rest = rest[place.upperBound...]
        }
        guard pieces.count > 1, let last = pieces.last, rest.hasSuffix(last) else { return nil }
        return values + [String(rest.dropLast(last.count))]
    }

    /// The text between the places `{1}`, `{2}` …, which stand in this order in English.
    private static func pieces(_ pattern: String) -> [String] {
        pattern.split(separator: "{", omittingEmptySubsequences: false).enumerated().map { i, part in
            i == 0 ? String(part) : String(part.drop { $0 != "}" }.dropFirst())
        }
    }

    private static func fill(_ pattern: String, _ values: [String]) -> String {
        values.enumerated().reduce(pattern) { $0.replacing("{\($1.offset + 1)}", with: $1.element) }
    }
}
