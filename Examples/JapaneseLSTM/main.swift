// Japanese sentences, told apart by what they are about.
//
// Japanese is written without spaces. A tokenizer that cuts at spaces, as the tutorial's, takes each sentence for one
// word; of a new sentence it then knows nothing, and every new sentence gets the same answer. Here they are cut into
// words.
import ExampleSupport
import Shinkei

let texts = [
    "猫は魚が好きです", "猫が庭で寝ています", "白い猫はとても静かです", "電車は駅に着きました", "電車が橋を渡ります", "速い電車はとても便利です",
]
let labels: Tensor = [[0], [0], [0], [1], [1], [1]]  // 0: about a cat, 1: about a train

var tokenizer = Tokenizer(numWords: 100, segmentation: .japanese)
tokenizer.fit(on: texts)
let x = padSequences(tokenizer.sequences(of: texts))

let model = Sequential {
    Embedding(100, 16, maskZero: true)
    LSTM(32)
    Dense(1, activation: .sigmoid)
}
try model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
try model.fit(x, labels, epochs: 100, verbose: isShort ? 0 : .auto)

let newTexts = ["猫の写真を見せてください", "電車の時刻を教えてください"]
let newX = padSequences(tokenizer.sequences(of: newTexts), maxLength: x.shape[1])
let predictions = try model.predict(newX).array(of: Double.self)
for (text, prediction) in zip(newTexts, predictions) {
    print("\(text): \(prediction > 0.5 ? "電車" : "猫") (\(prediction))")
}
conclude(
    "probability of the less certain of the two right answers", min(1 - predictions[0], predictions[1]), atLeast: 0.5)
