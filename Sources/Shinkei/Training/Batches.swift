public import ShinkeiCore
public import ShinkeiData

/// Batches of any sequence, as `fit`, `evaluate` and `predict` take them.
///
/// ```swift
/// try model.fit(Batches(flow.pairs), stepsPerEpoch: 100, epochs: 5)
/// ```
///
/// `Dataset`, and every other sequence of `Example`s, need no wrapping.
public struct Batches: Sequence {
    private let make: () -> AnyIterator<Example>

    private init<S: Sequence>(_ sequence: S, _ example: @escaping (S.Element) -> Example) {
        make = {
            var iterator = sequence.makeIterator()
            return AnyIterator { iterator.next().map(example) }
        }
    }

    /// Inputs and targets.
    public init(_ pairs: some Sequence<(Tensor, Tensor)>) { self.init(pairs) { Example($0.0, $0.1) } }

    /// Inputs and targets, by name.
    public init(_ pairs: some Sequence<(x: Tensor, y: Tensor)>) { self.init(pairs) { Example($0.x, $0.y) } }

    /// Inputs, targets, and what the rows count.
    public init(_ triples: some Sequence<(Tensor, Tensor, Tensor)>) {
        self.init(triples) { Example(x: [$0.0], y: [$0.1], sampleWeight: $0.2) }
    }

    public func makeIterator() -> AnyIterator<Example> { make() }
}
