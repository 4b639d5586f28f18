import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The time since the process began.
enum ProcessClock {
    private static let clock = ContinuousClock()
    private static let firstLine = Mutex(clock.now)

    /// To be called first of all.
    static func programBegan() { _ = firstLine.withLock { $0 } }

    /// Seconds since the system made the process, loading included, where the system tells (to
    /// the hundredth); else since `programBegan`.
    static var seconds: Double {
        let sinceMain = (clock.now - firstLine.withLock { $0 }).components
        let least = Double(sinceMain.seconds) + Double(sinceMain.attoseconds) * 1e-18
        return max(least, sinceProcessStart ?? 0)
    }

    #if os(Linux)
        /// From the 22nd field of `/proc/self/stat`: ticks from the machine's start to the
        /// process's. The second field, the name, may hold spaces but ends at the last bracket.
        private static var sinceProcessStart: Double? {
            let descriptor = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &bytes, bytes.count)
            guard count > 0 else { return nil }
            let fields =
                String(decoding: bytes.prefix(count), as: UTF8.self)
                .split(separator: ")").last?.split(separator: " ") ?? []
            var now = timespec()
            guard fields.count > 19, let ticks = Double(fields[19]),
                clock_gettime(CLOCK_BOOTTIME, &now) == 0
            else { return nil }
            let seconds = Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
            return seconds - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    #else
        private static var sinceProcessStart: Double? { nil }
    #endif
}
