// A forecast: what comes next in a series, from the 24 values before it.
//
// The series is two waves and noise, as of a temperature by the hour. It is cut in time: what is tested with lies
// behind what was learnt from; with rows drawn at random, the network would have seen the hours before and after. A
// forecast is worth something if it is better than to say that the next value will be the last one.
import ExampleSupport
import Shinkei

let hours = Tensor.arange(2000).cast(to: .float32)
let day = 2 * Double.pi / 24
let series = (hours * day).sin() + 0.5 * (hours * (day / 7)).sin() + 0.1 * Tensor.randomNormal([2000], seed: 1)

let window = 24
let rows = Tensor.stack((0..<window).map { series[$0..<(2000 - window + $0)] }, axis: 1).expanded(-1)
let next = series[window...].expanded(-1)
let cut = 1500

let model = Sequential {
    Input(shape: [.some(window), 1])
    LSTM(32)
    Dense(1)
}
try model.compile(optimizer: .adam(learningRate: 0.01), loss: .mse)
try model.fit(rows[..<cut], next[..<cut], epochs: isShort ? 10 : 30, verbose: isShort ? 0 : .auto)
let error = try (model.predict(rows[cut...]) - next[cut...]).square().mean()
let lastValue = (rows[cut..., -1] - next[cut...]).square().mean()
print("mean squared error:", error, "of always the last value:", lastValue)
conclude("error, as a part of that", (error / lastValue).scalar(of: Double.self), atMost: 0.5)
