/// Sums of products named by letters: `einsum("ij,jk->ik", a, b)` is the matrix product. NumPy: `einsum`.
///
/// Letters that several operands share and the result lacks are summed over; a letter twice in one operand takes its
/// diagonal; `...` stands for leading axes that broadcast. Without `->` the result has the letters that occur once, in
/// alphabetical order. Operands are contracted from left to right, each pair by one matrix product.
///
/// - Precondition: The text fits the operands' ranks, and a letter has one size throughout.
public func einsum(_ equation: String, _ operands: Tensor...) -> Tensor {
    let parsed = EinsumEquation(equation, operands.map(\.shape))
    var terms = zip(operands, parsed.inputs).map { EinsumTerm($0, $1).withoutRepeats() }
    var result = terms.removeFirst()
    while !terms.isEmpty {
        let next = terms.removeFirst()
        let wanted = Set(parsed.output + terms.flatMap(\.labels))
        result = result.contracted(with: next, keeping: wanted)
    }
    return result.arranged(as: parsed.output)
}

/// The labels of each operand and of the result. Letters are their scalar values; the axes of an ellipsis are negative,
/// counted from the last.
private struct EinsumEquation {
    var inputs: [[Int]]
    var output: [Int]

    init(_ equation: String, _ shapes: [Shape]) {
        let text = equation.filter { $0 != " " }
        let sides = text.components(separatedBy: "->")
        let parts = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard sides.count <= 2, parts.count == shapes.count, !shapes.isEmpty else {
            trap("einsum: \"\(equation)\" does not name \(shapes.count) operands; got \(shapes)")
        }
        func labels(_ part: String, rank: Int?) -> [Int] {
            let pieces = part.components(separatedBy: "...")
            let letters = pieces.map { $0.unicodeScalars.map { Int($0.value) } }
            guard pieces.count <= 2, letters.joined().allSatisfy({ UnicodeScalar($0)?.properties.isAlphabetic == true })
            else { trap("einsum: \"\(part)\" is not made of letters and one ...") }
            if pieces.count == 1 { return letters[0] }
            let hidden = (rank ?? 0) - letters[0].count - letters[1].count
            guard rank == nil || hidden >= 0 else {
                trap("einsum: \"\(part)\" has more letters than axes; got \(shapes)")
            }
            return letters[0] + (rank == nil ? [Int.min] : (0..<hidden).map { $0 - hidden }) + letters[1]
        }
        let inputs = zip(parts, shapes).map { labels($0, rank: $1.rank) }
        for (labels, shape) in zip(inputs, shapes) where labels.count != shape.rank {
            trap("einsum: \"\(equation)\" does not fit the ranks; got \(shapes)")
        }
        self.inputs = inputs
        let hidden = Set(inputs.joined().filter { $0 < 0 }).sorted()
        if sides.count == 2 {
            output = labels(sides[1], rank: nil).flatMap { $0 == Int.min ? hidden : [$0] }
        } else {
            let letters = inputs.joined().filter { $0 >= 0 }
            output = hidden + Set(letters).filter { letter in letters.count { $0 == letter } == 1 }.sorted()
        }
        guard Set(output).count == output.count, Set(output).isSubset(of: inputs.joined()) else {
            trap("einsum: the result of \"\(equation)\" has a letter twice, or one that no operand has")
        }
        var sizes: [Int: Int] = [:]
        for (labels, shape) in zip(inputs, shapes) {
            for (label, size) in zip(labels, shape.sizes) where label >= 0 {
                guard sizes[label, default: size] == size else {
                    trap("einsum: a letter of \"\(equation)\" has two sizes; got \(shapes)")
                }
                sizes[label] = size
            }
        }
    }
}

private struct EinsumTerm {
    var tensor: Tensor
    var labels: [Int]

    init(_ tensor: Tensor, _ labels: [Int]) {
        self.tensor = tensor
        self.labels = labels
    }

    /// Diagonals taken for letters that occur twice.
    func withoutRepeats() -> EinsumTerm {
        guard let first = labels.indices.first(where: { labels[($0 + 1)...].contains(labels[$0]) }),
            let second = labels[(first + 1)...].firstIndex(of: labels[first])
        else { return self }
        let size = tensor.shape[first]
        // Both axes side by side are one axis on which every (size + 1)-th element is wanted.
        let others = labels.indices.filter { $0 != first && $0 != second }
        let moved = tensor.transposed(others + [first, second])
        let sizes = others.map { tensor.shape[$0] }
        let diagonal = moved.reshaped(sizes + [size * size])[.ellipsis, .every(size + 1)]
        return EinsumTerm(diagonal, others.map { labels[$0] } + [labels[first]]).withoutRepeats()
    }

    /// Without the letters that nobody wants.
    func summed(keeping wanted: Set<Int>) -> EinsumTerm {
        let gone = labels.indices.filter { !wanted.contains(labels[$0]) }
        if gone.isEmpty { return self }
        return EinsumTerm(tensor.sum(axes: gone), labels.filter { wanted.contains($0) })
    }

    /// The axes in the given order, with size 1 for those that are missing.
    private func aligned(_ order: [Int]) -> Tensor {
        let present = order.filter { labels.contains($0) }
        let moved = tensor.transposed(present.map { labels.firstIndex(of: $0)! })
        return moved.reshaped(order.map { label in labels.firstIndex(of: label).map { tensor.shape[$0] } ?? 1 })
    }

    func contracted(with other: EinsumTerm, keeping wanted: Set<Int>) -> EinsumTerm {
        let a = summed(keeping: wanted.union(other.labels))
        let b = other.summed(keeping: wanted.union(a.labels))
        // Axes of an ellipsis may be stretched, so they are never part of a matrix.
        let shared = a.labels.filter { b.labels.contains($0) }
        let batch = (shared.filter { wanted.contains($0) } + a.labels.filter { $0 < 0 } + b.labels.filter { $0 < 0 })
            .reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
        let inner = shared.filter { !wanted.contains($0) && $0 >= 0 }
        let left = a.labels.filter { !batch.contains($0) && !inner.contains($0) }
        let right = b.labels.filter { !batch.contains($0) && !inner.contains($0) }
        func size(_ labels: [Int], _ term: EinsumTerm) -> Int {
            labels.map { term.tensor.shape[term.labels.firstIndex(of: $0)!] }.reduce(1, *)
        }
        func sizes(_ term: EinsumTerm) -> [Int] {
            batch.map { label in term.labels.firstIndex(of: label).map { term.tensor.shape[$0] } ?? 1 }
        }
        let inside = size(inner, a)
        let x = a.aligned(batch + left + inner).reshaped(sizes(a) + [size(left, a), inside])
        let y = b.aligned(batch + inner + right).reshaped(sizes(b) + [inside, size(right, b)])
        let product = x.matmul(y)
        let leading = Array(product.shape.sizes.dropLast(2))
        let shape =
            leading + left.map { a.tensor.shape[a.labels.firstIndex(of: $0)!] }
            + right.map { b.tensor.shape[b.labels.firstIndex(of: $0)!] }
        return EinsumTerm(product.reshaped(shape), batch + left + right)
    }

    func arranged(as output: [Int]) -> Tensor { summed(keeping: Set(output)).aligned(output) }
}

extension String {
    /// The pieces between occurrences of a separator.
    fileprivate func components(separatedBy separator: String) -> [String] {
        var pieces = [""]
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(separator) {
                pieces.append("")
                rest = rest.dropFirst(separator.count)
            } else {
                pieces[pieces.count - 1].append(rest.removeFirst())
            }
        }
        return pieces
    }
}
