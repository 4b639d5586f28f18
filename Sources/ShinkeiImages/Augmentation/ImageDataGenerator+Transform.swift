import ShinkeiCore

extension ImageDataGenerator {
    /// Draws a transform for an image. Keras: `get_random_transform`.
    public func randomParameters(_ image: Image, seed: Int) -> TransformParameters {
        var random = ItemRandom(seed: seed, epoch: 0, item: 0)
        return randomParameters(image, &random)
    }

    func randomParameters(_ image: Image, _ random: inout ItemRandom) -> TransformParameters {
        var p = TransformParameters()
        if rotationRange != 0 { p.theta = random.uniform(-rotationRange, rotationRange) }
        p.tx = heightShiftRange.draw(&random, size: image.height)
        p.ty = widthShiftRange.draw(&random, size: image.width)
        if shearRange != 0 { p.shear = random.uniform(-shearRange, shearRange) }
        let zoom = zoomRange.factors
        if zoom != 1...1 {
            p.zx = random.uniform(zoom.lowerBound, zoom.upperBound)
            p.zy = random.uniform(zoom.lowerBound, zoom.upperBound)
        }
        p.flipHorizontal = horizontalFlip && random.below(2) == 0
        p.flipVertical = verticalFlip && random.below(2) == 0
        if channelShiftRange != 0 { p.channelShift = random.uniform(-channelShiftRange, channelShiftRange) }
        if let brightnessRange {
            p.brightness = random.uniform(brightnessRange.lowerBound, brightnessRange.upperBound)
        }
        return p
    }

    /// The image under a given transform: floats, of the same size. Keras: `apply_transform`.
    public func applyTransform(_ image: Image, _ parameters: TransformParameters) -> Image {
        let (height, width, channels) = (image.height, image.width, image.channels)
        var values = image.floats
        if parameters.isAffine && height > 0 && width > 0 {
            let transform = AffineTransform(parameters, height: height, width: width)
            values = [Float](unsafeUninitializedCapacity: values.count) { target, filled in
                values.withUnsafeBufferPointer {
                    transform.apply(
                        $0, to: UnsafeMutableBufferPointer(rebasing: target[..<$0.count]), height: height, width: width,
                        channels: channels, fillMode: fillMode, value: Float(cval), isSmooth: interpolationOrder == 1)
                    filled = $0.count
                }
            }
        }
        if let shift = parameters.channelShift, let low = values.min(), let high = values.max() {
            for i in values.indices { values[i] = min(max(values[i] + Float(shift), low), high) }
        }
        if parameters.flipHorizontal {
            for y in 0..<height {
                for x in 0..<width / 2 {
                    for c in 0..<channels {
                        values.swapAt((y * width + x) * channels + c, (y * width + width - 1 - x) * channels + c)
                    }
                }
            }
        }
        if parameters.flipVertical {
            let stride = width * channels
            for y in 0..<height / 2 {
                for i in 0..<stride { values.swapAt(y * stride + i, (height - 1 - y) * stride + i) }
            }
        }
        if let factor = parameters.brightness { values = brightened(values, Float(factor)) }
        return Image(height: height, width: width, channels: channels, floats: values)
    }

    /// The image under a random transform. Keras: `random_transform`.
    public func randomTransform(_ image: Image, seed: Int) -> Image {
        applyTransform(image, randomParameters(image, seed: seed))
    }

    /// In whole numbers from 0 to 255, cut off, as Pillow does it. An image with other numbers is stretched to that range and back.
    private func brightened(_ values: [Float], _ factor: Float) -> [Float] {
        guard let low = values.min(), let high = values.max() else { return values }
        let isOther = low < 0 || high > 255
        let span = high - low
        return values.map { value in
            var byte = value
            if isOther { byte = span == 0 ? 0 : (value - low) / span * 255 }
            // NaN has no place among bytes, and stays what it is.
            guard byte.isFinite else { return value }
            let bright = min(max(byte.rounded(.towardZero) * factor, 0), 255).rounded(.towardZero)
            return isOther ? bright / 255 * span + low : bright
        }
    }

    /// Preprocessing, rescaling and normalization of a transformed image. Keras: `standardize`.
    ///
    /// - Precondition: `fit` was called if the data set's mean or deviation is needed.
    public func standardize(_ image: Image) -> Image {
        var result = image
        if let preprocessingFunction {
            result = preprocessingFunction(image)
            guard result.shape == image.shape else {
                trap("preprocessingFunction: made \(result.shape) of an image \(image.shape)")
            }
        }
        if let rescale, rescale != 0 { result = result.mapped { $0 * Float(rescale) } }
        if samplewiseCenter {
            let mean = Float(result.mean)
            result = result.mapped { $0 - mean }
        }
        if samplewiseStdNormalization {
            let mean = result.mean
            let variance = result.floats.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            let deviation = Float((variance / Double(max(result.floats.count, 1))).squareRoot()) + 1e-6
            result = result.mapped { $0 / deviation }
        }
        if featurewiseCenter { result = result.mappedByChannel(statistics(mean), -) }
        if featurewiseStdNormalization {
            result = result.mappedByChannel(statistics(standardDeviation)) { $0 / ($1 + 1e-6) }
        }
        if zcaWhitening { result = result.multiplied(by: statistics(whitening)) }
        return result
    }

    private func statistics(_ values: [Float]?) -> [Float] {
        guard let values else {
            trap(
                "ImageDataGenerator: featurewiseCenter, featurewiseStdNormalization and zcaWhitening need the data's statistics; "
                    + "call fit")
        }
        return values
    }

    /// Transforms and standardizes, and writes the result.
    func process(_ image: Image, _ random: inout ItemRandom, to target: UnsafeMutableBufferPointer<Float>) {
        let result = standardize(applyTransform(image, randomParameters(image, &random)))
        switch result.pixels {
        case .floats(let values): _ = target.update(fromContentsOf: values)
        case .bytes(let values): for (i, value) in values.enumerated() { target[i] = Float(value) }
        }
    }
}

extension Image {
    /// Every number changed by a rule, as floats.
    func mapped(_ rule: (Float) -> Float) -> Image {
        Image(height: height, width: width, channels: channels, floats: floats.map(rule))
    }

    var mean: Double { floats.isEmpty ? 0 : floats.reduce(0.0) { $0 + Double($1) } / Double(floats.count) }

    /// All numbers as one row, times a square matrix.
    func multiplied(by matrix: [Float]) -> Image {
        let values = floats
        guard matrix.count == values.count * values.count else {
            trap(
                "ImageDataGenerator: the whitening is for other images than \(shape); its matrix has \(matrix.count) numbers"
            )
        }
        var result = [Float](repeating: 0, count: values.count)
        for (i, value) in values.enumerated() {
            for j in values.indices { result[j] += value * matrix[i * values.count + j] }
        }
        return Image(height: height, width: width, channels: channels, floats: result)
    }

    func mappedByChannel(_ values: [Float], _ rule: (Float, Float) -> Float) -> Image {
        guard values.count == channels else {
            trap("ImageDataGenerator: \(values.count) statistics for \(channels) channels")
        }
        var result = floats
        for i in result.indices { result[i] = rule(result[i], values[i % channels]) }
        return Image(height: height, width: width, channels: channels, floats: result)
    }
}
