import Shinkei
import ShinkeiImages
import ShinkeiTesting
import Testing

@testable import ShinkeiApplications

@Suite struct GeneratorPreparationTests {
    /// VGG16's weights want blue, green, red without the means; a tutorial that divides by 255 instead feeds them what they have
    /// never seen.
    @Test func `S3-28: A generator prepares pictures as the network saw them`() throws {
        let x = (Tensor.randomUniform([3, 8, 8, 3], seed: 1) * 255).evaluate()
        let generator = ImageDataGenerator(preprocessingFunction: { Image(VGG16.preprocessInput($0.tensor)) })
        let prepared = try generator.flow(x, shuffle: false).all().x
        try expectClose(prepared, VGG16.preprocessInput(x))
        // With rescale, which comes after it: both are done.
        var both = generator
        both.rescale = 0.5
        try expectClose(try both.flow(x, shuffle: false).all().x, prepared * 0.5)
    }
}
