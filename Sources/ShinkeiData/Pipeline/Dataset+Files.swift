import ShinkeiCore
public import ShinkeiFormats

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension Dataset where Element == TableRow {
    /// The rows of a CSV file, plain or gzip, read as they are needed.
    ///
    /// - Parameters:
    ///   - types: The types of columns by name. Those not given are inferred: whole numbers, numbers, truth values, else text.
    ///   - inferringFrom: How many rows to look at for that.
    /// - Throws: `FormatError` or `DataError` if the file cannot be read. What is wrong in a row comes when it is read, with file
    ///   and row.
    public static func csv(
        _ path: String, format: CSVFormat = CSVFormat(), types: [String: ColumnType] = [:], inferringFrom: Int = 1000
    ) throws -> Dataset {
        let table = try CSVTable(path, format, types: types, inferring: inferringFrom)
        return Dataset(count: nil) { _ in try table.cursor() }
    }
}

extension Dataset where Element == Example {
    /// The rows of a CSV file as numbers: the column `label` is the target, all others, or those named, are the input.
    ///
    /// Missing values are NaN.
    ///
    /// - Throws: As `csv(_:format:types:inferringFrom:)`, and if a column that is asked for is text.
    public static func csv(
        _ path: String, label: String?, features: [String]? = nil, format: CSVFormat = CSVFormat(),
        types: [String: ColumnType] = [:], inferringFrom: Int = 1000
    ) throws -> Dataset {
        let table = try CSVTable(path, format, types: types, inferring: inferringFrom)
        let inputs = features ?? table.columns.filter { $0 != label }
        func place(_ name: String) throws -> Int {
            guard let place = table.columns.firstIndex(of: name) else {
                throw DataError(source: path, reason: CSVTable.missing(name, table.columns))
            }
            guard table.types[place] != .text else {
                throw DataError(
                    source: path,
                    reason: "column \"\(name)\" holds text; leave it out, or map the rows of csv(_:) yourself")
            }
            return place
        }
        let places = try inputs.map(place)
        let target = try label.map(place)
        return Dataset(count: nil) { _ in
            let rows = try table.cursor()
            return IteratorCursor {
                guard let row = try rows.next() else { return nil }
                let x = places.map { Float(row.values[$0].double ?? .nan) }
                let y = target.map { [Tensor([Float(row.values[$0].double ?? .nan)])] }
                return Example(x: [Tensor(x)], y: y ?? [])
            }
        }
    }

    /// The rows of arrays in a NumPy archive. Arrays that it stores uncompressed (`numpy.savez`) are read row by row, so the file
    /// may be larger than memory; compressed ones are unpacked into memory.
    ///
    /// - Parameters:
    ///   - x: The names of inputs.
    ///   - y: The names of targets.
    ///   - verified: Whether checksums of uncompressed arrays are compared first, which reads them once.
    /// - Throws: `FormatError`; `DataError` if the arrays have different numbers of rows.
    public static func npz(
        _ path: String, x: [String] = ["x"], y: [String] = ["y"], verified: Bool = false
    ) throws -> Dataset {
        let file = try Npz(path)
        func rows(_ name: String) throws -> FileRows {
            FileRows(stored: try StoredRows(npy: try file.source(name, verified: verified)))
        }
        return try files(x.map(rows), y.map(rows), path)
    }

    /// The rows of .npy files, read row by row, so that they may be larger than memory.
    ///
    /// - Throws: `FormatError`; `DataError` if they have different numbers of rows.
    public static func npy(_ x: String, _ y: String? = nil) throws -> Dataset {
        func rows(_ path: String) throws -> FileRows { FileRows(stored: try StoredRows(npy: try FileBytes(path))) }
        return try files([rows(x)], y.map { [try rows($0)] } ?? [], x)
    }

    /// The rows of IDX files, MNIST's format. Uncompressed ones are read row by row, gzip ones are unpacked into memory.
    ///
    /// - Throws: `FormatError`; `DataError` if they have different numbers of rows.
    public static func idx(_ x: String, _ y: String? = nil) throws -> Dataset {
        func rows(_ path: String) throws -> any RowSource {
            let file = try FileBytes(path)
            if Gzip.isGzip(try file.read(0..<Swift.min(2, file.count))) {
                return TensorRows(tensor: Tensor(try IDX.read(path)))
            }
            return FileRows(stored: try StoredRows(idx: file))
        }
        return try files([rows(x)], y.map { [try rows($0)] } ?? [], x)
    }

