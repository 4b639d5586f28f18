/// Handwritten-style digits drawn by a program: a stand-in for MNIST that needs no download.
///
/// Every image is made as MNIST's were: a pen path (one of several ways people write that digit,
/// distorted as no two hands agree) is scaled into a 20×20 box with its aspect kept, and placed in
/// a 28×28 image so that its centre of mass is in the middle. Ink is 255, paper 0.
///
/// Image `i` is a pure function of `(seed, i)`, the same bits on every machine: the generator is
/// counter-based, and the arithmetic is IEEE `+ - * /` and square root, which round identically
/// everywhere; nothing calls the C library's `sin`, `exp` or `pow`, which do not.
///
/// A network 784-512 (ReLU)-10 trained on 60,000 drawn digits alone (Adam, 6 epochs, batch 128)
/// reads 96.4 to 97.2% of MNIST's test half, over five seeds; the drawing was tuned on the training
/// half only. So examples and tests written against MNIST's shapes mean something offline, but a
/// result on drawn digits is not a result on MNIST.
public enum DrawnDigits {
    /// Width and height of an image, in pixels.
    public static let side = 28

    /// Draws the first `count` digits of the sequence that belongs to `seed`.
    ///
    /// - Parameters:
    ///   - count: Number of images; a smaller count gives a prefix of a larger one.
    ///   - seed: Chooses the sequence.
    /// - Returns: `images` `[count, 28, 28]` flattened row by row, and `labels` `[count]` in
    ///   `0 ... 9`. Each run of ten images from a multiple of ten holds every digit once, in
    ///   random order.
    /// - Precondition: `count >= 0`.
    /// - Complexity: O(count), some 10 µs an image; `784 · count` bytes.
    public static func draw(count: Int, seed: UInt64 = 0) -> (images: [UInt8], labels: [UInt8]) {
        guard count >= 0 else { fatalError("DrawnDigits.draw: count must be >= 0; got \(count)") }
        return draw(indices: 0..<count, seed: seed)
    }

    /// Draws the digits at `indices` of the sequence that belongs to `seed`, for instance a test
    /// set `60_000 ..< 70_000` beside a training set `0 ..< 60_000`.
    ///
    /// - Parameters:
    ///   - indices: Positions in the sequence.
    ///   - seed: Chooses the sequence.
    /// - Returns: `images` `[indices.count, 28, 28]` flattened row by row, and `labels`
    ///   `[indices.count]`.
    /// - Precondition: `indices.lowerBound >= 0`.
    /// - Complexity: O(`indices.count`), wherever the range starts.
    public static func draw(
        indices: Range<Int>, seed: UInt64 = 0
    ) -> (images: [UInt8], labels: [UInt8]) {
        guard indices.lowerBound >= 0 else {
            fatalError("DrawnDigits.draw: indices must be >= 0; got \(indices)")
        }
        var images = [UInt8](repeating: 0, count: indices.count * side * side)
        var labels = [UInt8](repeating: 0, count: indices.count)
        var path = PenPath()
        var raster = InkRaster()
        for (row, index) in indices.enumerated() {
            let digit = label(at: index, seed: seed)
            var random = DigitRandom(seed: seed, counter: UInt64(index))
            path.write(digit, Handwriting(&random), &random)
            raster.ink(path)
            raster.place(into: &images, at: row * side * side)
            labels[row] = UInt8(digit)
        }
        return (images, labels)
    }

    /// The digit at `index`: its place in the shuffle of `0 ... 9` that its block of ten uses.
    static func label(at index: Int, seed: UInt64) -> Int {
        // Counters from the top belong to blocks, those from zero to images.
        var random = DigitRandom(seed: seed, counter: ~UInt64(index / 10))
        var digits = Array(0..<10)
        for i in stride(from: 9, to: 0, by: -1) {
            digits.swapAt(i, random.index(below: i + 1))
        }
        return digits[index % 10]
    }
}

/// SplitMix64 (Steele, Lea & Flood 2014), one short stream for each `(seed, counter)`.
struct DigitRandom {
    private var state: UInt64

    init(seed: UInt64, counter: UInt64) {
        // Streams that began at consecutive states would be the same numbers shifted by one, so
        // the counter is scrambled too.
        state = Self.scramble(Self.scramble(seed) &+ counter)
    }

    private static func scramble(_ x: UInt64) -> UInt64 {
        var z = x &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func next() -> UInt64 {
        defer { state &+= 0x9E37_79B9_7F4A_7C15 }
        return Self.scramble(state)
    }

    /// Uniform in `low ..< high`, from 24 bits, which a `Float` holds exactly.
    mutating func uniform(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * (Float(next() >> 40) * 0x1p-24)
    }

    /// Close to standard normal: four 16-bit uniforms added, so within ±3.5 and without a
    /// logarithm, whose last bit differs between C libraries.
    mutating func normal() -> Float {
        let bits = next()
        let low = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF)
        let high = ((bits >> 32) & 0xFFFF) + (bits >> 48)
        return (Float(low + high) - 131_070) * 2.642_899_6e-5  // √3 / 2¹⁶: unit variance
    }

    /// Uniform in `0 ..< bound`; the bias for small bounds is below 2⁻³².
    mutating func index(below bound: Int) -> Int {
        Int(((next() >> 32) &* UInt64(bound)) >> 32)
    }
}
