import ShinkeiCore

extension Tensor {
    /// Hue, saturation and value of RGB images `[batch, height, width, 3]`, one channel each: TensorFlow's `rgb_to_hsv`.
    func hueSaturationValue() -> (Tensor, Tensor, Tensor) {
        let (red, green, blue) = (sliced(axis: 3, 0..<1), sliced(axis: 3, 1..<2), sliced(axis: 3, 2..<3))
        let value = maximum(maximum(red, green), blue)
        let range = value - minimum(minimum(red, green), blue)
        let zero = Tensor.constant(0, dtype: dtype)
        let one = Tensor.constant(1, dtype: dtype)
        // Gray has no hue and black no saturation; 1 keeps the quotients finite, and with them their derivatives.
        let divisor = Tensor.where(range .> zero, range, one) * 6
        let saturation = Tensor.where(value .> zero, range / Tensor.where(value .> zero, value, one), range * 0)
        let byRed = (green - blue) / divisor
        let byGreen = (blue - red) / divisor + 1.0 / 3
        let byBlue = (red - green) / divisor + 2.0 / 3
        var hue = Tensor.where(red .== value, byRed, Tensor.where(green .== value, byGreen, byBlue))
        hue = Tensor.where(range .> zero, hue, range * 0)
        return (Tensor.where(hue .< zero, hue + 1, hue), saturation, value)
    }

    /// RGB images `[batch, height, width, 3]` from their hue, saturation and value.
    static func fromHue(_ hue: Tensor, _ saturation: Tensor, _ value: Tensor) -> Tensor {
        let (zero, one) = (Tensor.constant(0, dtype: hue.dtype), Tensor.constant(1, dtype: hue.dtype))
        func channel(_ part: Tensor) -> Tensor { ((part.clipped(zero, one) - 1) * saturation + 1) * value }
        let sixths = hue * 6
        return Tensor.concatenate(
            [channel((sixths - 3).abs() - 1), channel(2 - (sixths - 2).abs()), channel(2 - (sixths - 4).abs())], axis: 3
        )
    }
}
