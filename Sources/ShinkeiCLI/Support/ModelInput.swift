import ArgumentParser
import Shinkei

/// Arrays from `.npy` files, one for each path.
func loadArrays(_ paths: [String]) throws -> [Tensor] { try paths.map { try Tensor(npy: $0) } }

/// A model's inputs from files, one for each path: `.npy`, or for an input of strings a text file or a `.csv` without a header.
///
/// - Throws: `CommandError` if there are too many or too few; what reading a file throws.
func loadInputs(_ paths: [String], of model: Model) throws -> [InputData] {
    let holdsStrings = model.hasStringInputs ? model.inputs.map(\.holdsStrings) : paths.map { _ in false }
    guard holdsStrings.count == paths.count else {
        throw CommandError("the model has \(holdsStrings.count) inputs; --input was given \(paths.count) times")
    }
    return try zip(paths, holdsStrings).map { path, isText in
        guard isText else { return .numbers(try Tensor(npy: path)) }
        guard path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") else {
            return .strings(TextForm.prepared(try Dataset<String>.textLines(path).collect(), for: model))
        }
        let format = CSVFormat(hasHeader: false, missing: [])
        guard
            let columns = try Dataset<TableRow>.csv(path, format: format, inferringFrom: 1).take(1).collect().first?
                .columns
        else { return .rows([]) }
        let types = Dictionary(uniqueKeysWithValues: columns.map { ($0, ColumnType.text) })
        return .rows(
            try Dataset<TableRow>.csv(path, format: format, types: types).collect().map { row in
                TextForm.prepared(row.values.map { $0.text ?? "" }, for: model)
            })
    }
}

/// Wrong usage unless there is at least one of an option.
func requireSome(_ option: String, _ values: [String]) throws(ValidationError) {
    if values.isEmpty { throw ValidationError("missing \(option)") }
}
