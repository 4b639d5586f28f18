import ArgumentParser
import Shinkei
import ShinkeiApplications

/// The values of `--base`: what finds the features of pictures.
enum PictureBase: String, ExpressibleByArgument, CaseIterable {
    case vgg16, mobilenetv2, resnet50, efficientnetb0, none

    /// The usual side of a picture, in pixels.
    var usualSize: Int { self == .none ? 64 : 224 }

    /// The layers from pictures of 0 to 255 to features `[batch, height, width, channels]`, the network as one of them.
    func layers(_ size: PictureSize, weights: PretrainedWeights?) throws -> (preparation: [Layer], network: [Layer]) {
        let shape: SymbolicShape = [.some(size.height), .some(size.width), 3]
        switch self {
        case .vgg16:
            return (
                VGG16.inputPreparation.layers(), [try VGG16(weights: weights, includeTop: false, inputShape: shape)]
            )
        case .mobilenetv2:
            return (
                MobileNetV2.inputPreparation.layers(),
                [try MobileNetV2(weights: weights, includeTop: false, inputShape: shape)]
            )
        case .resnet50:
            return (
                ResNet50.inputPreparation.layers(),
                [try ResNet50(weights: weights, includeTop: false, inputShape: shape)]
            )
        case .efficientnetb0:
            return (
                EfficientNetB0.inputPreparation.layers(),
                [try EfficientNetB0(weights: weights, includeTop: false, inputShape: shape)]
            )
        case .none:
            // A folder of some hundred pictures has few steps for running means to settle in: not 0.99.
            let network = [32, 64, 128].flatMap { filters in
                [
                    Conv2D(filters, 3, padding: .same, useBias: false), BatchNormalization(momentum: 0.9),
                    Activation(.relu), MaxPooling2D(2),
                ]
            }
            return ([Rescaling(1 / 255)], network)
        }
    }
}

/// The values of `--target-size`: `224`, or `160x120` for height and width.
struct PictureSize: ExpressibleByArgument, CustomStringConvertible {
    let height: Int
    let width: Int

    init(_ side: Int) { (height, width) = (side, side) }

    init?(argument: String) {
        let sizes = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard (1...2).contains(sizes.count), sizes.allSatisfy({ (1...4096).contains($0) }) else { return nil }
        (height, width) = (sizes[0], sizes[sizes.count - 1])
    }

    var description: String { "\(height)x\(width)" }
}

/// The values of `--weights`: whose weights a base begins with.
enum PictureWeights: ExpressibleByArgument, CustomStringConvertible {
    case published
    case random
    case file(String)

    init?(argument: String) {
        switch argument {
        case "imagenet": self = .published
        case "random": self = .random
        default: self = .file(argument)
        }
    }

    var description: String {
        switch self {
        case .published: "imagenet"
        case .random: "random"
        case .file(let path): path
        }
    }

    var pretrained: PretrainedWeights? {
        switch self {
        case .published: .imageNet
        case .random: nil
        case .file(let path): .file(path)
        }
    }
}
