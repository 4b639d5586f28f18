import Foundation
import Shinkei
import ShinkeiTesting
import Testing

@testable import ShinkeiApplications

@Suite struct ImageNetTests {
    // Expected values: keras.applications.imagenet_utils.preprocess_input of Keras 3.15.1.
    @Test func `Pictures are prepared as each network saw them`() throws {
        let picture: Tensor = [[[[0, 128, 255], [10, 20, 30]]]]
        try expectClose(
            VGG16.preprocessInput(picture), [[[[151.061, 11.221, -123.68], [-73.939, -96.779, -113.68]]]])
        try expectClose(
            MobileNetV2.preprocessInput(picture),
            [[[[-1, 0.003921628, 1], [-0.92156863, -0.84313726, -0.7647059]]]])
        try expectClose(
            InputPreparation.standardized(picture),
            [[[[-2.117904, 0.20518208, 2.64], [-1.9466565, -1.6855742, -1.2815686]]]])
        #expect(EfficientNetB0.preprocessInput(picture).array() == picture.array())
    }

    @Test func `The likeliest classes, best first`() throws {
        let classes = ["a", "b", "c"].map { ImageNetClass(wordNetID: "n\($0)", name: $0) }
        let guesses = try classes.guesses([[0.2, 0.7, 0.1], [0.1, 0.2, 0.7]], top: 2)
        #expect(guesses.map { $0.map(\.imageNetClass.name) } == [["b", "a"], ["c", "b"]])
        #expect(abs(guesses[0][0].probability - 0.7) < 1e-6)
    }
}
