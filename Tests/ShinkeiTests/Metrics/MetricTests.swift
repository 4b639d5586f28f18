import Testing

@testable import Shinkei

@Suite struct MetricTests {
    private func value(_ metric: Metric, _ batches: (Tensor, Tensor)...) -> Double {
        for (target, prediction) in batches { metric.update(yTrue: target, yPred: prediction) }
        return metric.result()
    }

    @Test func `Accuracy is binary, categorical or sparse by shapes`() {
        let one: Tensor = [[0.6], [0.4], [0.5]]
        #expect(value(.accuracy, ([[1], [1], [0]], one)) == 2.0 / 3)
        #expect(value(.accuracy, ([1, 0, 0], one)) == 1)
        let three: Tensor = [[0.1, 0.7, 0.2], [0.8, 0.1, 0.1]]
        #expect(value(.accuracy, ([[0, 1, 0], [0, 0, 1]], three)) == 0.5)
        #expect(value(.accuracy, ([1, 0], three)) == 1)
        #expect(value(.accuracy, ([[1], [2]], three)) == 0.5)
        #expect(value(.accuracy, ([[1.0], [0.0]], three)) == 1)
    }

    @Test func `Batches count by their rows`() {
        let right: Tensor = [[0.9], [0.9], [0.9]]
        let wrong: Tensor = [[0.1]]
        #expect(value(.binaryAccuracy, ([[1], [1], [1]], right), ([[1]], wrong)) == 0.75)
        #expect(value(.mae, ([[0.0], [0.0], [0.0]], [[1.0], [1.0], [1.0]]), ([[0.0]], [[5.0]])) == 2)
        #expect(value(.mse, ([[0.0, 0]], [[1.0, 3]])) == 5)
    }

    @Test func `Counts are exact beyond what float32 holds`() {
        let metric = Mean()
        for _ in 0..<3 { metric.update(mean: Tensor(1.0), samples: 16_777_217) }
        #expect(metric.result() == 1)
        #expect(metric.weights[1].value.scalar(of: Int.self) == 50_331_651)
    }

    @Test func `Reset forgets, and nothing gives 0`() {
        let metric = Metric.accuracy
        #expect(metric.result() == 0)
        _ = value(metric, ([[1]], [[0.9]]))
        metric.reset()
        #expect(metric.result() == 0)
    }
}
