/// The colour of a layer's box, by the family that Keras's documentation has it in.
func boxColor(_ className: String) -> Drawing.Color {
    for (parts, color) in families where parts.contains(where: { className.contains($0) }) {
        return Drawing.Color(color)
    }
    return Drawing.Color(0x3d4f66)
}

/// Parts of class names, the first that is met decides.
private let families: [([String], UInt32)] = [
    (["InputLayer"], 0x6b7280), (["Pool"], 0x2f7d5b), (["Conv"], 0x0f766e), (["Normalization"], 0x9a6a12),
    (["Attention", "Query"], 0x9d3a76), (["Dropout", "Noise", "Regularization"], 0x7c4a9e),
    (["LSTM", "GRU", "RNN", "Bidirectional", "TimeDistributed"], 0x5b46a8),
    (["Embedding", "Encoding", "Hashing", "Lookup", "Vectorization", "Discretization", "Rescaling"], 0x2b6f92),
    (["Flatten", "Reshape", "Permute", "Repeat", "Padding", "Cropping", "UpSampling"], 0x566072),
    (["Add", "Concatenate", "Multiply", "Subtract", "Average", "Maximum", "Minimum", "Dot"], 0xb4532a),
    (["Activation", "ReLU", "ELU", "Softmax"], 0xa13d3d), (["Dense"], 0x1f5fa8),
    (["Functional", "Sequential", "Model"], 0x2c3440),
]
