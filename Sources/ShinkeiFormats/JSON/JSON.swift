/// A JSON value, as Python's `json` module knows it.
///
/// Integers and numbers with a point or an exponent are different cases, since Python reads them as `int` and `float` and a
/// configuration that says `1.0` must not come back as `1`. Numbers may be NaN or infinite. Equality is Python's for
/// objects (the order of keys does not matter), by bytes for strings, and NaN equals nothing.
package enum JSON: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object(Object)
}

extension JSON {
    /// The value under a key; `nil` if there is none, or this is no object.
    package subscript(key: String) -> JSON? { object?[key] }

    /// The element at a place; `nil` if there is none, or this is no array.
    package subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// Whether this is `null`.
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// The truth value, if it is one.
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer, if it is written as one: 1, but not 1.0.
    package var int: Int? { if case .int(let value) = self { value } else { nil } }

    /// The number, written with a point or without.
    package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The string, if it is one.
    package var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The elements, if it is an array.
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

    /// The object, if it is one.
    package var object: Object? { if case .object(let value) = self { value } else { nil } }

    /// What kind of value it is, for messages: `an object`.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .int: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSON: Equatable {
    package static func == (a: JSON, b: JSON) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let x), .bool(let y)): x == y
        case (.int(let x), .int(let y)): x == y
        case (.number(let x), .number(let y)): x == y
        case (.string(let x), .string(let y)): ExactText(x) == ExactText(y)
        case (.array(let x), .array(let y)): x == y
        case (.object(let x), .object(let y)): x == y
        default: false
        }
    }
}

extension JSON: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// Of equal keys the last counts.
    package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(Object(elements)) }
}

extension JSON: CustomStringConvertible {
    /// The JSON text, in one line.
    package var description: String { text() }
}
