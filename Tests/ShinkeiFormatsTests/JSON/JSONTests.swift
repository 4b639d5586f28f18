import FoundationEssentials
import Testing

@testable import ShinkeiFormats

@Suite struct JSONTests {
    private func parse(_ text: String, depth: Int = 128) throws(FormatError) -> JSON {
        try JSON(parsing: Array(text.utf8), depth: depth, name: "a.json")
    }

    private func python() throws -> JSON {
        try JSON(parsing: try TestFiles.bytes(TestFiles.committed + "json/python.json"), name: "python.json")
    }

    @Test func `What Python wrote reads and writes the same`() throws {
        let cases = try #require(try python()["cases"]?.array)
        #expect(cases.count > 30)
        for one in cases {
            let spaced = try #require(one["spaced"]?.string)
            let value = try parse(spaced)
            #expect(value.text() == spaced)
            #expect(value.text(.compact) == one["compact"]?.string)
            #expect(value.text(.indented(2)) == one["indented"]?.string)
            #expect(value.description == spaced)
            for layout in ["ascii", "compact", "indented"] {
                let text = try #require(one[layout]?.string)
                #expect(try parse(text).text() == spaced)
            }
        }
    }

    @Test func `Doubles have Python's digits and read back to the same bits`() throws {
        let doubles = try #require(try python()["doubles"]?.array)
        #expect(doubles.count == 600)
        for one in doubles {
            let bits = try #require(one[0]?.string.flatMap { UInt64($0, radix: 16) })
            let text = try #require(one[1]?.string)
            #expect(JSON.text(of: Double(bitPattern: bits)) == text)
            #expect(try parse(text).double?.bitPattern == bits)
        }
    }

    @Test func `Integers and numbers are told apart`() throws {
        #expect(try parse("1") == .int(1))
        #expect(try parse("1.0") == .number(1))
        #expect(try parse("1e0") == .number(1))
        #expect(try parse("-0") == .int(0))
        #expect(try parse("-9223372036854775808") == .int(.min))
        #expect(try parse("9223372036854775807") == .int(.max))
        #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try parse("-9223372036854775809") == .number(-9_223_372_036_854_775_808))
        #expect(try parse("1e999") == .number(.infinity))
        #expect(try parse(" [ -Infinity , Infinity ] ") == [.number(-.infinity), .number(.infinity)])
        #expect(try parse("NaN").double?.isNaN == true)
        #expect(try parse("2").double == 2)
        #expect(try parse("2.0").int == nil)
    }

    @Test func `Escapes are read, also in pairs`() throws {
        #expect(try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83E\udde0\u0000""#).string == "\"\\/\u{8}\u{C}\n\r\tAé🧠\0")
        #expect(try parse(#""a\u0301""#) == .string("a\u{301}"))
        // Equal for Swift, other bytes.
        #expect(try parse(#""a\u0301""#) != .string("á"))
    }

