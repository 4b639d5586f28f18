// A convolution as one product of matrices ("im2col"), with its way back by hand.
//
// Every window of the image becomes a row, every filter a column; their product has the filter's answer for each
// window. Backward, a pixel gets the sum of what all the windows get that it lies in.
import ExampleSupport
import Shinkei

/// Images `[count, height, width, channels]`, filters `[size, size, channels, filters]`.
struct Convolution {
    var filters: Tensor
    var filtersGradient = Tensor(0)
    var (windows, inputShape) = (Tensor(0), [Int]())

    init(filters: Tensor) { self.filters = filters }
    var size: Int { filters.shape[0] }
    var matrix: Tensor { filters.reshaped([-1, filters.shape[3]]) }
    /// Rows and columns that a window can begin at.
    var places: (rows: Int, columns: Int) { (inputShape[1] - size + 1, inputShape[2] - size + 1) }
    /// Where the pixel at a place in the window lies in the image, for all windows.
    func area(_ i: Int, _ j: Int) -> (Range<Int>, Range<Int>) { (i..<(i + places.rows), j..<(j + places.columns)) }

    mutating func forward(_ x: Tensor) -> Tensor {
        inputShape = x.shape.sizes
        var parts: [Tensor] = []
        for i in 0..<size {
            for j in 0..<size { parts.append(x[0..., area(i, j).0, area(i, j).1]) }
        }
        windows = Tensor.concatenate(parts, axis: 3).reshaped([-1, size * size * inputShape[3]])
        return windows.matmul(matrix).reshaped([inputShape[0], places.rows, places.columns, -1])
    }

    mutating func backward(_ gradient: Tensor) -> Tensor {
        let rows = gradient.reshaped([-1, filters.shape[3]])
        filtersGradient = windows.transposed().matmul(rows).reshaped(filters.shape.sizes)
        let perPixel = rows.matmul(matrix.transposed()).reshaped(
            [inputShape[0], places.rows, places.columns, size * size, inputShape[3]])
        var result = Tensor.zeros(inputShape)
        for i in 0..<size {
            for j in 0..<size {
                let margins = [(0, 0), (i, size - 1 - i), (j, size - 1 - j), (0, 0)]
                result += perPixel[0..., 0..., 0..., i * size + j].padded(margins)
            }
        }
        return result
    }
}

// A filter that answers to edges from dark to bright, left to right, on a picture with one.
let edge: Tensor = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
var edges = Convolution(filters: edge.reshaped([3, 3, 1, 1]))
let picture = Tensor.concatenate([Tensor.zeros([1, 4, 3, 1]), Tensor.ones([1, 4, 3, 1])], axis: 2)
print(edges.forward(picture).reshaped([2, 4]))

// The same numbers and derivatives as the library's convolution.
let x = Tensor.randomNormal([2, 7, 6, 3], seed: 1)
var layer = Convolution(filters: Tensor.randomNormal([3, 3, 3, 4], seed: 2))
let output = layer.forward(x)
let weights = Tensor.randomNormal(output.shape.sizes, seed: 3)
let byHand = [output, layer.backward(weights), layer.filtersGradient]
let found = gradient(at: [x, layer.filters]) { (weights * $0[0].convolved(with: $0[1])).sum() }
let differences = zip([x.convolved(with: layer.filters)] + found, byHand).map {
    abs($0 - $1).max().scalar(of: Double.self)
}
conclude("largest difference from the library's", differences.max() ?? .nan, atMost: 1e-4)
