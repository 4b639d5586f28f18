public import ShinkeiCore
import ShinkeiFormats

/// Saves the model as it is trained.
///
/// The path may hold the epoch (from 1) and values of the logs: `model-{epoch:02d}-{val_loss:.2f}.keras`. A file
/// appears complete or not at all.
/// Keras: `keras.callbacks.ModelCheckpoint`.
/// - Note: With `saveBestOnly` the best value is written beside the file (`….best.json`), so that a training that is
///   begun again does not replace a better model; Keras forgets it.
public final class ModelCheckpoint: Callback {
    /// When it is saved.
    public enum Frequency: Hashable, Sendable {
        case epoch
        case batches(Int)
    }
    let path: String
    let monitor: String
    let mode: MonitorMode
    let saveBestOnly: Bool
    let saveWeightsOnly: Bool
    let frequency: Frequency
    let threshold: Double?
    /// The best value so far.
    public private(set) var best = Double.nan
    /// Why a model could not be saved.
    public private(set) var error: (any Error)?
    private var batches = 0
    private var epoch = 0

    public init(
        _ path: String, monitor: String = "val_loss", mode: MonitorMode = .auto, saveBestOnly: Bool = false,
        saveWeightsOnly: Bool = false, saveFreq: Frequency = .epoch, initialValueThreshold: Double? = nil
    ) {
        self.path = path
        self.monitor = monitor
        self.mode = mode.resolved(for: monitor)
        self.saveBestOnly = saveBestOnly
        self.saveWeightsOnly = saveWeightsOnly
        frequency = saveFreq
        threshold = initialValueThreshold
    }

    private var recordPath: String { path + ".best.json" }

    public func trainingWillBegin(_ model: Model) {
        (best, batches, error) = (threshold ?? mode.worst, 0, nil)
        guard saveBestOnly, AppendingFile.size(of: path) > 0, AppendingFile.size(of: recordPath) > 0,
            let record = try? JSON(parsing: try FileBytes(recordPath).readAll(), name: recordPath),
            record["monitor"]?.string == monitor, let value = record["best"]?.double
        else { return }
        if mode.isBetter(value, than: best, by: 0) { best = value }
    }

    public func epochWillBegin(_ epoch: Int, _ model: Model) { self.epoch = epoch }

    public func batchDidEnd(_ batch: Int, _ model: Model) {
        guard case .batches(let every) = frequency else { return }
        batches += 1
        if batches % max(every, 1) == 0 { save(model, model.trainingLogs) }
    }

    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        self.epoch = epoch
        if frequency == .epoch { save(model, logs) }
    }

    private func save(_ model: Model, _ logs: [String: Double]) {
        if saveBestOnly {
            guard let value = logs[monitor], mode.isBetter(value, than: best, by: 0) else { return }
            best = value
        }
        let file = CheckpointName.filled(path, epoch: epoch + 1, logs)
        do {
            if saveWeightsOnly { try model.saveWeights(file) } else { try model.save(file) }
            if saveBestOnly {
                let record: JSON = ["monitor": .string(monitor), "best": .number(best)]
                try AtomicFile.write(record.encoded(), to: recordPath)
            }
            error = nil
        } catch { self.error = error }
    }

    public var state: [String: Tensor] {
        [
            "best": stateNumber(best), "batches": stateNumber(Double(batches)), "epoch": stateNumber(Double(epoch)),
        ]
    }
    public func restore(_ state: [String: Tensor]) {
        best = state.number("best") ?? best
        batches = Int(state.number("batches") ?? 0)
        epoch = Int(state.number("epoch") ?? 0)
    }
}

/// Paths with places for values: `{epoch:02d}`, `{val_loss:.2f}`, `{loss}`.
enum CheckpointName {
    static func filled(_ template: String, epoch: Int, _ logs: [String: Double]) -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let parts = rest[rest.index(after: open)..<close].split(separator: ":", maxSplits: 1)
            let name = parts.first.map { String($0) } ?? ""
            let form = parts.count > 1 ? String(parts[1]) : ""
            if name == "epoch" {
                result += padded("\(epoch)", form)
            } else if let value = logs[name] {
                result += number(value, form)
            } else {
                result += rest[open...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// `02d`: at least two characters, filled up with zeros.
    private static func padded(_ text: String, _ form: String) -> String {
        let width = Int(form.filter(\.isNumber)) ?? 0
        let fill: Character = form.hasPrefix("0") ? "0" : " "
        return String(repeating: fill, count: max(0, width - text.count)) + text
    }

    /// `.2f`: with two digits after the point.
    private static func number(_ value: Double, _ form: String) -> String {
        guard let dot = form.firstIndex(of: "."), form.hasSuffix("f"), value.isFinite, abs(value) < 1e15 else {
            return "\(value)"
        }
        let digits = min(Int(form[form.index(after: dot)...].dropLast()) ?? 6, 15)
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((abs(value) * scale).rounded(.toNearestOrEven))
        let fraction = String(whole % Int(scale))
        let text =
            "\(whole / Int(scale))"
            + (digits == 0 ? "" : "." + String(repeating: "0", count: digits - fraction.count) + fraction)
        return (value < 0 ? "-" : "") + text
    }
}
