#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Trace {
    /// Times of kernels, by plan, gathered for `SHINKEI_TRACE=time` and printed when the program ends.
    private struct Times {
        var labels: [String]
        var runs = 0
        var nanoseconds: [Int64]
    }
    private static let lock = Lock()
    nonisolated(unsafe) private static var times: [Int: Times] = [:]

    static func time(_ plan: Int, _ labels: [String], _ run: (UnsafeMutablePointer<Int64>) -> Void) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: labels.count + 1) { buffer in
            buffer.initialize(repeating: 0)
            run(buffer.baseAddress!)
            lock.lock()
            defer { lock.unlock() }
            if times.isEmpty { atexit { Trace.printTimes() } }
            var entry = times[plan] ?? Times(labels: labels, nanoseconds: labels.map { _ in 0 })
            entry.runs += 1
            for index in labels.indices { entry.nanoseconds[index] += buffer[index] }
            times[plan] = entry
        }
    }

    private static func printTimes() {
        for (plan, entry) in times.sorted(by: { $0.key < $1.key }) {
            let total = Double(entry.nanoseconds.reduce(0, +)) / 1000
            var lines = ["plan \(plan): \(entry.runs) runs, \(total / Double(entry.runs)) µs a run"]
            for (label, time) in zip(entry.labels, entry.nanoseconds) {
                let each = Double(time) / 1000 / Double(entry.runs)
                lines.append("  \((each * 1000).rounded() / 1000) µs  \(label)")
            }
            Runtime.warn(lines.joined(separator: "\n"))
        }
    }
}
