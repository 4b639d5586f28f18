import ShinkeiCore
import ShinkeiFormats

/// How a file of comma-separated values is written.
public struct CSVFormat: Sendable, Hashable {
    /// Between fields.
    public var separator: Character
    /// Around fields that hold separators, line ends or quotes; a quote within is doubled.
    public var quote: Character
    /// Whether the first record names the columns; otherwise they are called `0`, `1`, …
    public var hasHeader: Bool
    /// What stands for a missing value, besides nothing at all.
    public var missing: Set<String>

    /// - Precondition: Separator and quote are ASCII.
    public init(
        separator: Character = ",", quote: Character = "\"", hasHeader: Bool = true,
        missing: Set<String> = ["NA", "NaN", "nan", "null"]
    ) {
        guard separator.asciiValue != nil, quote.asciiValue != nil else {
            trap("CSVFormat: separator and quote must be ASCII; got \(separator) and \(quote)")
        }
        self.separator = separator
        self.quote = quote
        self.hasHeader = hasHeader
        self.missing = missing
    }
}

/// What a column holds.
public enum ColumnType: String, Sendable, Hashable, CaseIterable {
    case integer, number, bool, text
}

/// A value of a table.
public enum FieldValue: Sendable, Hashable {
    case integer(Int)
    case number(Double)
    case bool(Bool)
    case text(String)
    case missing

    /// The value as a number; NaN if it is missing, `nil` for text.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .bool(let value): value ? 1 : 0
        case .missing: .nan
        case .text: nil
        }
    }
    /// The text, if it is one.
    public var text: String? { if case .text(let value) = self { value } else { nil } }
}

/// A row of a table: values by the names of their columns.
public struct TableRow: Sendable {
    /// The columns' names, in the order of the file.
    public let columns: [String]
    /// The values, in the same order.
    public let values: [FieldValue]

    /// The value in a column; `nil` if there is no such column.
    public subscript(column: String) -> FieldValue? { columns.firstIndex(of: column).map { values[$0] } }
}

/// Reads records of a CSV file from front to back.
///
/// Source: RFC 4180; line ends may be `\n`, `\r\n` or `\r`, and a byte-order mark in front is passed over.
final class CSVReader {
    private let stream: ByteStream
    private let format: CSVFormat
    private let separator: UInt8
    private let quote: UInt8
    /// The number of the record read last, from 1, the header included: what a table shows.
    private(set) var row = 0

    init(_ path: String, _ format: CSVFormat) throws(FormatError) {
        stream = try ByteStream(path)
        self.format = format
        separator = format.separator.asciiValue ?? 0x2C
        quote = format.quote.asciiValue ?? 0x22
        var mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        while let first = mark.first, try stream.peek() == first {
            _ = try stream.next()
            mark.removeFirst()
        }
    }

    func error(_ reason: String) -> DataError { DataError(source: stream.path, row: row, reason: reason) }

    /// The next record's fields; `nil` at the end. Empty lines are passed over.
    func record() throws -> [(text: String, isQuoted: Bool)]? {
        while let byte = try stream.peek(), byte == 0x0A || byte == 0x0D { _ = try stream.next() }
        guard try stream.peek() != nil else { return nil }
        row += 1
        var fields: [(text: String, isQuoted: Bool)] = []
        while true {
            fields.append(try field())
            guard let end = try stream.next() else { return fields }
            if end == separator { continue }
            if end == 0x0D, try stream.peek() == 0x0A { _ = try stream.next() }
            return fields
        }
    }

    private func field() throws -> (text: String, isQuoted: Bool) {
        var bytes: [UInt8] = []
        guard try stream.peek() == quote else {
            let (separator, quote) = (separator, quote)
            try stream.append(to: &bytes) { $0 == separator || $0 == 0x0A || $0 == 0x0D || $0 == quote }
            if try stream.peek() == quote { throw error("a quote in the middle of field \(fieldText(bytes))") }
            return (try text(bytes), false)
        }
        _ = try stream.next()
        let quote = quote
        while true {
            try stream.append(to: &bytes) { $0 == quote }
            guard try stream.next() != nil else { throw error("a quoted field without an end") }
            guard try stream.peek() == quote else { break }
            bytes.append(quote)
            _ = try stream.next()
        }
        if let byte = try stream.peek(), byte != separator, byte != 0x0A, byte != 0x0D {
            throw error("something behind the quoted field \(fieldText(bytes))")
        }
        return (try text(bytes), true)
    }

    private func text(_ bytes: [UInt8]) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error("field \(fieldText(bytes)) is not UTF-8")
        }
        return text
    }

    private func fieldText(_ bytes: [UInt8]) -> String { "\"\(String(decoding: bytes.prefix(40), as: UTF8.self))\"" }
}

/// A CSV file's columns, and how to read its rows.
struct CSVTable: Sendable {
    let path: String
    let format: CSVFormat
    let columns: [String]
    let types: [ColumnType]

