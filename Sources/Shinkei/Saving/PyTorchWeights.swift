import ShinkeiCore
import ShinkeiFormats

extension Model {
    /// Fills the weights from a PyTorch model's `state_dict`, saved as safetensors.
    ///
    /// A layer takes its weights from the module of the same name: `fc1.weight` and `fc1.bias` go to the layer `fc1`. Layers
    /// inside others are named with a slash (`block/conv`) and look for `block.conv`. Layouts are changed as needed:
    ///
    /// | layer | PyTorch | here |
    /// |---|---|---|
    /// | `Dense` | `[out, in]` | `[in, out]`; after a `Flatten` of pictures the rows follow height, width, channel, not channel, height, width |
    /// | `Conv1D` … `Conv3D` | `[out, in, window…]` | `[window…, in, out]` |
    /// | `Conv2DTranspose` … | `[in, out, window…]` | `[window…, out, in]` |
    /// | `DepthwiseConv2D` … | `[in · multiplier, 1, window…]` | `[window…, in, multiplier]` |
    /// | `SeparableConv2D` … | two modules within, `depthwise` and `pointwise`, the latter with the bias | as the two above |
    /// | `BatchNormalization` | `weight`, `bias`, `running_mean`, `running_var` | `gamma`, `beta`, `moving_mean`, `moving_variance` |
    /// | `LayerNormalization`, `GroupNormalization`, `Embedding`, `PReLU` | as they are | |
    /// | `LSTM` | gates i, f, g, o; two biases | the same gates, transposed; the sum of the biases |
    /// | `GRU` with `resetAfter` | gates r, z, n; two biases | gates z, r, n, transposed; both biases |
    /// | `SimpleRNN` | two biases | transposed; their sum |
    /// | `Bidirectional` | `…_reverse` | the backward layer |
    ///
    /// - Parameters:
    ///   - modules: The module for layers whose names differ: `["dense": "classifier.0"]`.
    /// - Throws: `ModelFileError` that names layer, file and both shapes; `FormatError` if the file is damaged. Weights of layers
    ///   before the one that does not fit are changed.
    public func loadPyTorchWeights(_ path: String, modules: [String: String] = [:]) throws {
        guard isBuilt else {
            throw ModelFileError("\(path): the model has no weights yet: its input's shape is not known")
        }
        let file = PyTorchFile(path: path, file: try Safetensors(path))
        try file.fill(layers, prefix: "", modules)
    }
}

/// A file of PyTorch's weights, read for one layer after the other.
private struct PyTorchFile {
    let path: String
    let file: Safetensors

    func fill(_ layers: [Layer], prefix: String, _ modules: [String: String]) throws {
        for (i, layer) in layers.enumerated() where !layer.weights.isEmpty {
            let name = prefix + layer.name
            let module = modules[name] ?? String(name.map { $0 == "/" ? "." : $0 })
            if let model = layer as? Model {
                try fill(model.layers, prefix: "\(name)/", modules)
            } else if let wrapper = layer as? Bidirectional {
                try fill(wrapper.forwardLayer, name, module, suffix: "_l0", flattened: nil)
                try fill(wrapper.backwardLayer, name, module, suffix: "_l0_reverse", flattened: nil)
            } else {
                let suffix = layer is RecurrentLayer ? "_l0" : ""
                try fill(layer, name, module, suffix: suffix, flattened: flattenedShape(before: i, in: layers))
            }
        }
    }

    /// The shape of a row that a `Flatten` before this layer flattens, if nothing with weights is between.
    private func flattenedShape(before place: Int, in layers: [Layer]) -> [Int]? {
        guard let flatten = layers[..<place].last(where: { $0 is Flatten || !$0.weights.isEmpty }) as? Flatten,
            let sizes = flatten.builtInputShapes?.first?.sizes.dropFirst().map({ $0 ?? 0 }), sizes.count > 1,
            !sizes.contains(0)
        else { return nil }
        return sizes
    }

