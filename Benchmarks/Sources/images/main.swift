import ShinkeiImages

// How many images of a folder a generator reads and changes in a second, median of several epochs.
//
//   images FOLDER [WORKERS]     FOLDER has a folder of 32×32 images for each class

guard CommandLine.arguments.count > 1 else { fatalError("images FOLDER [WORKERS]") }
let generator = ImageDataGenerator(
    rotationRange: 20, widthShiftRange: 0.2, heightShiftRange: 0.2, shearRange: 0.2, zoomRange: 0.2,
    horizontalFlip: true,
    rescale: 1.0 / 255)
var flow = try generator.flowFromDirectory(
    CommandLine.arguments[1], targetSize: (32, 32), batchSize: 32, seed: 1, verbose: false)
if CommandLine.arguments.count > 2, let workers = Int(CommandLine.arguments[2]) { flow.workers = workers }

let clock = ContinuousClock()
var rates: [Double] = []
for epoch in 0..<12 {
    var sum: Float = 0
    let time = clock.measure { for batch in flow.epoch(epoch) { sum += Float(batch.items.count) } }
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    // The first epoch finds the files outside of the system's memory.
    if epoch > 1 { rates.append(Double(sum) / seconds) }
}
rates.sort()
print("images median \(Int(rates[rates.count / 2])) images/s, \(flow.workers) workers")
