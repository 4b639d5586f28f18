import Foundation
import Shinkei
import ShinkeiTesting
import Testing

@testable import ShinkeiApplications

/// The transfer model of the tutorials, and what stands in front of a base.
@Suite struct TransferTests {
    private func transferModel(_ base: Model) -> Model {
        base.isTrainable = false
        var x = GlobalAveragePooling2D()(base.output)
        x = Dense(256, activation: .relu)(x)
        return Model(inputs: base.input, outputs: Dense(10, activation: .softmax)(x))
    }

    private func count(_ weights: [Weight]) -> Int { weights.reduce(0) { $0 + $1.shape.count } }

    // Expected values: Keras 3.15.1, `model.summary()` of the same models.
    @Test func `Parameters of the transfer model`() throws {
        try withSession { () throws in
            let base = try VGG16(includeTop: false, inputShape: [224, 224, 3])
            #expect(base.parameterCount == 14_714_688)
            let model = transferModel(base)
            #expect(model.parameterCount == 14_848_586)
            #expect(count(model.trainableWeights) == 133_898)
            #expect(count(model.nonTrainableWeights) == 14_714_688)
            #expect(model.summaryText().contains("Trainable params: 133,898"))
            try base.unfreeze(from: "block5_conv1")
            #expect(count(base.trainableWeights) == 3 * (9 * 512 * 512 + 512))
        }
    }

    @Test func `Parameters with the top`() throws {
        let model = try withSession { try VGG16() }
        #expect(model.parameterCount == 138_357_544)
    }

    @Test func `A frozen base keeps its bits in training, and has no slots`() throws {
        try withSession { () throws in
            let base = try VGG16(includeTop: false, inputShape: [32, 32, 3])
            let model = transferModel(base)
            let before = base.weights.map { $0.value.hostBytes() }
            try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy)
            let x = Tensor.randomNormal([8, 32, 32, 3], seed: 1)
            try model.fit(x, Tensor([0, 1, 2, 3, 4, 5, 6, 7]), epochs: 2, batchSize: 4, verbose: .silent)
            #expect(base.weights.map { $0.value.hostBytes() } == before)
            #expect(model.optimizer?.builtWeights?.count == 4)
            #expect(model.optimizer.map { count($0.weights) } == 2 + 2 * 133_898)
            #expect(try model.splitAtFrozenPart()?.base.layers.last is GlobalAveragePooling2D)
        }
    }

    @Test(arguments: InputPreparation.allCases)
    func `Preparation as layers is the function`(preparation: InputPreparation) throws {
        let x = Tensor.randomUniform([2, 3, 5, 3], low: 0, high: 255, seed: 1)
        var y = x
        for layer in preparation.layers() {
            #expect(layer.trainableWeights.isEmpty)
            y = layer(y)
        }
        try expectClose(y, preparation(x), absolute: 1e-4, relative: 1e-5)
    }
}