    private func fill(_ layer: Layer, _ name: String, _ module: String, suffix: String, flattened: [Int]?) throws {
        let recurrent = layer as? RecurrentLayer
        let own = recurrent?.cell.weights ?? layer.weights
        let isGRU = recurrent is GRU
        if let gru = recurrent as? GRU, !gru.config.cell.resetAfter {
            throw ModelFileError("\(path): layer \"\(name)\": PyTorch's GRU resets after the product; this one before")
        }
        for weight in own {
            let parts: [String]
            switch (weight.name, recurrent != nil) {
            case ("kernel", true): parts = ["weight_ih"]
            case ("recurrent_kernel", true): parts = ["weight_hh"]
            case ("bias", true): parts = ["bias_ih", "bias_hh"]
            case ("depthwise_kernel", _): parts = ["depthwise.weight"]
            case ("pointwise_kernel", _): parts = ["pointwise.weight"]
            case ("bias", _) where layer is any SeparableConvolution: parts = ["pointwise.bias"]
            case ("kernel", false), ("gamma", _), ("embeddings", _), ("alpha", _): parts = ["weight"]
            case ("bias", false), ("beta", _): parts = ["bias"]
            case ("moving_mean", _): parts = ["running_mean"]
            case ("moving_variance", _): parts = ["running_var"]
            default:
                throw ModelFileError(
                    "\(path): layer \"\(name)\" (\(layer.className)): PyTorch's layout of \(weight.name) is not known")
            }
            var arrays = try parts.map { try read("\(module).\($0)\(suffix)", for: name) }
            if isGRU { arrays = try arrays.map { try inKerasOrder($0, gatesOf: name) } }
            let value = converted(arrays, weight, layer, flattened: flattened)
            guard let value, value.shape == weight.shape else {
                let shapes = arrays.map { "\($0.shape)" }.joined(separator: " and ")
                throw ModelFileError(
                    "\(path): layer \"\(name)\": \(weight.name) of shape \(weight.shape) cannot be made from "
                        + "\(module).\(parts[0])\(suffix) of shape \(shapes)")
            }
            weight.value = value.cast(to: weight.dtype).evaluate()
        }
    }

    private func read(_ name: String, for layer: String) throws -> Tensor {
        guard file.entry(name) != nil else {
            throw ModelFileError(
                "\(path): layer \"\(layer)\": there is no \(name); say with modules: where its weights are")
        }
        return Tensor(try file.read(name))
    }

    /// Reset, update, new becomes update, reset, new.
    private func inKerasOrder(_ array: Tensor, gatesOf layer: String) throws -> Tensor {
        guard array.rank >= 1, array.shape[0] % 3 == 0 else {
            throw ModelFileError("\(path): layer \"\(layer)\": three gates do not divide the shape \(array.shape)")
        }
        let units = array.shape[0] / 3
        let gates = (0..<3).map { array[$0 * units..<($0 + 1) * units] }
        return Tensor.concatenate([gates[1], gates[0], gates[2]], axis: 0)
    }

    /// The value in this library's layout; `nil` if the ranks do not fit.
    private func converted(_ arrays: [Tensor], _ weight: Weight, _ layer: Layer, flattened: [Int]?) -> Tensor? {
        let array = arrays[0]
        guard weight.name.hasSuffix("kernel") else {
            if arrays.count == 1 {
                // PReLU has one number for all, or one for each channel.
                return weight.name == "alpha" && array.count == 1
                    ? Tensor.full(weight.shape.sizes, 1, dtype: array.dtype) * array.reshaped([])
                    : array.reshapedIfWhole(weight.shape)
            }
            guard arrays[0].shape == arrays[1].shape else { return nil }
            return weight.shape.rank == 2 ? Tensor.stack(arrays, axis: 0) : arrays[0] + arrays[1]
        }
        let window = Array(2..<max(2, array.rank))
        guard array.rank >= 2 else { return nil }
        if layer is any TransposedConvolution { return array.transposed(window + [1, 0]) }
        if layer is any DepthwiseConvolution || weight.name == "depthwise_kernel" {
            guard weight.shape.rank == array.rank, array.shape[1] == 1,
                array.shape[0] == weight.shape.sizes.suffix(2).reduce(1, *)
            else {
                return nil
            }
            let split = array.reshaped(weight.shape.sizes.suffix(2) + array.shape.sizes.dropFirst(2))
            return split.transposed(window + [0, 1])
        }
        if let flattened, layer is Dense, array.rank == 2, flattened.reduce(1, *) == array.shape[1] {
            // Channels come first there.
            let sizes = [flattened[flattened.count - 1]] + flattened.dropLast()
            let rows = array.reshaped([array.shape[0]] + sizes)
            let axes = Array(2..<rows.rank) + [1, 0]
            return rows.transposed(axes).reshaped([array.shape[1], array.shape[0]])
        }
        return array.transposed(window + [1, 0])
    }
}

extension Tensor {
    /// The same elements in another shape, if there are as many.
    fileprivate func reshapedIfWhole(_ shape: Shape) -> Tensor? {
        count == shape.count ? reshaped(shape.sizes) : nil
    }
}

/// Marks layers by how PyTorch lays their kernels out.
private protocol TransposedConvolution {}
private protocol DepthwiseConvolution {}
private protocol SeparableConvolution {}
extension TransposedConvolutionLayer: TransposedConvolution {}
extension DepthwiseConvolutionLayer: DepthwiseConvolution {}
extension SeparableConvolutionLayer: SeparableConvolution {}
