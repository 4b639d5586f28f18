import ShinkeiCore
import ShinkeiFormats

/// How much is added or taken away before and behind an axis.
public struct Edges: ConfigValue, Hashable, Sendable {
    /// At the start of the axis.
    public var before: Int
    /// At its end.
    public var after: Int

    /// Different amounts.
    public init(_ before: Int, _ after: Int) { (self.before, self.after) = (before, after) }

    /// One number for both, or a pair.
    public init(config: JSON) throws(ConfigError) {
        guard let pair = config.array else {
            before = try Int(config: config)
            after = before
            return
        }
        guard pair.count == 2 else { throw expected("two numbers", config) }
        (before, after) = (try Int(config: pair[0]), try Int(config: pair[1]))
    }
    public var config: JSON { [before, after].config }
}

extension Edges: ExpressibleByIntegerLiteral {
    /// The same amount on both sides.
    public init(integerLiteral value: Int) { self.init(value, value) }
}

extension [Edges] {
    /// Refuses what cannot be added to `count` axes, or taken away from them.
    func check(_ key: String, count: Int) throws(ConfigError) {
        guard self.count == count, allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
            throw ConfigError("\(key): needs \(count) pairs of numbers from 0; got \(map { [$0.before, $0.after] })")
        }
        guard allSatisfy({ $0.before <= 1 << 40 && $0.after <= 1 << 40 }) else {
            throw ConfigError("\(key): \(map { [$0.before, $0.after] }) is more than memory can hold")
        }
    }
}

extension DataFormat {
    /// The number of the first axis of height, width and depth.
    var firstSpatialAxis: Int { self == .channelsLast ? 1 : 2 }
}

extension Layer {
    /// The shape with some axes made larger or, by negative edges, smaller.
    func widened(_ input: SymbolicShape, by edges: [Edges], from first: Int) throws(LayerError) -> SymbolicShape {
        guard input.rank == edges.count + 2 else {
            throw LayerError(
                self, "needs \(edges.count + 2) axes: batch, channels and \(edges.count) more", inputs: [input])
        }
        var sizes = input.sizes
        for (i, edge) in edges.enumerated() {
            guard let size = sizes[first + i] else { continue }
            let (sum, overflow) = size.addingReportingOverflow(edge.before + edge.after)
            guard !overflow, sum >= 0, sum > 0 || size == 0 else {
                throw LayerError(self, "nothing is left of axis \(first + i)", inputs: [input])
            }
            sizes[first + i] = sum
        }
        return SymbolicShape(sizes)
    }
}

extension Tensor {
    /// With a border of 0 around some axes.
    func widened(by edges: [Edges], from first: Int) -> Tensor {
        var widths = [(Int, Int)](repeating: (0, 0), count: rank)
        for (i, edge) in edges.enumerated() { widths[first + i] = (edge.before, edge.after) }
        return padded(widths)
    }

    /// Without the edges of some axes.
    func cropped(by edges: [Edges], from first: Int) -> Tensor {
        var x = self
        for (i, edge) in edges.enumerated() {
            let size = shape[first + i]
            x = x.sliced(axis: first + i, edge.before..<Swift.max(edge.before, size - edge.after))
        }
        return x
    }
}
