/// Conversion between Swift values and elements in memory.
enum HostElements {
    static func write<S: TensorScalar>(
        _ values: [S], as dtype: DType, to pointer: UnsafeMutableRawPointer
    ) {
        if dtype == S.exactDType {
            values.withUnsafeBytes { source in
                if let base = source.baseAddress { pointer.copyMemory(from: base, byteCount: source.count) }
            }
            return
        }
        func store<T: TensorScalar>(_: T.Type) {
            let target = pointer.assumingMemoryBound(to: T.self)
            if S.exactDType.isFloating {
                for (i, value) in values.enumerated() { target[i] = T(fromDouble: value.asDouble) }
            } else {
                for (i, value) in values.enumerated() { target[i] = T(fromInt64: value.asInt64) }
            }
        }
        switch dtype {
        case .bool: store(Bool.self)
        case .uint8: store(UInt8.self)
        case .int32:
            for value in values where !S.exactDType.isFloating && Int32(exactly: value.asInt64) == nil {
                trap("Tensor: \(value) does not fit int32; ask for dtype: .int64")
            }
            store(Int32.self)
        case .int64: store(Int64.self)
        case .float32: store(Float.self)
        case .float64: store(Double.self)
        case .float16, .bfloat16:
            let target = pointer.assumingMemoryBound(to: UInt16.self)
            for (i, value) in values.enumerated() {
                target[i] = HalfWidth.encode(Float(value.asDouble), as: dtype)
            }
        }
    }

    static func read<S: TensorScalar>(_ bytes: UnsafeRawBufferPointer, dtype: DType, count: Int) -> [S] {
        guard let base = bytes.baseAddress, count > 0 else { return [] }
        if dtype == S.exactDType {
            return Array(UnsafeBufferPointer(start: base.assumingMemoryBound(to: S.self), count: count))
        }
        func load<T: TensorScalar>(_: T.Type) -> [S] {
            let source = base.assumingMemoryBound(to: T.self)
            if dtype.isFloating { return (0..<count).map { S(fromDouble: source[$0].asDouble) } }
            return (0..<count).map { S(fromInt64: source[$0].asInt64) }
        }
        switch dtype {
        case .bool: return load(Bool.self)
        case .uint8: return load(UInt8.self)
        case .int32: return load(Int32.self)
        case .int64: return load(Int64.self)
        case .float32: return load(Float.self)
        case .float64: return load(Double.self)
        case .float16, .bfloat16:
            let source = base.assumingMemoryBound(to: UInt16.self)
            return (0..<count).map { S(fromDouble: Double(HalfWidth.decode(source[$0], as: dtype))) }
        }
    }
}

/// The two half-width float formats as bit patterns; `Float16` does not exist on every platform Swift has.
package enum HalfWidth {
    package static func decode(_ bits: UInt16, as dtype: DType) -> Float {
        if dtype == .bfloat16 { return Float(bitPattern: UInt32(bits) << 16) }
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = Int(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        if exponent == 0 {  // zero or subnormal: fraction * 2^-24
            let magnitude = Float(fraction) * 0x1p-24
            return Float(bitPattern: magnitude.bitPattern | sign)
        }
        if exponent == 31 { return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13) }
        return Float(bitPattern: sign | UInt32(exponent + 112) << 23 | fraction << 13)
    }

    /// Rounds to nearest, ties to even.
    package static func encode(_ value: Float, as dtype: DType) -> UInt16 {
        let bits = value.bitPattern
        if dtype == .bfloat16 {
            if value.isNaN { return UInt16(bits >> 16) | 0x40 }
            return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
        }
        let sign = UInt16(bits >> 16 & 0x8000)
        if value.isNaN { return sign | 0x7E00 }
        let magnitude = value.magnitude
        if magnitude >= 65520 { return sign | 0x7C00 }
        if magnitude < 0x1p-14 {  // subnormal: a multiple of 2^-24
            return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
        }
        let rounded = magnitude.bitPattern + 0xFFF + (magnitude.bitPattern >> 13 & 1)
        return sign | UInt16((rounded - 112 << 23) >> 13 & 0x7FFF)
    }
}
