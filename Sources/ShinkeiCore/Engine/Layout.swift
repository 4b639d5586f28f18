/// Where a tensor's elements lie in a buffer: an offset and a stride per axis, in elements.
package struct Layout: Hashable, Sendable {
    package var offset: Int
    package var sizes: [Int]
    package var strides: [Int]

    package init(offset: Int, sizes: [Int], strides: [Int]) {
        self.offset = offset
        self.sizes = sizes
        self.strides = strides
    }

    /// Row-major from the buffer's start.
    package init(_ shape: Shape) {
        self.init(offset: 0, sizes: shape.sizes, strides: shape.strides)
    }

    package var count: Int { sizes.reduce(1, *) }

    /// Whether the elements are adjacent in row-major order (axes of size 1 do not count).
    package var isPacked: Bool {
        var expected = 1
        for axis in sizes.indices.reversed() where sizes[axis] != 1 {
            if strides[axis] != expected { return sizes.contains(0) }
            expected *= sizes[axis]
        }
        return true
    }

    /// Of rows along `axis`, one for each index of a table of this shape: how many indices in a row share one, if the
    /// rows are otherwise adjacent from the buffer's start. `nil` if they are not, or none is shared.
    package func repeatedRows(_ axis: Int, of indices: Shape) -> Int? {
        let places = axis..<(axis + indices.rank)
        let shared = places.reversed().prefix { strides[$0] == 0 || sizes[$0] == 1 }
        var once = self
        for axis in shared { once.sizes[axis] = 1 }
        let count = shared.reduce(1) { $0 * sizes[$1] }
        return offset == 0 && count > 1 && once.isPacked ? count : nil
    }

    package func applying(_ rule: ViewRule) -> Layout {
        switch rule {
        case .permute(let axes):
            return Layout(
                offset: offset, sizes: axes.map { sizes[$0] }, strides: axes.map { strides[$0] })
        case .broadcast(let shape):
            return broadcast(to: shape)
        case .slice(let slices):
            var result = self
            for (axis, slice) in slices.enumerated() {
                if slice.count > 0 { result.offset += slice.start * strides[axis] }
                result.sizes[axis] = slice.count
                result.strides[axis] = strides[axis] * slice.step
            }
            return result
        }
    }

    /// The layout read as a larger shape: new and stretched axes have stride 0.
    package func broadcast(to shape: Shape) -> Layout {
        if sizes == shape.sizes { return self }
        let missing = shape.rank - sizes.count
        var strides = [Int](repeating: 0, count: shape.rank)
        for axis in sizes.indices where sizes[axis] == shape[axis + missing] {
            strides[axis + missing] = self.strides[axis]
        }
        return Layout(offset: offset, sizes: shape.sizes, strides: strides)
    }

    /// The same elements seen with other sizes, if strides can say it without a copy.
    package func reshaped(_ shape: Shape) -> Layout? {
        if isPacked { return Layout(offset: offset, sizes: shape.sizes, strides: shape.strides) }
        return nil
    }
}
