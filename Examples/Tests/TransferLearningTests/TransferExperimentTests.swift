import Shinkei
import Testing
import TransferLearning

/// The machinery of the example, on drawn digits; what transfer gains is what the example itself shows.
@Suite struct TransferExperimentTests {
    private static let digits = DrawnDigits.dataSet(trainCount: 600, testCount: 120)

    @Test func `Digits keep their ink at other places, and classes are counted`() {
        let few = TransferExperiment(clutter: 0).pictures(Self.digits.train, of: 5..<10, atMostEach: 7, seed: 1)
        #expect(few.x.shape == [35, 48, 48, 1])
        let labels = few.y.array(of: Int32.self)
        for label in 0..<5 { #expect(labels.filter { $0 == Int32(label) }.count == 7) }
        let first = Self.digits.train.labels.array(of: Int32.self).firstIndex { $0 >= 5 }!
        let cluttered = TransferExperiment(clutter: 3).pictures(Self.digits.train, of: 5..<10, atMostEach: 7, seed: 1)
        let ink = { (x: Tensor) in x.cast(to: .float32).sum().scalar(of: Double.self) }
        #expect(ink(cluttered.x) > ink(few.x))
        #expect(ink(few.x[0]) == ink(Self.digits.train.images[first]))
    }

    @Test func `One seed gives one result`() throws {
        var experiment = TransferExperiment(
            side: 32, clutter: 2, baseCount: 200, baseEpochs: 1, countPerClass: 10, epochs: 2)
        let result = try experiment.run(Self.digits, seed: 3)
        #expect(try experiment.run(Self.digits, seed: 3) == result)
        #expect(result.testCount > 0)
        experiment.epochs = 1
        #expect(try experiment.run(Self.digits, seed: 3) != result)
    }
}
