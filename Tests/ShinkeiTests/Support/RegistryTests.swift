import Testing

@testable import Shinkei

/// Hand-kept lists forget things: the sources say what must be in them.
@Suite struct RegistryTests {
    /// The classes of the sources with their superclass, and structs with their first protocol.
    private func declarations() throws -> [(name: String, parent: String)] {
        let pattern = /(?m)^\s*(?:public |open |final |package )*(?:class|struct) (\w+)(?:<[^>]*>)?\s*:\s*(\w+)/
        return try Fixture.sources().flatMap { source in
            source.text.matches(of: pattern).map { (String($0.1), String($0.2)) }
        }
    }

    private func descendants(of root: String) throws -> [String] {
        let all = try declarations()
        var found: [String] = []
        var parents: Set<String> = [root]
        while !parents.isEmpty {
            let next = all.filter { parents.contains($0.parent) }.map(\.name)
            found += next
            parents = Set(next)
        }
        return found.sorted()
    }

    @Test func `Every layer is in the list, which is sorted`() throws {
        let listed = LayerRegistry.all.map { "\($0)" }
        #expect(listed == listed.sorted())
        // Models are told apart by what they hold, operations by their module; the rest is shared by others.
        let unlisted = [
            "AdaptivePoolingLayer", "BaseAttention", "BaseMultiHeadAttention", "ConvLSTMCell", "ConvLSTMLayer",
            "ConvolutionLayer", "DepthwiseConvolutionLayer", "GatedCell", "GlobalPoolingLayer", "ImageLayer",
            "ImageMixingLayer",
            "LookupLayer",
            "MergingLayer", "Model",
            "Operation", "PoolingLayer", "RecurrentCell", "RecurrentLayer", "SeparableConvolutionLayer", "Sequential",
            "SlidingLayer", "TransposedConvolutionLayer",
        ]
        let written = try Set(descendants(of: "Layer")).subtracting(unlisted)
        #expect(written.symmetricDifference(listed).sorted() == [])
    }

    @Test func `Every optimizer has a name`() throws {
        let made = OptimizerRegistry.table.entries.map { "\(type(of: $0.value()))" }
        // It needs another optimizer.
        #expect(Set(try descendants(of: "Optimizer")).subtracting(["LossScaleOptimizer"]) == Set(made))
    }

    @Test func `Every schedule is in the list, which is sorted`() throws {
        let listed = ScheduleRegistry.types.map { "\($0)" }
        #expect(listed == listed.sorted())
        #expect(try descendants(of: "ConfiguredSchedule") == listed)
    }

    @Test func `Every loss is in the list`() throws {
        let listed = LossRegistry.types.map { "\($0)" }
        #expect(try Set(descendants(of: "ConfiguredLoss")).symmetricDifference(listed).sorted() == [])
    }

    @Test func `Every metric has a name`() throws {
        let listed = MetricRegistry.types.map { "\($0)" }
        // What others are made of, what is chosen by the data's shapes, and what takes values, not predictions.
        let unlisted = [
            "ConfusionCount", "ConfusionRatio", "FScore", "IntersectionOverUnion", "LossMetric", "Mean", "RateAtRate",
            "ResolvedAccuracy", "Sum", "ThresholdCurve",
        ]
        let written = try Set(descendants(of: "Metric")).subtracting(unlisted)
        #expect(written.symmetricDifference(listed).sorted() == [])
    }

    @Test func `Tables of names are sorted`() {
        func isSorted(_ names: [String]) -> Bool { names == names.sorted() }
        #expect(isSorted(OptimizerRegistry.table.entries.map(\.name)))
        #expect(isSorted(LossRegistry.table.entries.map(\.name)))
        #expect(isSorted(MetricRegistry.table.entries.map(\.name)))
        #expect(isSorted(ActivationFunction.all.map(\.name)))
        #expect(isSorted(Initializer.all.map(\.name)))
    }
}