    @Test func `A configuration is read by key and place`() throws {
        let json = try parse(#"{"config": {"units": 8, "rate": 0.5, "layers": [true, null, "x"]}}"#)
        #expect(json["config"]?["units"]?.int == 8)
        #expect(json["config"]?["rate"]?.double == 0.5)
        #expect(json["config"]?["layers"]?[0]?.bool == true)
        #expect(json["config"]?["layers"]?[1]?.isNull == true)
        #expect(json["config"]?["layers"]?[2]?.string == "x")
        #expect(json["config"]?["layers"]?[3] == nil)
        #expect(json["config"]?["layers"]?["x"] == nil)
        #expect(json["nothing"] == nil)
        #expect(json["config"]?.object?.keys == ["units", "rate", "layers"])
        #expect(json["config"]?.kind == "an object")
    }

    @Test func `A value is small, so that large texts stay bounded`() {
        #expect(MemoryLayout<JSON>.stride <= 24)
    }

    @Test func `Values are built from literals`() {
        let json: JSON = ["a": 1, "b": [1.5, true, "x", .null], "c": [:]]
        #expect(json.text(.compact) == #"{"a":1,"b":[1.5,true,"x",null],"c":{}}"#)
        #expect(json == ["c": [:], "b": [1.5, true, "x", .null], "a": 1])
        #expect(json != ["a": 1])
    }

    @Test func `Objects keep their order, many keys or few, and of equal keys the last counts`() throws {
        for count in [1, 8, 9, 100] {
            var object = JSON.Object()
            for i in 0..<count { object["k\(i)"] = .int(i) }
            object["k0"] = .string("new")
            #expect(object.keys == (0..<count).map { "k\($0)" })
            #expect(object["k0"]?.string == "new")
            #expect(object["k\(count)"] == nil)
            object["k0"] = nil
            #expect(object.count == count - 1)
            if count > 1 { #expect(object["k\(count - 1)"]?.int == count - 1) }
        }
        #expect(try parse(#"{"a": 1, "b": 2, "a": 3}"#).text() == #"{"a": 3, "b": 2}"#)
        // Equal for Swift, other bytes.
        #expect(try parse(#"{"\u00e9": 1, "e\u0301": 2}"#).object?.count == 2)
    }

    static let wrong: [(String, String)] = [
        ("", "line 1, column 1 (byte 0): expected a value, got the end of the text"),
        ("[1, 2", "line 1, column 6 (byte 5): expected ',' or ']', got the end of the text in [1]"),
        ("{\"a\": {\n  \"é\": [1, x]}}", "line 2, column 12 (byte 20): expected a value, got 'x]}}' in a.é[1]"),
        ("{\"a\": 1,}", "expected a key in quotes, got '}'"),
        ("[1,]", "expected a value, got ']'"), ("{\"a\" 1}", "expected ':' after a key"),
        ("[1] 2", "expected the end of the text, got '2'"), ("01", "begins with 0"), ("-", "expected a digit"),
        ("1.", "expected a digit"), ("1e+", "expected a digit"), (".5", "expected a value"), ("+1", "expected a value"),
        ("nulk", "expected a value, got 'nulk'"),
        ("[nul", "got the end of the text in [0]"), ("'a'", "expected a value"), ("\"a", "a string without an end"),
        ("\"a\\", "a string without an end"), ("\"\\x\"", "after a backslash"),
        ("\"\\u12g4\"", "four hexadecimal digits"), ("\"\\u12", "four hexadecimal digits"),
        (#""\ud800""#, "half of a surrogate pair"), (#""\ud800\u0041""#, "half of a surrogate pair"),
        (#""\udc00""#, "half of a surrogate pair"), ("\"a\nb\"", "control character"),
        ("{\"a\": \u{1B}[2J}", "got '\\u{1B}[2J}' in a"), ("{1: 2}", "expected a key in quotes"),
    ]

    @Test(arguments: JSONTests.wrong)
    func `What is no JSON is refused with its place`(text: String, message: String) {
        let isCut = ["", "[1, 2", "[nul", "-", "1.", "1e+", "\"a", "\"a\\", "\"\\u12"].contains(text)
        let error = formatError(isCut ? .truncated : .malformed) { _ = try parse(text) }
        #expect(error.hasPrefix("a.json: json: line "))
        #expect(error.contains(message))
    }

    @Test func `Bytes that are not UTF-8 are refused`() {
        for bytes in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]] {
            let error = formatError(.malformed) { _ = try JSON(parsing: [0x22] + bytes + [0x22]) }
            #expect(error.contains("not valid UTF-8"))
        }
        _ = formatError(.malformed) { _ = try JSON(parsing: [0xFF, 0xFE, 0x31, 0]) }
        #expect(throws: Never.self) { try JSON(parsing: [0xEF, 0xBB, 0xBF, 0x31]) }
    }

    @Test func `Depth is bounded, however the text nests`() throws {
        let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(throws: Never.self) { try parse(deep) }
        #expect(formatError(.tooLarge) { _ = try parse("[" + deep + "]") }.contains("nested more than 128 deep"))
        for unit in ["[", "{\"a\":", "[{\"a\":"] {
            _ = formatError(.tooLarge) { _ = try parse(String(repeating: unit, count: 200_000)) }
        }
        #expect(formatError(.tooLarge) { _ = try parse("[[[1]]]", depth: 2) }.contains("nested more than 2 deep"))
    }

    @Test func `Long numbers and long texts take linear time`() throws {
        let long = String(repeating: "1", count: 100_000)
        #expect(formatError(.tooLarge) { _ = try parse(long) }.contains("a number of 100000 characters"))
        _ = formatError(.tooLarge) { _ = try parse("0." + long) }
        let clock = ContinuousClock()
        let text = "[" + String(repeating: #"{"key": "a\nb", "n": [1, 2.5]}, "#, count: 30_000) + "0]"
        var value = JSON.null
        let time = try clock.measure { value = try parse(text) }
        #expect(value.array?.count == 30_001)
        #expect(time < .seconds(10))
        if Mutator.count > 5000 { print("\(text.utf8.count) bytes of JSON in \(time)") }
        let keys = "{" + (0..<50_000).map { "\"key\($0)\": \($0), " }.joined() + "\"a\": 0}"
        let keyTime = try clock.measure { value = try parse(keys) }
        #expect(value["key49999"]?.int == 49_999)
        #expect(keyTime < .seconds(10))
    }

    @Test func `Mutations are read or refused, and what is read is written the same`() throws {
        let texts = [
            #"{"module": "keras", "config": {"layers": [{"units": 4, "rate": 0.5, "b": null}], "x": [1e-07, -3, true]}}"#,
            #"["\u00e9\ud83e\udde0 \n", {"a": {"b": {"c": [[], {}, ""]}}}, NaN, -Infinity, 9223372036854775807]"#,
            " {\"a\" : [ 1 , 2 ] ,\n\t\"神\" : 1.7976931348623157e+308 } ",
        ].map { Array($0.utf8) }
        let tokens = [
            "{", "[", "\"", "\\u", "\\ud800", "1e", "-", "NaN", "0", ",", ":", "]", "}", "[[[[[[[[", "999999999999",
        ]
        var mutator = Mutator(seed: 1, tokens: tokens.map { Array($0.utf8) })
        mutator.run(texts) { bytes in
            let value = try JSON(parsing: bytes)
            let text = value.encoded(.compact)
            let again = try JSON(parsing: text).encoded(.compact)
            #expect(again == text)
            let indented = try JSON(parsing: value.encoded(.indented(1))).encoded(.compact)
            #expect(indented == text)
        }
    }
}
