extension NumpyText {
    /// The elements of an array and which of them are shown.
    struct Elements {
        let shape: [Int]
        let dtype: DType
        let bytes: UnsafeRawBufferPointer
        let count: Int
        /// Whether the array is so large that only the ends of its axes are shown.
        var isSummarised: Bool { count > 1000 }

        private static let edge = 3

        init(shape: [Int], dtype: DType, bytes: UnsafeRawBufferPointer) {
            self.shape = shape
            self.dtype = dtype
            self.bytes = bytes
            count = shape.reduce(1, *)
            guard bytes.count == count * dtype.byteCount else {
                fatalError("print: shape \(shape) of \(dtype.name) with \(bytes.count) bytes")
            }
        }

        /// Whether the middle of an axis is replaced by dots.
        func isCut(axis: Int) -> Bool { isSummarised && shape[axis] > 2 * Self.edge }

        func shownIndices(ofAxis axis: Int) -> [Int] {
            let size = shape[axis]
            guard isCut(axis: axis) else { return Array(0..<size) }
            return Array(0..<Self.edge) + Array(size - Self.edge..<size)
        }

        /// Positions in memory, in elements, of what is shown, in the order of printing.
        private func shownOffsets() -> [Int] {
            var offsets = [0]
            for axis in shape.indices {
                let size = shape[axis]
                let shown = shownIndices(ofAxis: axis)
                offsets = offsets.flatMap { offset in shown.map { offset * size + $0 } }
            }
            return offsets
        }

        /// The words of all shown elements, padded so that they align.
        func words() -> [[UInt8]] {
            let offsets = shownOffsets()
            switch dtype {
            case .bool:
                let yes = Array((shape.isEmpty ? "True" : " True").utf8)
                return offsets.map { bytes[$0] != 0 ? yes : Array("False".utf8) }
            case .uint8, .int32, .int64:
                let words = offsets.map { Array(integer(at: $0).description.utf8) }
                let width = words.map(\.count).max() ?? 0
                return words.map { leftPadded($0, to: width) }
            case .float16, .bfloat16, .float32, .float64:
                let column = FloatColumn(offsets.map { float(at: $0) }, dtype: dtype)
                return column.words()
            }
        }

        /// A scalar as `str` shows it: all digits, scientific only where it must be.
        func scalarText(at offset: Int) -> String {
            switch dtype {
            case .bool: return bytes[offset] != 0 ? "True" : "False"
            case .uint8, .int32, .int64: return integer(at: offset).description
            case .float16, .bfloat16, .float32, .float64:
                let number = float(at: offset)
                let size = number.magnitude
                let largest = dtype == .float64 ? 1e16 : dtype == .float16 ? 1e3 : 1e6
                if number.kind != .finite || size == 0 || size >= 1e-4 && size < largest {
                    let text = FloatText(positional: number, limit: .none)
                    return text.whole + (text.isNumber ? "." : "")
                        + (text.isNumber && text.fraction.isEmpty ? "0" : text.fraction)
                }
                let text = FloatText(scientific: number, limit: .none)
                return text.whole + (text.fraction.isEmpty ? "" : ".") + text.fraction + "e"
                    + text.exponentText(width: 2)
            }
        }

        private func integer(at offset: Int) -> Int64 {
            switch dtype {
            case .int64: Int64(truncatingIfNeeded: bits(at: offset))
            case .int32: Int64(Int32(truncatingIfNeeded: bits(at: offset)))
            default: Int64(truncatingIfNeeded: bits(at: offset))
            }
        }

        private func float(at offset: Int) -> FloatParts {
            let bits = bits(at: offset)
            return switch dtype {
            case .float16: FloatParts(bits: bits, exponentWidth: 5, fractionWidth: 10)
            case .bfloat16: FloatParts(bits: bits << 16, exponentWidth: 8, fractionWidth: 23)
            case .float32: FloatParts(bits: bits, exponentWidth: 8, fractionWidth: 23)
            default: FloatParts(bits: bits, exponentWidth: 11, fractionWidth: 52)
            }
        }

        private func bits(at offset: Int) -> UInt64 {
            var result: UInt64 = 0
            for i in 0..<dtype.byteCount {
                result |= UInt64(bytes[offset * dtype.byteCount + i]) << UInt64(8 * i)
            }
            return result
        }
    }
}

/// `bytes` with spaces before it, `width` long.
func leftPadded(_ bytes: [UInt8], to width: Int) -> [UInt8] {
    Array(repeating: UInt8(ascii: " "), count: max(0, width - bytes.count)) + bytes
}