    /// Reads the header and finds the types of columns that are not given, from the first records.
    init(_ path: String, _ format: CSVFormat, types given: [String: ColumnType], inferring: Int) throws {
        let reader = try CSVReader(path, format)
        guard let first = try reader.record() else {
            throw DataError(source: path, reason: "the file is empty")
        }
        let columns = format.hasHeader ? first.map(\.text) : first.indices.map(String.init)
        self.path = path
        self.format = format
        self.columns = columns
        if let twice = columns.first(where: { name in columns.filter { $0 == name }.count > 1 }) {
            throw DataError(source: path, row: 1, reason: "two columns are called \"\(twice)\"")
        }
        for name in given.keys where !columns.contains(name) {
            throw DataError(source: path, reason: Self.missing(name, columns))
        }
        var found = [ColumnType?](repeating: nil, count: columns.count)
        var record = format.hasHeader ? try reader.record() : first
        var left = inferring
        while left > 0, let fields = record {
            for (i, field) in fields.prefix(columns.count).enumerated() {
                let fits = Self.type(field, format)
                guard let fits else { continue }
                found[i] = found[i].map { Self.common($0, fits) } ?? fits
            }
            left -= 1
            record = try reader.record()
        }
        self.types = zip(columns, found).map { given[$0] ?? $1 ?? .number }
    }

    static func missing(_ name: String, _ columns: [String]) -> String {
        "no column \"\(name)\"; there are " + columns.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
            + (columns.count > 20 ? ", …" : "")
    }

    /// The narrowest type of a field; `nil` if it is missing.
    private static func type(_ field: (text: String, isQuoted: Bool), _ format: CSVFormat) -> ColumnType? {
        if !field.isQuoted, field.text.isEmpty || format.missing.contains(field.text) { return nil }
        let text = field.text.trimmed
        if Int(text) != nil { return .integer }
        if number(text) != nil { return .number }
        if bool(text) != nil { return .bool }
        return .text
    }

    private static func common(_ a: ColumnType, _ b: ColumnType) -> ColumnType {
        if a == b { return a }
        let both: Set<ColumnType> = [a, b]
        return both == [.integer, .number] ? .number : .text
    }

    /// Swift also reads hexadecimal numbers, which no table means.
    private static func number(_ text: String) -> Double? {
        text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") || $0 | 0x20 == UInt8(ascii: "p") } ? nil : Double(text)
    }

    private static func bool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes": true
        case "false", "no": false
        default: nil
        }
    }

    func value(_ field: (text: String, isQuoted: Bool), _ column: Int, _ reader: CSVReader) throws -> FieldValue {
        let type = types[column]
        if !field.isQuoted, field.text.isEmpty || format.missing.contains(field.text) { return .missing }
        if type == .text { return .text(field.text) }
        let text = field.text.trimmed
        switch type {
        case .integer: if let value = Int(text) { return .integer(value) }
        case .number: if let value = Self.number(text) { return .number(value) }
        case .bool: if let value = Self.bool(text) { return .bool(value) }
        case .text: break
        }
        let hint = "; give the column's type in types: if the first rows misled"
        throw reader.error(
            "column \"\(columns[column])\": expected \(type == .integer ? "an" : "a") \(type.rawValue), got "
                + "\"\(field.text.prefix(40))\"\(hint)")
    }

    func cursor() throws -> Cursor<TableRow> {
        let reader = try CSVReader(path, format)
        if format.hasHeader { _ = try reader.record() }
        return CSVCursor(self, reader)
    }
}

private final class CSVCursor: Cursor<TableRow>, @unchecked Sendable {
    private let table: CSVTable
    private let reader: CSVReader
    init(_ table: CSVTable, _ reader: CSVReader) {
        self.table = table
        self.reader = reader
    }
    private func record() throws -> [(text: String, isQuoted: Bool)]? {
        guard let fields = try reader.record() else { return nil }
        guard fields.count == table.columns.count else {
            throw reader.error("has \(fields.count) fields; the first has \(table.columns.count)")
        }
        return fields
    }
    override func next() throws -> TableRow? {
        guard let fields = try record() else { return nil }
        var values: [FieldValue] = []
        values.reserveCapacity(fields.count)
        for (i, field) in fields.enumerated() { values.append(try table.value(field, i, reader)) }
        return TableRow(columns: table.columns, values: values)
    }
    override func skip(_ count: Int) throws -> Int {
        var done = 0
        while done < count, try record() != nil { done += 1 }
        return done
    }
}

extension String {
    /// Without spaces and tabs around it.
    var trimmed: String {
        let utf8 = self.utf8
        guard let first = utf8.first, let last = utf8.last else { return self }
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        if !isBlank(first) && !isBlank(last) { return self }
        guard let start = utf8.firstIndex(where: { !isBlank($0) }), let end = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[start...end])
    }
}
