import ShinkeiData

/// One pass over a sequence of batches.
final class BatchIteration {
    let next: () throws -> Example?
    let cancel: () -> Void
    private let place: () -> DatasetPosition
    var position: DatasetPosition { place() }

    /// - Parameters:
    ///   - pass: Which one it is of a sequence that does not count its passes.
    ///   - start: Where to go on. A sequence that cannot leap there is run through as far.
    init(_ batches: any Sequence<Example>, pass: Int = 0, at start: DatasetPosition? = nil) {
        if let dataset = batches as? Dataset<Example> {
            let iterator = start.map { dataset.makeIterator(at: $0) } ?? dataset.makeIterator()
            (next, cancel, place) = ({ try iterator.tryNext() }, { iterator.cancel() }, { iterator.position })
            return
        }
        var position = start ?? DatasetPosition(pass: pass, offset: 0)
        var unread = position.offset
        let advance = BatchIteration.advance(of: batches)
        next = {
            while unread > 0 {
                guard try advance() != nil else { return nil }
                unread -= 1
            }
            guard let example = try advance() else { return nil }
            position.offset += 1
            return example
        }
        (cancel, place) = ({}, { position })
    }

    private static func advance(of batches: some Sequence<Example>) -> () throws -> Example? {
        let iterator = batches.makeIterator()
        if let fallible = iterator as? any FallibleIterator<Example> { return { try fallible.tryNext() } }
        var plain = iterator
        return { plain.next() }
    }
}
