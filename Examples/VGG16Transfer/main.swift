// A network that knows ImageNet's pictures learns to tell others apart: VGG16, frozen, under a small new top.
//
//     swift run -c release VGG16Transfer vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5
//
// The published weights are a download of 59 MB; by path they are read from where they lie. Without them the weights
// are random and know nothing, which shows only that the program runs. For your own pictures put in your own folders,
// with one folder for each class.
import ExampleSupport
import Shinkei
import ShinkeiApplications
import ShinkeiImages

let pictures = folderOrSkip("cifar10-images")
let side = isShort ? 32 : 224
let base = try VGG16(
    weights: CommandLine.arguments.dropFirst().first.map { .file($0) }, includeTop: false,
    inputShape: [.some(side), .some(side), 3])
base.isTrainable = false
var x = GlobalAveragePooling2D()(base.output)
x = Dense(256, activation: .relu)(x)
let model = Model(inputs: base.input, outputs: Dense(10, activation: .softmax)(x))
try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])

// The base has been trained with blue, green, red, each without its mean over ImageNet. The tutorial divides by 255
// instead, and feeds it what it has never seen.
let prepared: @Sendable (Image) -> Image = { Image(VGG16.preprocessInput($0.tensor)) }
let trainData = ImageDataGenerator(
    rotationRange: 20, widthShiftRange: 0.2, heightShiftRange: 0.2, shearRange: 0.2, zoomRange: 0.2,
    fillMode: .nearest, horizontalFlip: true, preprocessingFunction: prepared)
let validationData = ImageDataGenerator(preprocessingFunction: prepared)
let train = try trainData.flowFromDirectory(pictures + "/train", targetSize: (side, side))
let validation = try validationData.flowFromDirectory(pictures + "/test", targetSize: (side, side))

// The batches never end, so that steps have to be given: as many as an epoch has batches, not the number of pictures.
try model.fit(
    train.dataset, epochs: isShort ? 1 : 10, verbose: isShort ? 0 : .auto, validationData: validation.dataset,
    stepsPerEpoch: isShort ? 2 : train.batchesPerEpoch, validationSteps: isShort ? 2 : validation.batchesPerEpoch)
let learning = model.trainableWeights.reduce(0) { $0 + $1.shape.count }
conclude("numbers that learn, of \(model.parameterCount)", Double(learning), atLeast: 133_898, atMost: 133_898)
