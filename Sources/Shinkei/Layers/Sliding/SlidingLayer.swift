public import ShinkeiCore

/// A layer that knows the shape of a model's input: its first, in place of `Input(shape:)`.
protocol GivesInputShape {
    /// Without the batch axis.
    var inputShape: SymbolicShape? { get }
}

/// What layers share that slide a window over `[batch, spatial…, channels]`, or `[batch, channels, spatial…]`: their
/// computation sees channels last.
public class SlidingLayer<Axes: SpatialAxes>: Layer, GivesInputShape {
    let inputShape: SymbolicShape?
    private let dataFormat: DataFormat

    init(dataFormat: DataFormat, inputShape: SymbolicShape?, name: String?) {
        self.dataFormat = dataFormat
        self.inputShape = inputShape
        super.init(name: name)
    }

    /// The output for an input with channels last.
    func slide(_ x: Tensor) -> Tensor { trap("\(className): does not say what it computes") }

    /// The output's spatial sizes and channels; a size that is not known stays so.
    func slidingShape(_ sizes: [Int?], channels: Int?, of input: SymbolicShape) throws(LayerError) -> ([Int?], Int?) {
        trap("\(className): does not say what shape it gives")
    }

    /// The input's channels, which must be known.
    func channels(of input: SymbolicShape) throws(LayerError) -> Int {
        let place = dataFormat == .channelsFirst ? 1 : Axes.count + 1
        guard input.rank == Axes.count + 2, let channels = input[place], channels > 0 else {
            throw LayerError(self, "needs \(layout) with a known number of channels", inputs: [input])
        }
        return channels
    }

    private var layout: String {
        let spatial = ["steps", "height, width", "depth, height, width"][Axes.count - 1]
        return dataFormat == .channelsFirst ? "[batch, channels, \(spatial)]" : "[batch, \(spatial), channels]"
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let x = x.cast(to: dtype)
        guard dataFormat == .channelsFirst else { return slide(x) }
        let y = slide(x.transposed([0] + Array(2..<x.rank) + [1]))
        return y.transposed([0, y.rank - 1] + Array(1..<y.rank - 1))
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == Axes.count + 2 else { throw LayerError(self, "needs \(layout)", inputs: [input]) }
        let isFirst = dataFormat == .channelsFirst
        let spatial = Array(input.sizes[(isFirst ? 2 : 1)...].prefix(Axes.count))
        let (sizes, channels) = try slidingShape(spatial, channels: isFirst ? input[1] : input.last, of: input)
        return SymbolicShape(isFirst ? [input[0], channels] + sizes : [input[0]] + sizes + [channels])
    }

    /// The number of windows on each axis.
    func windowCounts(
        _ sizes: [Int?], window: [Int], strides: [Int], padding: Padding, of input: SymbolicShape
    ) throws(LayerError) -> [Int?] {
        var counts: [Int?] = []
        for (axis, size) in sizes.enumerated() {
            let count = size.map { padding.count(size: $0, window: window[axis], stride: strides[axis]) }
            if count == 0 {
                throw LayerError(self, "a window of \(window) is larger than the input", inputs: [input])
            }
            counts.append(count)
        }
        return counts
    }

    /// How far windows reach out of an input with channels last.
    func borders(of x: Tensor, window: [Int], strides: [Int], padding: Padding) -> [(before: Int, after: Int)] {
        window.indices.map { padding.border(size: x.shape[$0 + 1], window: window[$0], stride: strides[$0]) }
    }
}

/// A kernel's sizes from its first tap to its last.
func reach(_ kernelSize: [Int], dilation: [Int]) -> [Int] { zip(kernelSize, dilation).map { ($0 - 1) * $1 + 1 } }
