import FoundationEssentials

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Runs other programs. Foundation's `Process` would bring all of Foundation with it.
enum Program {
    /// What became of a program.
    enum Outcome: Equatable {
        case exited(Int32)
        case killed(signal: Int32)
        /// It could not be started; the system's error number.
        case notStarted(Int32)
    }

    /// Runs a program, found by `PATH`, and waits for it. It inherits the environment (proxies,
    /// certificates); it reads nothing and what it prints is thrown away.
    ///
    /// - Parameters:
    ///   - name: The program.
    ///   - arguments: Its arguments, without its name.
    ///   - errorFile: Where its standard error goes; created or emptied.
    ///   - whileRunning: Called every tenth of a second.
    /// - Returns: How it ended.
    static func run(
        _ name: String, _ arguments: [String], errorFile: String,
        whileRunning: (() -> Void)? = nil
    ) -> Outcome {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 2, errorFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var process = pid_t()
        let failure = withCStrings([name] + arguments) { argv in
            withCStrings(environment) { envp in
                posix_spawnp(&process, name, &actions, nil, argv, envp)
            }
        }
        guard failure == 0 else { return .notStarted(failure) }

        var status: Int32 = 0
        while true {
            let result = waitpid(process, &status, whileRunning == nil ? 0 : WNOHANG)
            if result == process { break }
            if result < 0 && errno != EINTR { return .notStarted(errno) }
            if let whileRunning {
                whileRunning()
                usleep(100_000)
            }
        }
        // The layout of the status is the same on every system we know; its macros are not
        // visible from Swift.
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
    }

    private static func withCStrings<T>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T
    ) -> T {
        let pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
