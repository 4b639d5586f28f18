import Foundation
import ShinkeiTesting
import Testing

@testable import Shinkei

/// Against what the real Keras gave: Tools/reference/make_keras_augmentations.py.
@Suite struct SpectrogramTests {
    private func tensor(_ name: String) throws -> Tensor {
        let array = try Npz(Fixture.path("images/augmentations.npz")).read(name)
        return Tensor(shape: array.shape.sizes, dtype: array.dtype, bytes: array.bytes)
    }
    private func channels(_ count: Int) throws -> Tensor {
        let signal = try tensor("signal").sliced(axis: 1, 0..<count).expanded(-1)
        return Tensor.concatenate([signal, signal * signal], axis: 2)
    }

    @Test func `Spectra are Keras's`() throws {
        for mode in SpectrumMode.allCases where mode != .angle {
            let layer = STFTSpectrogram(mode: mode, frameLength: 20)
            try expectClose(
                layer(try channels(130)), tensor("stft_\(mode.rawValue)"), absolute: mode == .log ? 5e-3 : 2e-4,
                mode.rawValue)
        }
        // Where there is nearly no wave its angle is a matter of rounding, and π is -π.
        let angle = STFTSpectrogram(mode: .angle, frameLength: 20)(try channels(130))
        let loud = try tensor("stft_magnitude") .> Tensor(Float(0.01))
        let apart = (((angle - (try tensor("stft_angle"))) / 2).sin()).abs()
        #expect(Tensor.where(loud, apart, Tensor(Float(0))).max().scalar() < 1e-3)
        for window in SpectrumWindow.allCases {
            for scaling in [SpectrumScaling.density, .spectrum, nil] {
                let layer = STFTSpectrogram(
                    mode: .real, frameLength: 12, fftLength: 16, window: window, periodic: scaling == .spectrum,
                    scaling: scaling, padding: .same, expandDims: true)
                let name = "window_\(window.rawValue)_\(scaling?.rawValue ?? "None")"
                try expectClose(layer(try channels(30)), tensor(name), absolute: 1e-4, name)
            }
        }
    }

    @Test func `Loudness in bands is Keras's`() throws {
        let signal = try tensor("signal")
        let mel = MelSpectrogram(fftLength: 128, sequenceStride: 50, samplingRate: 8000, numMelBins: 20)
        try expectClose(mel(signal), tensor("mel"), absolute: 5e-3)
        var plain = MelSpectrogram.Config()
        (plain.fftLength, plain.sequenceStride, plain.sequenceLength) = (128, 64, 100)
        (plain.window, plain.samplingRate, plain.numMelBins) = (.hamming, 8000, 10)
        (plain.powerToDB, plain.magExp, plain.maxFreq) = (false, 1, 3000)
        try expectClose(MelSpectrogram(plain)(signal), tensor("mel_plain"), absolute: 1e-3)
    }

    @Test func `They are checked like all layers`() throws {
        // The others are far from smooth where there is little sound: a step of training may go past what it aims at.
        for mode in [SpectrumMode.real, .imaginary, .complex] {
            try checkLayer({ STFTSpectrogram(mode: mode, frameLength: 6) }, input: [2, 20, 2])
        }
        try checkLayer(
            { STFTSpectrogram(mode: .real, frameLength: 6, expandDims: true, dataFormat: .channelsFirst) },
            input: [2, 2, 20])
        try checkLayer(
            { STFTSpectrogram(mode: .real, frameLength: 6, padding: .same, dataFormat: .channelsFirst) },
            input: [2, 2, 20])
        try checkLayer(
            { MelSpectrogram(fftLength: 16, sequenceStride: 5, samplingRate: 100, numMelBins: 4, powerToDB: false) },
            input: [2, 30])
        try checkLayer(
            { MelSpectrogram(fftLength: 16, sequenceStride: 5, samplingRate: 100, numMelBins: 4) }, input: [2, 30],
            isDifferentiable: false)
        #expect(errorText { try STFTSpectrogram(frameLength: 30).validate([nil, 20, 1]) }.contains("at least a frame"))
        #expect(errorText { try MelSpectrogram().validate([nil, 1000]) }.contains("to mirror"))
        #expect(errorText { try MelSpectrogram.Config(["window": "boxcar"]).check() }.contains("hamming"))
    }
}
