import Foundation
import Shinkei
import ShinkeiFormats
import Testing

@testable import ShinkeiApplications

/// Weights that the real Keras wrote give the predictions that it gives. `make golden-check` makes the files:
/// `Tools/reference/make_applications.py weights`.
@Suite struct WeightsFromKerasTests {
    static let folder = ProcessInfo.processInfo.environment["SHINKEI_APPLICATIONS"]

    @Test(
        .enabled(if: WeightsFromKerasTests.folder != nil, "SHINKEI_APPLICATIONS names no folder"),
        arguments: ["VGG16", "VGG19", "ResNet50", "ResNet50V2", "MobileNetV2", "EfficientNetB0"], ["h5", "keras"])
    func `Predictions are Keras's`(network: String, ending: String) throws {
        let folder = try #require(Self.folder)
        let model = try makeApplication(network, hasTop: false, weights: .file("\(folder)/\(network).\(ending)"))
        let x = Tensor(try Npy.read("\(folder)/x.npy"))
        let expected = Tensor(try Npy.read("\(folder)/\(network).npy")).array()
        let found = try model.predict(x).array()
        let largest = expected.map(abs).max() ?? 0
        let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(found.count == expected.count)
        #expect(worst <= 1e-4 * largest, "\(network): \(worst) of \(largest)")
    }
}
