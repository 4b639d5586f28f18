import Foundation
public import ShinkeiCore

/// What of a spectrum is given.
public enum SpectrumMode: String, ConfigWord, Sendable {
    /// The logarithm of the magnitude.
    case log
    case magnitude
    /// The power, twice that of all frequencies but the first and the last.
    case psd
    case real
    case imaginary = "imag"
    case angle
    /// Real parts, then imaginary ones.
    case complex = "stft"
}

/// By what a window is divided.
public enum SpectrumScaling: String, ConfigWord, Sendable {
    /// The root of the sum of its squares.
    case density
    /// The sum of its magnitudes.
    case spectrum
}

/// Spectra of frames of a signal: a convolution with the waves of a Fourier transform, which can be trained.
///
/// Input shape: `[batch, time, channels]`, or with the channels first. Output shape: `[batch, frames, channels · frequencies]` with
/// `fftLength / 2 + 1` frequencies (twice as many with `.complex`), or with `expandDims` `[batch, frames, frequencies, channels]`; with the
/// channels first `[batch, channels · frequencies, frames]` and `[batch, channels, frames, frequencies]`.
/// Weights: `real_kernel`, `imag_kernel` `[frameLength, 1, frequencies]`, as far as the mode needs them.
/// Keras: `keras.layers.STFTSpectrogram`. Same defaults; five of SciPy's windows.
public final class STFTSpectrogram: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        public var mode = SpectrumMode.log
        /// Samples in a frame.
        public var frameLength = 256
        /// Samples from one frame to the next; half a frame if `nil`.
        public var frameStep: Int?
        /// Samples of the Fourier transform, zeros behind the frame; the next power of two if `nil`.
        public var fftLength: Int?
        /// How much the samples of a frame count; all alike and unscaled if `nil`.
        public var window: SpectrumWindow? = .hann
        /// Whether the window's wave goes on with the next sample.
        public var periodic = false
        /// By what the window is divided; `nil` by nothing.
        public var scaling: SpectrumScaling? = .density
        /// Where zeros stand around the signal.
        public var padding = Padding.valid
        /// Whether frequencies and channels are axes of their own.
        public var expandDims = false
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast

        public init() {}
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("mode", \.mode), .optional("frame_length", \.frameLength), .optional("frame_step", \.frameStep),
            .optional("fft_length", \.fftLength), .optional("window", \.window), .optional("periodic", \.periodic),
            .optional("scaling", \.scaling), .optional("padding", \.padding), .optional("data_format", \.dataFormat),
            .optional("expand_dims", \.expandDims),
        ]
        /// The longest transform: its kernels grow with the square.
        private static let longest = 1 << 14
        public func check() throws(ConfigError) {
            guard (2...Self.longest).contains(frameLength) else {
                throw ConfigError("frame_length: must lie in 2 ... \(Self.longest); got \(frameLength)")
            }
            if let frameStep, !(1...frameLength).contains(frameStep) {
                throw ConfigError("frame_step: must lie in 1 ... frame_length; got \(frameStep)")
            }
            if let fftLength, !(frameLength...Self.longest).contains(fftLength) {
                throw ConfigError("fft_length: must lie in frame_length ... \(Self.longest); got \(fftLength)")
            }
            if padding == .causal { throw ConfigError("padding: must be \"valid\" or \"same\"; got \"causal\"") }
        }
        var step: Int { frameStep ?? frameLength / 2 }
        var length: Int {
            fftLength ?? (1...).lazy.map { 1 << $0 }.first { $0 >= frameLength } ?? frameLength
        }
        var frequencies: Int { length / 2 + 1 }
    }
    /// What the layer was made from.
    public let config: Config
    /// The waves that give the real parts.
    public let realKernel = Weight("real_kernel")
    /// The waves that give the imaginary parts.
    public let imaginaryKernel = Weight("imag_kernel")

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("STFTSpectrogram")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - mode: What of the spectrum is given.
    ///   - frameLength: Samples in a frame.
    ///   - frameStep: Samples from one frame to the next; half a frame if `nil`.
    ///   - fftLength: Samples of the Fourier transform; the next power of two if `nil`.
    ///   - window: How much the samples of a frame count.
    public convenience init(
        mode: SpectrumMode = .log, frameLength: Int = 256, frameStep: Int? = nil, fftLength: Int? = nil,
        window: SpectrumWindow? = .hann, periodic: Bool = false, scaling: SpectrumScaling? = .density,
        padding: Padding = .valid, expandDims: Bool = false, dataFormat: DataFormat = .channelsLast,
        name: String? = nil
    ) {
        var config = Config()
        (config.mode, config.frameLength, config.frameStep) = (mode, frameLength, frameStep)
        (config.fftLength, config.window, config.periodic) = (fftLength, window, periodic)
        (config.scaling, config.padding, config.expandDims) = (scaling, padding, expandDims)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override class var className: String { "STFTSpectrogram" }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        _ = try outputShape(input)
        var window = [Double](repeating: 1, count: config.frameLength)
        if let shape = config.window {
            window = shape.weights(config.frameLength, isPeriodic: config.periodic)
            let size: Double =
                switch config.scaling {
                case .density: window.reduce(0) { $0 + $1 * $1 }.squareRoot()
                case .spectrum: window.reduce(0) { $0 + abs($1) }
                case nil: 1
                }
            window = window.map { $0 / size }
        }
        func make(_ weight: Weight, _ wave: (Double) -> Double) {
            create(weight, [config.frameLength, 1, config.frequencies], .zeros)
            guard !Session.isLoading else { return }
            weight.value = spectrumKernel(window: window, length: config.length, dtype: dtype, wave)
        }
        if config.mode != .imaginary { make(realKernel, cos) }
        if config.mode != .real { make(imaginaryKernel, sin) }
    }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let given = input.cast(to: dtype)
        let x = config.dataFormat == .channelsLast ? given.transposed([0, 2, 1]) : given
        let (rows, channels, time) = (x.shape[0], x.shape[1], x.shape[2])
        let signal = x.reshaped([rows * channels, time, 1])
        let border = config.padding.border(size: time, window: config.frameLength, stride: config.step)
        func part(_ kernel: Weight) -> Tensor {
            signal.convolved(with: kernel.value, strides: [config.step], padding: [border])
        }
        let small = Tensor.constant(1e-7, dtype: dtype)
        var power: Tensor { part(realKernel).square() + part(imaginaryKernel).square() }
        let spectra: Tensor
        switch config.mode {
        case .real: spectra = part(realKernel)
        case .imaginary: spectra = part(imaginaryKernel)
        case .angle: spectra = part(imaginaryKernel).atan2(part(realKernel))
        case .complex: spectra = Tensor.concatenate([part(realKernel), part(imaginaryKernel)], axis: 2)
        case .psd:
            let inner = power.sliced(axis: 2, 1..<config.frequencies - 1).padded([(0, 0), (0, 0), (1, 1)])
            spectra = power + inner
        case .magnitude: spectra = maximum(power, small).sqrt()
        case .log: spectra = maximum(maximum(power, small).sqrt(), small).log()
        }
        let (frames, frequencies) = (spectra.shape[1], spectra.shape[2])
        let split = spectra.reshaped([rows, channels, frames, frequencies])
        switch (config.dataFormat, config.expandDims) {
        case (.channelsLast, true): return split.transposed([0, 2, 3, 1])
        case (.channelsLast, false):
            return split.transposed([0, 2, 1, 3]).reshaped([rows, frames, channels * frequencies])
        case (.channelsFirst, true): return split
        case (.channelsFirst, false):
            return split.transposed([0, 1, 3, 2]).reshaped([rows, channels * frequencies, frames])
        }
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == 3 else { throw LayerError(self, "needs a signal: batch, time, channels", inputs: [input]) }
        let isLast = config.dataFormat == .channelsLast
        let (time, channels) = (input[isLast ? 1 : 2], input[isLast ? 2 : 1])
        let frames = time.map { config.padding.count(size: $0, window: config.frameLength, stride: config.step) }
        if frames == 0 {
            throw LayerError(self, "needs at least a frame of \(config.frameLength) samples", inputs: [input])
        }
        let frequencies = config.frequencies * (config.mode == .complex ? 2 : 1)
        if config.expandDims {
            return isLast ? [input[0], frames, frequencies, channels] : [input[0], channels, frames, frequencies]
        }
        let all = channels.map { $0 * frequencies }
        return isLast ? [input[0], frames, all] : [input[0], all, frames]
    }
}
