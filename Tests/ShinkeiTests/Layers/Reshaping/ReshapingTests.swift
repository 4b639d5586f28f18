import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ReshapingTests {
    private let images = Tensor.arange(24).cast(to: .float32).reshaped([1, 3, 4, 2])

    @Test func `All pass the layer check`() throws {
        try checkLayer({ Reshape([4, -1]) }, input: [3, 2, 6])
        try checkLayer({ Permute([3, 1, 2]) }, input: [2, 3, 4, 5])
        try checkLayer({ RepeatVector(3) }, input: [2, 4])
        try checkLayer({ Cropping1D(Edges(1, 2)) }, input: [2, 5, 3])
        try checkLayer({ Cropping2D([Edges(1, 0), Edges(0, 2)]) }, input: [2, 4, 5, 3])
        try checkLayer({ Cropping2D([1, 1], dataFormat: .channelsFirst) }, input: [2, 3, 4, 5])
        try checkLayer({ Cropping3D() }, input: [1, 4, 3, 4, 2])
        try checkLayer({ ZeroPadding1D(Edges(1, 2)) }, input: [2, 5, 3])
        try checkLayer({ ZeroPadding2D([Edges(1, 0), Edges(0, 2)]) }, input: [2, 4, 5, 3])
        try checkLayer({ ZeroPadding2D(dataFormat: .channelsFirst) }, input: [2, 3, 4, 5])
        try checkLayer({ ZeroPadding3D() }, input: [1, 2, 3, 2, 2])
        try checkLayer({ UpSampling1D(3) }, input: [2, 4, 3])
        try checkLayer({ UpSampling2D([2, 3]) }, input: [2, 3, 4, 2])
        try checkLayer({ UpSampling2D([3, 2], interpolation: .bilinear) }, input: [2, 3, 4, 2])
        try checkLayer({ UpSampling2D(dataFormat: .channelsFirst, interpolation: .bilinear) }, input: [2, 2, 3, 4])
        try checkLayer({ UpSampling3D([1, 2, 3]) }, input: [1, 2, 3, 2, 2])
    }

    @Test func `One size of a shape is worked out`() throws {
        #expect(try Reshape([4, -1]).outputShape([nil, 2, 6]) == [nil, 4, 3])
        #expect(try Reshape([4, -1]).outputShape([nil, nil, 6]) == [nil, 4, nil])
        #expect(Reshape([-1])(Tensor.ones([0, 2, 3])).shape == [0, 6])
    }

    @Test func `What does not fit throws`() {
        #expect(
            errorText { try Reshape([5]).validate([nil, 2, 3]) }.contains(
                "rows of 6 elements do not take the shape [5]"))
        #expect(errorText { try Permute([2, 1]).validate([nil, 3]) }.contains("permutes 2 axes"))
        #expect(errorText { try RepeatVector(2).validate([nil, 3, 4]) }.contains("[batch, features]"))
        #expect(errorText { try Cropping1D(Edges(2, 3)).validate([nil, 5, 1]) }.contains("nothing is left of axis 1"))
        #expect(errorText { try Cropping2D().validate([nil, 5, 1]) }.contains("needs 4 axes"))
        #expect(errorText { try ZeroPadding2D().validate([nil, 5]) }.contains("needs 4 axes"))
        #expect(errorText { try UpSampling2D().validate([nil, 5]) }.contains("needs 4 axes"))
    }

    @Test func `A shape with two unknown sizes ends the program`() async {
        await #expect(processExitsWith: .failure) { _ = Reshape([-1, -1]) }
        await #expect(processExitsWith: .failure) { _ = Permute([1, 3]) }
        await #expect(processExitsWith: .failure) { _ = UpSampling1D(0) }
    }

    @Test func `Bilinear sampling weighs by the distance of middles`() throws {
        let x = Tensor([0.0, 4], shape: [1, 1, 2, 1])
        let y = UpSampling2D([1, 2], interpolation: .bilinear)(x)
        try expectClose(y, Tensor([0.0, 1, 3, 4], shape: [1, 1, 4, 1]))
        let smaller = Resizing(height: 3, width: 2)(images)
        try expectClose(smaller, (images[.all, .all, .every(2)] + images[.all, .all, .from(1, by: 2)]) / 2)
        let nearest = Resizing(height: 3, width: 2, interpolation: .nearest)(images)
        try expectClose(nearest, images[.all, .all, .from(1, by: 2)])
    }

    @Test func `The middle of an image, or the largest part of its form`() throws {
        try expectClose(CenterCrop(height: 1, width: 2)(images), images[.all, 1..<2, 1..<3])
        let grown = CenterCrop(height: 6, width: 6)(images)
        let middle = images[.all, .all, 0..<3]
        try expectClose(grown, Resizing(height: 6, width: 6)(middle))
        try checkLayer({ Resizing(height: 5, width: 2) }, input: [2, 3, 4, 1])
        try checkLayer({ CenterCrop(height: 2, width: 5) }, input: [2, 3, 4, 1])
        #expect(errorText { try Resizing(height: 2, width: 2).validate([nil, 3, 4]) }.contains("needs images"))
    }
}
