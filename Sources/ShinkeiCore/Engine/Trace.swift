/// What a `compiled` closure does, recorded: its arguments and the weights it reads as placeholders, its results and the
/// weights it sets as outputs.
final class Trace: @unchecked Sendable {
    // Unchecked: used by the one thread that traces, then by one run at a time.
    struct HiddenInput {
        let weight: Weight
        let placeholder: Tensor
        let shape: Shape
        let dtype: DType
        let isTrainable: Bool
    }

    private(set) var arguments: [Tensor] = []
    private(set) var reads: [HiddenInput] = []
    private(set) var writes: [(weight: Weight, value: Tensor)] = []
    private var readIndex: [ObjectIdentifier: Int] = [:]
    private var writeIndex: [ObjectIdentifier: Int] = [:]

    func argument(shape: Shape, dtype: DType) -> Tensor {
        let placeholder = Tensor(Placeholder(), [], shape: shape, dtype: dtype)
        arguments.append(placeholder)
        return placeholder
    }

    func read(_ weight: Weight, _ stored: Tensor) -> Tensor {
        if let index = writeIndex[ObjectIdentifier(weight)] { return writes[index].value }
        if let index = readIndex[ObjectIdentifier(weight)] { return reads[index].placeholder }
        let placeholder = Tensor(Placeholder(), [], shape: stored.shape, dtype: stored.dtype)
        readIndex[ObjectIdentifier(weight)] = reads.count
        reads.append(
            HiddenInput(
                weight: weight, placeholder: placeholder, shape: stored.shape, dtype: stored.dtype,
                isTrainable: weight.isTrainable))
        return placeholder
    }

    func write(_ weight: Weight, _ value: Tensor) {
        if let index = writeIndex[ObjectIdentifier(weight)] {
            writes[index].value = value
        } else {
            writeIndex[ObjectIdentifier(weight)] = writes.count
            writes.append((weight, value))
        }
    }
}
