import ShinkeiCore

/// For each image, where a pixel comes from: `x' = xx · x + xy · y + x0`, `y' = yx · x + yy · y + y0`. Each is `[batch, 1, 1, 1]`.
struct AffineMap {
    var xx, xy, x0, yx, yy, y0: Tensor
}

extension Tensor {
    /// The images `[batch, height, width, channels]` as seen through maps; differentiable by the pixels.
    ///
    /// TensorFlow's `ImageProjectiveTransformV3`, its rules for what lies outside included.
    func sampled(_ map: AffineMap, _ interpolation: Interpolation, fill: ImageFill, value: Double) -> Tensor {
        let xs = Tensor.arange(shape[2]).cast(to: dtype).reshaped([1, 1, shape[2], 1])
        let ys = Tensor.arange(shape[1]).cast(to: dtype).reshaped([1, shape[1], 1, 1])
        return sampled(
            x: map.xx * xs + map.xy * ys + map.x0, y: map.yx * xs + map.yy * ys + map.y0, interpolation, fill: fill,
            value: value)
    }

    /// The images seen at other places: for each pixel where it comes from, `[batch, height, width, 1]` or of fewer rows.
    ///
    /// - Parameter bringsPixelsInside: Whether each pixel that is read is brought inside for itself, as SciPy's and Keras's
    ///   `map_coordinates` do; else the place is, before pixels are looked for.
    func sampled(
        x: Tensor, y: Tensor, _ interpolation: Interpolation, fill: ImageFill, value: Double,
        bringsPixelsInside: Bool = false
    ) -> Tensor {
        let (rows, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
        let (x, y) = bringsPixelsInside ? (x, y) : (x.place(fill, width), y.place(fill, height))
        let flat = reshaped([rows * height * width, channels])
        let first = Tensor.arange(rows).reshaped([rows, 1, 1, 1]) * (height * width)
        /// The pixels at whole places.
        func read(_ row: Tensor, _ column: Tensor) -> Tensor {
            let (row, column) =
                bringsPixelsInside ? (row.pixel(fill, height), column.pixel(fill, width)) : (row, column)
            let inside = row.clipped(0, height - 1)
            let within = column.clipped(0, width - 1)
            let place = first + inside.cast(to: .int32) * width + within.cast(to: .int32)
            let pixels = flat.taking(place.reshaped([rows * height * width])).reshaped([rows, height, width, channels])
            guard fill == .constant else { return pixels }
            let isInside = (inside .== row) & (within .== column)
            return Tensor.where(isInside, pixels, Tensor.constant(value, dtype: dtype))
        }
        if interpolation == .nearest { return read((y + 0.5).floor(), (x + 0.5).floor()) }
        let (top, left) = (y.floor(), x.floor())
        let (down, across) = (y - top, x - left)
        let upper = read(top, left) * (1 - across) + read(top, left + 1) * across
        let lower = read(top + 1, left) * (1 - across) + read(top + 1, left + 1) * across
        return upper * (1 - down) + lower * down
    }

    private func clipped(_ low: Int, _ high: Int) -> Tensor {
        clipped(Tensor.constant(Double(low), dtype: dtype), Tensor.constant(Double(high), dtype: dtype))
    }

    /// The pixels that stand for those outside of `0 ... count - 1`, of whole places.
    private func pixel(_ fill: ImageFill, _ count: Int) -> Tensor {
        func rest(_ period: Int) -> Tensor { self - (self / Double(period)).floor() * Double(period) }
        switch fill {
        case .constant: return self
        case .nearest: return clipped(0, count - 1)
        case .wrap: return rest(count)
        case .reflect:
            let turned = rest(2 * count)
            return Tensor.where(
                turned .< Tensor.constant(Double(count), dtype: dtype), turned, Double(2 * count - 1) - turned)
        }
    }

    /// The places that stand for those outside of `0 ... count - 1`.
    private func place(_ fill: ImageFill, _ count: Int) -> Tensor {
        let last = Double(count - 1)
        let isBelow = self .< Tensor.constant(0, dtype: dtype)
        let isAbove = self .> Tensor.constant(last, dtype: dtype)
        switch fill {
        case .constant: return self
        case .nearest: return clipped(0, count - 1)
        case .wrap:
            guard count > 1 else { return self * 0 }
            let size = Double(count)
            let below = self + ((-self / last).floor() + 1) * size
            let above = self - (self / last).floor() * size
            return Tensor.where(isBelow, below, Tensor.where(isAbove, above, self)).clipped(0, count - 1)
        case .reflect:
            guard count > 1 else { return self * 0 }
            let (size, period) = (Double(count), 2 * Double(count))
            let near = Tensor.where(
                self .< Tensor.constant(-period, dtype: dtype), (-self / period).floor() * period + self, self)
            let below = Tensor.where(near .< Tensor.constant(-size, dtype: dtype), near + period, -near - 1)
            let turned = self - (self / period).floor() * period
            let above = Tensor.where(turned .>= Tensor.constant(size, dtype: dtype), period - turned - 1, turned)
            return Tensor.where(isBelow, below, Tensor.where(isAbove, above, self)).clipped(0, count - 1)
        }
    }
}
