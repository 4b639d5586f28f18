/// Writes arrays as NumPy 2 prints them with its default options: at most 8 digits behind the
/// point, lines of 75 columns, and only the three outermost entries of each axis once an array has
/// more than 1000 elements.
///
/// The work follows what has to be shown, not the size of the array: a summarised array of a
/// million elements converts only those that are printed.
package enum NumpyText {
    /// The text of `print(a)` in Python: `[[1. 2.]\n [3. 4.]]`, and `3.5` for a scalar.
    ///
    /// - Parameters:
    ///   - shape: Sizes of the axes; empty for a scalar.
    ///   - dtype: Type of the elements. bfloat16, which NumPy lacks, prints as its float32 values.
    ///   - bytes: The elements in row-major order, little-endian.
    /// - Returns: One or more lines, without a line break at the end.
    /// - Precondition: `bytes` holds exactly the elements that `shape` asks for.
    package static func str(shape: [Int], dtype: DType, bytes: UnsafeRawBufferPointer) -> String {
        let elements = Elements(shape: shape, dtype: dtype, bytes: bytes)
        if shape.isEmpty { return elements.scalarText(at: 0) }
        if elements.count == 0 { return "[]" }
        return layout(elements, separator: " ", indent: 1, lineWidth: 75)
    }

    /// The text of `repr(a)` in Python: `array([1., 2.], dtype=float32)`.
    ///
    /// The dtype is left out where NumPy's defaults imply it (bool, int64, float64).
    ///
    /// - Parameters:
    ///   - shape: Sizes of the axes; empty for a scalar.
    ///   - dtype: Type of the elements. bfloat16, which NumPy lacks, prints as its float32 values.
    ///   - bytes: The elements in row-major order, little-endian.
    /// - Returns: One or more lines, without a line break at the end.
    /// - Precondition: `bytes` holds exactly the elements that `shape` asks for.
    package static func repr(shape: [Int], dtype: DType, bytes: UnsafeRawBufferPointer) -> String {
        let elements = Elements(shape: shape, dtype: dtype, bytes: bytes)
        let prefix = "array("
        var text = prefix
        if elements.count == 0 {
            text += "[]"
        } else {
            // One column less, for the closing parenthesis.
            text += layout(elements, separator: ", ", indent: prefix.utf8.count + 1, lineWidth: 74)
        }

        var extras: [String] = []
        if elements.count == 0 && shape != [0] || elements.isSummarised {
            let sizes = shape.map(String.init).joined(separator: ", ")
            extras.append("shape=(\(sizes)\(shape.count == 1 ? "," : ""))")
        }
        let isImplied = dtype == .bool || dtype == .int64 || dtype == .float64
        if !isImplied || elements.count == 0 { extras.append("dtype=\(dtype.name)") }
        guard !extras.isEmpty else { return text + ")" }

        text += ","
        let tail = extras.joined(separator: ", ") + ")"
        let lastLine = text.utf8.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
        let fits = lastLine + 1 + tail.utf8.count <= 75
        return text + (fits ? " " : "\n" + String(repeating: " ", count: prefix.utf8.count)) + tail
    }

    /// `str` of a copy of the elements.
    package static func str(shape: [Int], dtype: DType, bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { str(shape: shape, dtype: dtype, bytes: $0) }
    }

    /// `repr` of a copy of the elements.
    package static func repr(shape: [Int], dtype: DType, bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { repr(shape: shape, dtype: dtype, bytes: $0) }
    }

    private static func layout(
        _ elements: Elements, separator: String, indent: Int, lineWidth: Int
    ) -> String {
        var page = Page(elements: elements, words: elements.words(), separator: separator)
        page.write(axis: 0, indent: indent, lineWidth: lineWidth)
        return String(decoding: page.text, as: UTF8.self)
    }
}

/// Nested brackets, line breaks and the dots of a summary.
private struct Page {
    let elements: NumpyText.Elements
    let words: [[UInt8]]
    let separator: [UInt8]
    var text: [UInt8] = []
    var nextWord = 0

    init(elements: NumpyText.Elements, words: [[UInt8]], separator: String) {
        self.elements = elements
        self.words = words
        self.separator = Array(separator.utf8)
    }

    /// Writes what lies under one index of the axes before `axis`, which stands `indent` columns
    /// to the right where a new line begins. Each level of brackets costs a column on both sides.
    mutating func write(axis: Int, indent: Int, lineWidth: Int) {
        let axesLeft = elements.shape.count - axis
        if axesLeft == 0 {
            text += words[nextWord]
            nextWord += 1
            return
        }
        let shown = elements.shownIndices(ofAxis: axis).count
        let dotsAt = elements.isCut(axis: axis) ? shown / 2 : -1
        text.append(UInt8(ascii: "["))
        if axesLeft == 1 {
            writeRow(count: shown, dotsAt: dotsAt, indent: indent, lineWidth: lineWidth)
        } else {
            let mark = separator.count > 1 ? separator[..<1] : []
            let gap =
                mark + repeatElement(UInt8(ascii: "\n"), count: axesLeft - 1)
                + repeatElement(UInt8(ascii: " "), count: indent)
            for i in 0..<shown {
                if i > 0 { text += gap }
                if i == dotsAt { text += Array("...".utf8) + gap }
                write(axis: axis + 1, indent: indent + 1, lineWidth: lineWidth - 1)
            }
        }
        text.append(UInt8(ascii: "]"))
    }

    private mutating func writeRow(count: Int, dotsAt: Int, indent: Int, lineWidth: Int) {
        var column = indent
        for i in 0..<count {
            if i > 0 { column += append(separator) }
            if i == dotsAt {
                column = wrap(before: 3, at: column, indent: indent, lineWidth: lineWidth)
                column += append(Array("...".utf8)) + append(separator)
            }
            let word = words[nextWord]
            nextWord += 1
            column = wrap(before: word.count, at: column, indent: indent, lineWidth: lineWidth)
            column += append(word)
        }
    }

    private mutating func append(_ bytes: [UInt8]) -> Int {
        text += bytes
        return bytes.count
    }

    /// Begins a new line if the next word does not fit, unless the line is still empty.
    private mutating func wrap(
        before length: Int, at column: Int, indent: Int, lineWidth: Int
    ) -> Int {
        // One column stays free for the bracket or the comma behind the word.
        guard column + length > lineWidth - 1, column > indent else { return column }
        while text.last == UInt8(ascii: " ") { text.removeLast() }
        text.append(UInt8(ascii: "\n"))
        text += repeatElement(UInt8(ascii: " "), count: indent)
        return indent
    }
}
