import CShinkeiKernels

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the engine runs on: an instruction set and a number of threads, chosen once from the environment.
///
/// `SHINKEI_ISA` is `avx512`, `avx2`, `neon` or `baseline`; `SHINKEI_THREADS` a number from 1. With `SHINKEI_WINOGRAD=0`
/// no convolution goes by Winograd's algorithm. `SHINKEI_TRACE=plan` prints
/// every plan when it is made, `SHINKEI_TRACE=time` also the times of its kernels when the program ends.
package enum Runtime {
    package enum TraceLevel: Sendable { case none, plan, time }

    package static let traceLevel: TraceLevel =
        switch environment("SHINKEI_TRACE") {
        case "plan": .plan
        case "time": .time
        default: .none
        }

    package static let threads: Int = {
        let available = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        guard let text = environment("SHINKEI_THREADS") else { return max(1, available) }
        guard let count = Int(text), (1...256).contains(count) else {
            warn("SHINKEI_THREADS=\(text) is not a number from 1 to 256; using \(available)")
            return max(1, available)
        }
        return count
    }()

    /// The name of the instruction set in use.
    package static let isa: String = {
        let wanted = environment("SHINKEI_ISA")
        let found = shk_init(wanted)
        let name = String(cString: shk_isa_name(shk_isa_chosen()))
        if !found { warn("SHINKEI_ISA=\(wanted ?? "") is not to be had on this machine; using \(name)") }
        return name
    }()

    /// Whether convolutions with windows of 3×3 may go by Winograd's algorithm: faster, with errors some ten
    /// times those of the direct sum.
    static let usesWinograd: Bool = {
        guard let text = environment("SHINKEI_WINOGRAD") else { return true }
        if text != "0" && text != "1" { warn("SHINKEI_WINOGRAD=\(text) is neither 0 nor 1; using 1") }
        return text != "0"
    }()

    /// The helpers. One run at a time has them; who does not get them runs alone, with the same bits.
    nonisolated(unsafe) private static let pool: OpaquePointer? = {
        _ = isa
        return threads > 1 ? shk_pool_create(Int32(threads)) : nil
    }()
    private static let poolLock = Lock()

    static func run(
        _ calls: UnsafePointer<shk_call>, _ count: Int, _ slots: UnsafePointer<UnsafeMutableRawPointer?>,
        usesThreads: Bool, nanoseconds: UnsafeMutablePointer<Int64>? = nil
    ) {
        if usesThreads, let pool, poolLock.tryLock() {
            shk_run(pool, calls, Int64(count), slots, nanoseconds)
            poolLock.unlock()
        } else {
            shk_run(nil, calls, Int64(count), slots, nanoseconds)
        }
    }

    static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// One line on standard error.
    package static func warn(_ message: String) {
        let line = Array("shinkei: \(message)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