    private static func files(_ x: [any RowSource], _ y: [any RowSource], _ path: String) throws -> Dataset {
        let counts = (x + y).map(\.rowCount)
        guard let first = counts.first, counts.allSatisfy({ $0 == first }) else {
            throw DataError(source: path, reason: "arrays of \(counts) rows; all need the same number")
        }
        return Dataset(RowTable(x: x, y: y, weight: nil))
    }
}

extension Dataset where Element == JSON {
    /// The values of a file of JSON lines, plain or gzip: one value in each line. Empty lines are passed over.
    ///
    /// - Throws: `FormatError` if the file cannot be read; what is wrong in a line comes when it is read, as a `DataError` with
    ///   file and row.
    public static func jsonLines(_ path: String) throws -> Dataset {
        _ = try FileBytes(path)
        return Dataset(count: nil) { _ in
            let stream = try ByteStream(path)
            var row = 0
            return IteratorCursor {
                while let line = try stream.line() {
                    row += 1
                    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
                    do { return try JSON(parsing: line, name: path) } catch let error as FormatError {
                        throw DataError(source: path, row: row, reason: error.reason)
                    }
                }
                return nil
            }
        }
    }
}

extension Dataset where Element == String {
    /// The lines of a text file, plain or gzip.
    ///
    /// - Throws: `FormatError` if the file cannot be read; a line that is not UTF-8 comes as a `DataError` with file and row.
    public static func textLines(_ path: String) throws -> Dataset {
        _ = try FileBytes(path)
        return Dataset(count: nil) { _ in
            let stream = try ByteStream(path)
            var row = 0
            return IteratorCursor {
                guard let line = try stream.line() else { return nil }
                row += 1
                guard let text = String(validating: line, as: UTF8.self) else {
                    throw DataError(source: path, row: row, reason: "is not UTF-8")
                }
                return text
            }
        }
    }
}

/// A text and the class it belongs to.
public struct LabelledText: Sendable, Hashable {
    /// The file it comes from.
    public let path: String
    public let text: String
    /// The number of the class.
    public let label: Int

    public init(path: String, text: String, label: Int) {
        self.path = path
        self.text = text
        self.label = label
    }
}

extension Dataset where Element == LabelledText {
    /// The text files in a folder's sub-folders, each of which is a class. Files are read when they are needed.
    ///
    /// - Parameters:
    ///   - classNames: The sub-folders to take, in the order of the labels; all of them, sorted, if not given.
    ///   - limit: The most bytes that a file may have.
    /// - Returns: The files of the first class by name, then those of the next, and the names of the classes.
    /// - Throws: `DataError` if the folder has no such sub-folders, or they hold no `.txt` files.
    ///
    /// Keras: `keras.utils.text_dataset_from_directory`, unshuffled.
    public static func textFolder(
        _ path: String, classNames: [String]? = nil, limit: Int = 64 << 20
    ) throws -> (data: Dataset, classNames: [String]) {
        let entries = try folderEntries(path)
        let names = classNames ?? entries.filter { isFolder("\(path)/\($0)") }
        for name in names where !entries.contains(name) {
            throw DataError(source: path, reason: "no folder \"\(name)\"")
        }
        var files: [(path: String, label: Int)] = []
        for (label, name) in names.enumerated() {
            for file in try folderEntries("\(path)/\(name)") where file.hasSuffix(".txt") {
                files.append(("\(path)/\(name)/\(file)", label))
            }
        }
        guard !files.isEmpty else {
            let found = entries.isEmpty ? "nothing" : entries.prefix(5).joined(separator: ", ")
            throw DataError(
                source: path, reason: "needs a folder for each class with .txt files in it; it holds \(found)")
        }
        let all = files
        let data = Dataset(count: all.count) { _ in
            IndexedCursor(all.count) { i in
                let (file, label) = all[i]
                let bytes = try FileBytes(file)
                guard bytes.count <= limit else {
                    throw DataError(source: file, reason: "has \(bytes.count) bytes; the limit is \(limit)")
                }
                guard let text = String(validating: try bytes.readAll(), as: UTF8.self) else {
                    throw DataError(source: file, reason: "is not UTF-8")
                }
                return LabelledText(path: file, text: text, label: label)
            }
        }
        return (data, names)
    }
}

/// The names in a folder but for hidden ones, sorted by bytes as Python's `sorted` does for such names.
func folderEntries(_ path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw DataError(source: path, reason: systemMessage()) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                String(cString: $0)
            }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// Whether there is a folder.
func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
