/// Japanese for the texts of the command line. A text that is not here stays English; a test looks for what is missing.
enum Japanese {
    /// The abstracts, the paragraphs of the discussions, and the help of arguments, by the English text.
    static let helpTexts: [String: String] = [
        // shinkei
        "Neural networks for Swift.": "Swift のためのニューラルネットワークです。",
        "Example:": "例:",
        "Show the version.": "バージョンを表示します。",
        "Show help information.": "ヘルプを表示します。",
        "Show subcommand help information.": "サブコマンドのヘルプを表示します。",

        // train
        "Train on a folder of pictures, on texts, or a named example from its data to its test result.":
            "画像のフォルダ、文章、または名前のついた例題で学習します。",
        "Where all random numbers come from.": "乱数の種。",
        "Where to write a page with summary, picture and curves.": "要約・図・学習曲線をまとめたページの書き出し先。",
        "Use only the first images, at most so many for training and for testing.":
            "学習とテストに、先頭からこの枚数までを使います。",
        "Use only the first reviews, at most so many for training and for testing.":
            "学習とテストに、先頭からこの件数までを使います。",

        // train cnn
        "Train a small convolutional network on MNIST, or on a folder of pictures.":
            "MNIST か画像のフォルダで、小さな畳み込みネットワークを学習します。",
        """
        Two convolutions of 3x3 with 32 and 64 filters, each with pooling, then a dense layer of 128 units: 225,034 \
        parameters for MNIST. MNIST is looked for in the folder that SHINKEI_DATA names and in the cache, else it \
        is downloaded. Where that is not possible, digits drawn by a program take its place.
        """:
            """
        3x3 のフィルタ 32 個と 64 個の畳み込み層にそれぞれプーリングを続け、128 ユニットの全結合層を置きます。MNIST では 225,034 \
        パラメータです。MNIST は SHINKEI_DATA のフォルダとキャッシュから探し、なければダウンロードします。それもできないときは、\
        プログラムが描いた数字を使います。
        """,
        """
        With a folder that has a folder of pictures for each class it learns those; shinkei train images has \
        networks that are better at it.
        """:
            """
        クラスごとに画像のフォルダを置いたフォルダを指定すると、それを学習します。これにもっと向いたネットワークが shinkei train \
        images にあります。
        """,
        "A folder of the classes' folders; MNIST if there is none.":
            "クラスごとのフォルダを入れたフォルダ。なければ MNIST。",
        "Passes over the training pictures.": "学習画像を学習する回数。",
        "Train on digits drawn by a program.": "プログラムが描いた数字で学習します。",
        "A folder's pictures' side in pixels, or height and width. (default: 28)":
            "フォルダの画像の一辺の画素数、または縦x横。(既定値: 28)",
        "The part of a folder's pictures kept to validate, of each class.":
            "フォルダの画像のうち、クラスごとに検証に残す割合。",

        // train text
        "Train a classifier on texts: a CSV file, or a folder that has a folder of .txt files for each class.":
            "文章の分類器を学習します。CSV ファイルか、クラスごとに .txt のフォルダを置いたフォルダを使います。",
        """
        The saved model takes texts as they are and knows its words and its classes' names; shinkei classify and \
        shinkei predict use it. Texts are cut into words at spaces; Japanese ones, which have none, with --japanese.
        """:
            """
        保存されるモデルは文章をそのまま受け取り、単語とクラスの名前も覚えています。shinkei classify と shinkei predict で\
        使えます。文章は空白で単語に分けます。空白のない日本語には --japanese をつけてください。
        """,
        "A CSV file with a header, or a folder of the classes' folders.":
            "見出しのある CSV ファイル、またはクラスごとのフォルダを入れたフォルダ。",
        "The column with the texts. (default: text, or the first one)": "文章の列。(既定値: text、なければ最初の列)",
        "The column with the classes. (default: label, or the second one)":
            "クラスの列。(既定値: label、なければ 2 番目の列)",
        "What becomes of a text's words: their mean (pooling) or an LSTM's memory (lstm).":
            "文章の単語のまとめ方。平均 (pooling) か、LSTM の記憶 (lstm)。",
        "Cut the texts into Japanese words.": "文章を日本語の単語に分けます。",
        "How many words of a text are read, the first ones.": "一つの文章から読む単語の数。先頭から数えます。",
        "Passes over the texts.": "全文章を学習する回数。",
        "Texts in a step.": "1 ステップの文章の数。",
        "Adam's step size.": "Adam の学習率。",
        "The part of the texts kept to validate, drawn at random.": "検証に残す文章の割合。無作為に選びます。",

        // train images
        "Train a classifier on a folder that has a folder of pictures for each class.":
            "クラスごとに画像のフォルダを置いたフォルダから、分類器を学習します。",
        """
        A base trained on ImageNet's million pictures finds features, and a small network learns what they mean; \
        with --freeze only that network is trained, which is enough for some hundred pictures. The base's weights \
        are looked for in the folder that SHINKEI_DATA names and in the cache, else they are downloaded.
        """:
            """
        ImageNet の百万枚の画像で学習済みの土台が特徴を取り出し、小さなネットワークがその意味を学びます。--freeze をつけると\
        そのネットワークだけを学習します。数百枚の画像にはこれで十分です。土台の重みは SHINKEI_DATA のフォルダとキャッシュから探し、\
        なければダウンロードします。
        """,
        """
        The saved model takes pictures as they are, with numbers from 0 to 255, and knows its classes' names; \
        shinkei classify uses it. PNG, JPEG and BMP files are read; those that cannot be are named and left out.
        """:
            """
        保存されるモデルは 0 から 255 の画素をそのまま受け取り、クラスの名前も覚えています。shinkei classify で使えます。PNG、JPEG、\
        BMP を読みます。読めないファイルは名前を示して飛ばします。
        """,
        "The folder of the classes' folders.": "クラスごとのフォルダを入れたフォルダ。",
        "What finds the features; none trains a small network from scratch.":
            "特徴を取り出す土台。none なら小さなネットワークを最初から学習します。",
        "The base's first weights: imagenet, random, or a file of its weights without the top.":
            "土台の最初の重み。imagenet、random、または最上部を除いた重みのファイル。",
        "Leave the base as it is.": "土台を学習しません。",
        "The pictures' side in pixels, or height and width. (default: 224, without a base 64)":
            "画像の一辺の画素数、または縦x横。(既定値: 224、土台なしでは 64)",
        "Passes over the pictures.": "全画像を学習する回数。",
        "Pictures in a step.": "1 ステップの枚数。",
        "Adam's step size. (default: 0.001, for a trained base that is not frozen 0.00001)":
            "Adam の学習率。(既定値: 0.001、学習済みの土台も学習するときは 0.00001)",
        "Flip, turn, shift and zoom the pictures at random in every step.":
            "ステップごとに画像を無作為に反転・回転・移動・拡大縮小します。",
        "The part of each class, the first by name, kept to validate.":
            "各クラスのうち検証に残す割合。名前順で先頭のものを残します。",
        "Where to write the model.": "モデルの書き出し先。",

        // train imdb
        "Train a network of 160,289 parameters that tells good film reviews from bad ones.":
            "映画の感想が好意的かどうかを見分ける、パラメータ 160,289 個のネットワークを学習します。",
        """
        The 25,000 reviews for training and 25,000 for testing are looked for in the folder that \
        SHINKEI_DATA names and in the cache, else they are downloaded.
        """:
            "学習用とテスト用の 25,000 件ずつを SHINKEI_DATA のフォルダとキャッシュから探し、なければダウンロードします。",
        "Passes over the training reviews.": "学習用の感想を学習する回数。",
        "Reviews in a step.": "1 ステップの件数。",
        "How many words of a review are read, the last ones.": "感想ごとに読む語数。末尾から数えます。",
        "How many different words are known, the most frequent ones.": "語彙の大きさ。出現の多い語から順に使います。",
        "The folder with imdb.npz, aclImdb_v1.tar.gz or aclImdb.":
            "imdb.npz、aclImdb_v1.tar.gz または aclImdb のあるフォルダ。",

        // train mnist
        "Train a network that reads handwritten digits.": "手書き数字を読むネットワークを学習します。",
        """
        MNIST is looked for in the folder that SHINKEI_DATA names and in the cache, else it is \
        downloaded. Where that is not possible, digits drawn by a program take its place.
        """:
            """
        MNIST を SHINKEI_DATA のフォルダとキャッシュから探し、なければダウンロードします。それもできないときは、プログラムが描いた\
        数字で代用します。
        """,
        "The same seed gives the same numbers, to the last bit, with any number of threads.":
            "種が同じなら、スレッドの数によらず、結果は最後のビットまで同じです。",
        """
        mlp (784-512-10, RMSprop) or mlp-small (784-128-64-10, Adam, a tenth of the images \
        kept for validation).
        """:
            "mlp (784-512-10、RMSprop) または mlp-small (784-128-64-10、Adam、画像の一割を検証に使用)。",
        "Passes over the training images.": "学習用の画像を学習する回数。",
        "Images in a step. (default: mlp 128, mlp-small 32)": "1 ステップの枚数。(既定値: mlp は 128、mlp-small は 32)",
        "The folder with MNIST's four files, plain or .gz.": "MNIST の四つのファイル (.gz も可) のあるフォルダ。",
        "Train on digits drawn by a program. If MNIST is at hand, its test images are read as well.":
            "プログラムが描いた数字で学習します。MNIST があれば、そのテスト画像も読ませます。",
        "Say when the first training step was done, counted from the program's start.":
            "起動から最初のステップが終わるまでの時間を表示します。",
        "Where to write a page with summary, picture, curves and mistakes.":
            "要約・図・学習曲線・誤答をまとめたページの書き出し先。",

        // train xor
        "Train a network of 65 parameters to tell whether two bits differ.":
            "二つのビットが異なるかどうかを、パラメータ 65 個のネットワークに学習させます。",
        "Passes over the four rows.": "4 行のデータを学習する回数。",
        "Where the first weights come from. Two of a hundred do not learn it.":
            "最初の重みを決める乱数の種。百に二つほどは学習に失敗します。",

        // fit
        "Train a compiled model on .npy files.": "コンパイル済みのモデルを .npy ファイルで学習します。",
        "Optimizer, loss and metrics are the file's; training goes on where it stopped.":
            "最適化手法・損失・指標はファイルのものを使い、前回の続きから学習します。",
        "A .keras or .h5 file.": ".keras または .h5 ファイル。",
        "An input, one row a sample.": "入力。1 行が 1 件です。",
        "The targets, one row a sample.": "正解。1 行が 1 件です。",
        "What each row counts.": "各行の重み。",
        "Passes over the rows.": "全行を学習する回数。",
        "Rows in a step.": "1 ステップの行数。",
        "Take the rows in order.": "行をかき混ぜずに順に使います。",
        "The part of the rows, the last ones, kept to validate.": "検証に残す行の割合。末尾の行を残します。",
        "Where random numbers come from.": "乱数の種。",
        "Where to write loss and metrics of each epoch.": "エポックごとの損失と指標の書き出し先。",
        "Where to write the trained model; the ending says how, as for convert.":
            "学習したモデルの書き出し先。convert と同じく、拡張子で形式が決まります。",

        // evaluate, predict
        "Measure a compiled model's loss and metrics on .npy files.":
            "コンパイル済みのモデルの損失と指標を .npy ファイルで測ります。",
        "Rows computed at once.": "一度に計算する行数。",
        "Print one JSON object.": "結果を JSON で表示します。",
        "Compute a model's outputs for .npy files, or for texts.": ".npy ファイルや文章に対するモデルの出力を計算します。",
        "Where to write an output.": "出力の書き出し先。",
        """
        Models with several inputs or outputs take --input or --output several times, in the model's order. For an \
        input of strings it is a text file with one string a line, or a .csv file without a header, one row a sample \
        and one string a field; UTF-8, plain or .gz.
        """:
            """
        入力や出力が複数あるモデルには、--input や --output をモデルでの順に繰り返し指定します。文字列の入力には、1 行に一つの\
        文字列を書いたテキストファイルか、見出しのない .csv ファイル(1 行が 1 件)を指定します。文字コードは UTF-8 で、.gz でも\
        読めます。
        """,

        // classify
        "Tell the likeliest classes of pictures, or of texts.": "画像や文章の最もありそうなクラスを答えます。",
        """
        One line a picture: its path, then names and the model's outputs, best first. Models of shinkei train \
        images know their classes' names; of others the classes' numbers are shown, from 0. A picture is brought \
        to the model's size, with numbers from 0 to 255. For a model of texts, as of shinkei train text, the arguments \
        are the texts themselves.
        """:
            """
        画像ごとに 1 行、パスに続けてクラスの名前と出力を、高い順に表示します。shinkei train images のモデルはクラスの名前を\
        覚えています。ほかのモデルでは 0 からの番号を表示します。画像はモデルの大きさに合わせ、0 から 255 の値で渡します。\
        shinkei train text などの文章のモデルには、文章そのものを引数にします。
        """,
        "PNG, JPEG or BMP files, or texts.": "PNG、JPEG、BMP ファイル、または文章。",
        "How many classes are shown.": "表示するクラスの数。",

        // summary
        "Print a model's layers, output shapes and parameter counts.": "モデルの層・出力の形・パラメータ数を表示します。",
        "Show the layers of models inside too.": "内側のモデルの層も表示します。",
        "Show which layers are trained.": "学習する層かどうかを表示します。",

        // plot
        "Draw a model's layers, or the curves of a training.": "モデルの層、または学習曲線を描きます。",
        """
        The ending of the output says how: .svg, .png, .pdf, .html, and for models .dot. \
        A history is what fit --history writes.
        """:
            "形式は書き出し先の拡張子で決まります: .svg、.png、.pdf、.html、モデルでは .dot も。履歴は fit --history が書き出すものです。",
        "A .keras or .h5 file, or a history.": ".keras または .h5 ファイル、または履歴。",
        "The picture to write.": "書き出す図。",
        "Show input and output shapes.": "入力と出力の形を表示します。",
        "Show the layers' names.": "層の名前を表示します。",
        "Show activations.": "活性化関数を表示します。",
        "Show the outputs' types.": "出力の型を表示します。",
        "Draw the layers of models inside.": "内側のモデルの層も描きます。",
        "TB, from top to bottom, or LR, from left to right.": "TB は上から下へ、LR は左から右へ。",
        "Pixels to the inch of a PNG.": "PNG の 1 インチあたりの画素数。",
        "Draw a small network's units and weights instead of its layers.":
            "層の代わりに、小さなネットワークのユニットと重みを描きます。",
        "Draw the filters of the first layer that has any instead of the layers.":
            "層の代わりに、フィルタを持つ最初の層のフィルタを描きます。",

        // inspect, convert
        "Tell what a model or array file holds, without building anything from it.":
            "モデルや配列のファイルの中身を、組み立てずに調べます。",
        "A .keras, .h5, .safetensors, .npz or .npy file.": ".keras、.h5、.safetensors、.npz または .npy ファイル。",
        "Write a model in another format.": "モデルを別の形式で書き出します。",
        """
        The ending says which: .keras, .h5 (the older whole-model file), .weights.h5 (weights alone), \
        .safetensors or .npz (weights by path).
        """:
            """
        形式は拡張子で決まります: .keras、.h5 (以前のモデル全体の形式)、.weights.h5 (重みだけ)、.safetensors または .npz \
        (重みをパスの名前で)。
        """,
        "The file to write.": "書き出すファイル。",
    ]
}
