import Foundation
public import ShinkeiCore

/// Signals as loudness by time in bands that are as wide as the ear hears them: the mel scale, `2595 log10(1 + f / 700)`.
///
/// Input shape: `[batch, time]`. Output shape: `[batch, bands, frames]`, one frame every `sequenceStride` samples; the signal is mirrored at
/// both ends. With `powerToDB` in decibels, of which those more than `topDB` below the loudest of the batch are raised to that.
/// The transform is a matrix product with `fftLength · fftLength` numbers a frame.
/// Keras: `keras.layers.MelSpectrogram`. Same defaults.
public final class MelSpectrogram: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Samples of the Fourier transform.
        public var fftLength = 2048
        /// Samples from one frame to the next.
        public var sequenceStride = 512
        /// Samples of the window, in the middle of the transform's; all of them if `nil`.
        public var sequenceLength: Int?
        /// How much the samples of a frame count: `.hann` or `.hamming`.
        public var window = SpectrumWindow.hann
        /// Samples a second.
        public var samplingRate = 16_000.0
        /// How many bands there are.
        public var numMelBins = 128
        /// Where the lowest band begins, in hertz.
        public var minFreq = 20.0
        /// Where the highest band ends, in hertz; half the sampling rate if `nil`.
        public var maxFreq: Double?
        /// Whether loudness is given in decibels.
        public var powerToDB = true
        /// How far below the loudest, in decibels.
        public var topDB = 80.0
        /// The power of the magnitude that is added up: 2 for energy.
        public var magExp = 2.0
        /// The least power that is told apart.
        public var minPower = 1e-10
        /// The power that is 0 decibels.
        public var refPower = 1.0

        public init() {}
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("fft_length", \.fftLength), .optional("sequence_stride", \.sequenceStride),
            .optional("sequence_length", \.sequenceLength), .optional("window", \.window),
            .optional("sampling_rate", \.samplingRate), .optional("num_mel_bins", \.numMelBins),
            .optional("min_freq", \.minFreq), .optional("max_freq", \.maxFreq), .optional("power_to_db", \.powerToDB),
            .optional("top_db", \.topDB), .optional("mag_exp", \.magExp), .optional("min_power", \.minPower),
            .optional("ref_power", \.refPower),
        ]
        public func check() throws(ConfigError) {
            guard (2...1 << 14).contains(fftLength) else {
                throw ConfigError("fft_length: must lie in 2 ... \(1 << 14); got \(fftLength)")
            }
            try checkSize("sequence_stride", sequenceStride)
            if let sequenceLength, !(1...fftLength).contains(sequenceLength) {
                throw ConfigError("sequence_length: must lie in 1 ... fft_length; got \(sequenceLength)")
            }
            guard window == .hann || window == .hamming else {
                throw ConfigError("window: must be \"hann\" or \"hamming\"; got \"\(window.rawValue)\"")
            }
            guard (1...1 << 16).contains(numMelBins) else {
                throw ConfigError("num_mel_bins: must lie in 1 ... \(1 << 16); got \(numMelBins)")
            }
            guard samplingRate > 0, samplingRate.isFinite, minFreq >= 0, minFreq < highest, highest.isFinite else {
                throw ConfigError(
                    "min_freq and max_freq: must rise from 0; got \(minFreq) and \(highest) at \(samplingRate) a second"
                )
            }
            guard minPower > 0 else { throw ConfigError("min_power: must be above 0; got \(minPower)") }
        }
        var highest: Double { maxFreq ?? (samplingRate / 2).rounded(.down) }
    }
    /// What the layer was made from.
    public let config: Config

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("MelSpectrogram")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - fftLength: Samples of the Fourier transform.
    ///   - sequenceStride: Samples from one frame to the next.
    ///   - samplingRate: Samples a second.
    ///   - numMelBins: How many bands there are.
    ///   - minFreq: Where the lowest band begins, in hertz.
    ///   - maxFreq: Where the highest band ends, in hertz; half the sampling rate if `nil`.
    ///   - powerToDB: Whether loudness is given in decibels.
    public convenience init(
        fftLength: Int = 2048, sequenceStride: Int = 512, sequenceLength: Int? = nil, window: SpectrumWindow = .hann,
        samplingRate: Double = 16_000, numMelBins: Int = 128, minFreq: Double = 20, maxFreq: Double? = nil,
        powerToDB: Bool = true, topDB: Double = 80, name: String? = nil
    ) {
        var config = Config()
        (config.fftLength, config.sequenceStride, config.sequenceLength) = (fftLength, sequenceStride, sequenceLength)
        (config.window, config.samplingRate, config.numMelBins) = (window, samplingRate, numMelBins)
        (config.minFreq, config.maxFreq) = (minFreq, maxFreq)
        (config.powerToDB, config.topDB) = (powerToDB, topDB)
        self.init(config, name: name)
    }

    override class var isBuiltFromStart: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        let (rows, time, length) = (x.shape[0], x.shape[1], config.fftLength)
        // The first sample of the mirror is the one beside the border.
        let half = length / 2
        let period = max(2 * (time - 1), 1)
        let places = (-half..<time + half).map { place in
            let turned = (place % period + period) % period
            return Int32(min(turned, period - turned))
        }
        let signal = x.taking(Tensor(places, shape: [places.count]), axis: 1).expanded(-1)
        let inner = config.sequenceLength ?? length
        let before = (length - inner) / 2
        let window =
            [Double](repeating: 0, count: before) + config.window.weights(inner, isPeriodic: true)
            + [Double](repeating: 0, count: length - inner - before)
        func part(_ wave: (Double) -> Double) -> Tensor {
            signal.convolved(
                with: spectrumKernel(window: window, length: length, dtype: dtype, wave),
                strides: [config.sequenceStride])
        }
        var power = part(cos).square() + part(sin).square()
        if config.magExp != 2 { power = power.power(Tensor.constant(config.magExp / 2, dtype: dtype)) }
        let frames = power.shape[1]
        var bands = power.reshaped([rows * frames, length / 2 + 1]).matmul(bandWeights())
        if config.powerToDB {
            let least = Tensor.constant(config.minPower, dtype: dtype)
            bands = maximum(bands, least).log10() * 10 - 10 * log10(max(abs(config.refPower), config.minPower))
            bands = maximum(bands, bands.max() - config.topDB)
        }
        return bands.reshaped([rows, frames, config.numMelBins]).transposed([0, 2, 1])
    }

    /// What each frequency counts in each band: triangles on the mel scale, `[frequencies, bands]`.
    private func bandWeights() -> Tensor {
        func mel(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }
        let (low, high) = (mel(config.minFreq), mel(config.highest))
        let width = (high - low) / Double(config.numMelBins + 1)
        let frequencies = config.fftLength / 2 + 1
        var weights: [Double] = []
        weights.reserveCapacity(frequencies * config.numMelBins)
        for frequency in 0..<frequencies {
            let place = mel(config.samplingRate / 2 * Double(frequency) / Double(frequencies - 1))
            for band in 0..<config.numMelBins {
                // The lowest frequency is the signal's mean, which is no tone.
                let rise = (place - (low + Double(band) * width)) / width
                weights.append(frequency == 0 ? 0 : max(0, min(rise, 2 - rise)))
            }
        }
        return Tensor(weights, shape: [frequencies, config.numMelBins], dtype: dtype)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == 2 else { throw LayerError(self, "needs signals: batch, time", inputs: [input]) }
        if let time = input[1], time <= config.fftLength / 2 {
            throw LayerError(self, "needs more than \(config.fftLength / 2) samples, to mirror them", inputs: [input])
        }
        let odd = config.fftLength % 2
        return [input[0], config.numMelBins, input[1].map { ($0 - odd) / config.sequenceStride + 1 }]
    }
}
