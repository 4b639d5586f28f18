import ShinkeiCore

/// An input of a model whose numbers name rows of a layer's table. A model's edge checks them before anything runs, since
/// the compiled step cannot throw.
struct IndexUse {
    /// Which of the model's inputs.
    var input: Int
    /// The layer with the table.
    var layer: Layer
    /// The number of rows.
    var count: Int
}

extension LayerGraph {
    /// Follows the inputs' values through the calls; see `Layer.followValues`.
    func followValues(_ values: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] {
        var known: [ObjectIdentifier: [Set<Int>]] = [:]
        func carried(by tensor: SymbolicTensor) -> Set<Int> {
            guard let found = known[ObjectIdentifier(tensor.call)], tensor.index < found.count else { return [] }
            return found[tensor.index]
        }
        for (feed, value) in zip(feeds, values) { known[ObjectIdentifier(feed.call)] = [value] }
        for call in running {
            known[ObjectIdentifier(call)] = call.layer.followValues(call.inputs.map(carried(by:)), &uses)
        }
        return outputs.map(carried(by:))
    }
}

extension DataChecks {
    /// Checks the numbers that name rows of tables.
    func indices(_ x: [Tensor]) throws(TrainingError) {
        for use in model.predictor.indexUses(of: model) where use.input < x.count && x[use.input].count > 0 {
            // Converted to integers a NaN would be a number.
            let given = x[use.input]
            let isNumber = given.dtype.isFloating ? (!given.isNaN()).all() : Tensor(true)
            let numbers = model.converted(x)[use.input].asTableIndices
            let (least, most) = (numbers.min(), numbers.max())
            evaluate([least, most, isNumber])
            let (smallest, largest) = (least.scalar(of: Int.self), most.scalar(of: Int.self))
            guard isNumber.scalar(of: Bool.self) else {
                throw .badArgument(method: method, "input \(use.input) has NaN where \(use.layer.name) needs an index")
            }
            guard smallest >= -use.count, largest < use.count else {
                throw .index(
                    method: method, layer: use.layer.path, smallest: smallest, largest: largest, count: use.count)
            }
        }
    }
}
