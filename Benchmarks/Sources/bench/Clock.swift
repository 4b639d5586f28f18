import Foundation
import Shinkei

/// Seconds since some fixed moment.
func now() -> Double {
    let passed = origin.duration(to: .now).components
    return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
}
private let origin = ContinuousClock.now

/// Notes when each epoch ends.
final class EpochClock: Callback {
    private(set) var seconds: [Double] = []
    private var last = 0.0
    func trainingWillBegin(_ model: Model) { last = now() }
    func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        let time = now()
        seconds.append(time - last)
        last = time
    }
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}

/// The most memory the process has had, in MB, where the system tells.
func peakMemory() -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 / 1024 }
}
