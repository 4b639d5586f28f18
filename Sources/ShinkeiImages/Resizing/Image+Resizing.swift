import ShinkeiCore

extension Image {
    /// The image in another size.
    ///
    /// The results are those of `tf.image.resize`: floats, except with `nearest`, which keeps bytes bytes.
    ///
    /// - Parameters:
    ///   - height: The new height.
    ///   - width: The new width.
    ///   - method: How new pixels are worked out.
    ///   - antialias: Whether, where the image gets smaller, every old pixel counts; otherwise few neighbours do, which is fast and
    ///     leaves patterns that were not there. Of no consequence for `nearest` and `area`.
    /// - Precondition: The sizes are positive, and the image is not empty.
    public func resized(height: Int, width: Int, method: ResizeMethod = .bilinear, antialias: Bool = false) -> Image {
        guard height > 0, width > 0 else { trap("resized: \(height) × \(width) is no size") }
        guard self.height > 0, self.width > 0 else { trap("resized: the image is empty") }
        if height == self.height && width == self.width {
            return method == .nearest ? self : Image(height: height, width: width, channels: channels, floats: floats)
        }
        let rows = ResampleTable(from: self.height, to: height, method, antialias: antialias)
        let columns = ResampleTable(from: self.width, to: width, method, antialias: antialias)
        if method == .nearest { return picked(rows.starts, columns.starts) }
        return Image(height: height, width: width, channels: channels, floats: resampled(rows, columns))
    }

    private func picked(_ rows: [Int], _ columns: [Int]) -> Image {
        func pick<T: BitwiseCopyable>(_ source: [T]) -> [T] {
            let stride = width * channels
            return [T](unsafeUninitializedCapacity: rows.count * columns.count * channels) { target, filled in
                source.withUnsafeBufferPointer { source in
                    for row in rows {
                        for column in columns {
                            let from = row * stride + column * channels
                            for c in 0..<channels {
                                target.initializeElement(at: filled, to: source[from + c])
                                filled += 1
                            }
                        }
                    }
                }
            }
        }
        let kept: Pixels
        switch pixels {
        case .bytes(let values): kept = .bytes(pick(values))
        case .floats(let values): kept = .floats(pick(values))
        }
        return Image(height: rows.count, width: columns.count, channels: channels, pixels: kept)
    }

    private func resampled(_ rows: ResampleTable, _ columns: ResampleTable) -> [Float] {
        let stride = width * channels
        let source = floats
        // Whole rows are weighed first, which runs along memory.
        var tall = [Float](repeating: 0, count: rows.count * stride)
        source.withUnsafeBufferPointer { source in
            tall.withUnsafeMutableBufferPointer { tall in
                for y in 0..<rows.count {
                    for (i, k) in (rows.offsets[y]..<rows.offsets[y + 1]).enumerated() {
                        let weight = rows.weights[k]
                        let from = (rows.starts[y] + i) * stride
                        let to = y * stride
                        for x in 0..<stride { tall[to + x] += weight * source[from + x] }
                    }
                }
            }
        }
        var result = [Float](repeating: 0, count: rows.count * columns.count * channels)
        tall.withUnsafeBufferPointer { tall in
            result.withUnsafeMutableBufferPointer { result in
                for y in 0..<rows.count {
                    for x in 0..<columns.count {
                        let to = (y * columns.count + x) * channels
                        for (i, k) in (columns.offsets[x]..<columns.offsets[x + 1]).enumerated() {
                            let weight = columns.weights[k]
                            let from = y * stride + (columns.starts[x] + i) * channels
                            for c in 0..<channels { result[to + c] += weight * tall[from + c] }
                        }
                    }
                }
            }
        }
        return result
    }
}

extension Image {
    /// A part of the image.
    ///
    /// - Precondition: The part lies inside.
    public func cropped(top: Int, left: Int, height: Int, width: Int) -> Image {
        guard top >= 0, left >= 0, height > 0, width > 0, top + height <= self.height, left + width <= self.width else {
            trap("cropped: \(height) × \(width) from (\(top), \(left)) on is no part of \(self.height) × \(self.width)")
        }
        return picked(Array(top..<top + height), Array(left..<left + width))
    }

    /// The image made as large as fits into a size, in the middle of black. TensorFlow: `tf.image.resize_with_pad`.
    ///
    /// - Precondition: The sizes are positive.
    public func paddedTo(height wantedHeight: Int, width wantedWidth: Int, method: ResizeMethod = .bilinear) -> Image {
        let ratio = max(Double(width) / Double(wantedWidth), Double(height) / Double(wantedHeight))
        let (high, wide) = (Double(height) / ratio, Double(width) / ratio)
        let inner = resized(height: max(Int(high), 1), width: max(Int(wide), 1), method: method)
        let top = max(Int(((Double(wantedHeight) - high) / 2).rounded(.down)), 0)
        let left = max(Int(((Double(wantedWidth) - wide) / 2).rounded(.down)), 0)
        var floats = [Float](repeating: 0, count: wantedHeight * wantedWidth * channels)
        let pixels = inner.floats
        for row in 0..<inner.height {
            let from = row * inner.width * channels
            let to = ((top + row) * wantedWidth + left) * channels
            floats.replaceSubrange(to..<to + inner.width * channels, with: pixels[from..<from + inner.width * channels])
        }
        return Image(height: wantedHeight, width: wantedWidth, channels: channels, pixels: .floats(floats))
    }

    /// The largest middle part that has the form of a given size, so that resizing to it does not distort.
    /// Keras: `crop_to_aspect_ratio`.
    public func croppedToForm(height wantedHeight: Int, width wantedWidth: Int) -> Image {
        let tall = min(height, Int(Float(width * wantedHeight) / Float(wantedWidth)))
        let wide = min(width, Int(Float(height * wantedWidth) / Float(wantedHeight)))
        let (h, w) = (max(tall, 1), max(wide, 1))
        return cropped(top: Int(Float(height - h) / 2), left: Int(Float(width - w) / 2), height: h, width: w)
    }
}
