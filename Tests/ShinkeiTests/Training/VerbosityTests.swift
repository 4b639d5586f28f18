import Testing

@testable import Shinkei

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What `fit` and `evaluate` print, in processes of their own.
@Suite struct VerbosityTests {
    /// A training of 2 epochs of 3 steps, and a measurement.
    private static func train(_ verbose: Verbosity) throws {
        try withSession(seed: 1) {
            let model = Sequential([Input(shape: [2]), Dense(1)])
            try model.compile(optimizer: .sgd(), loss: .mse)
            let (x, y) = (Tensor.ones([12, 2]), Tensor.ones([12, 1]))
            try model.fit(x, y, epochs: 2, batchSize: 4, verbose: verbose)
            let pairs = [(x, y), (x, y)]
            try model.fit(Batches(pairs), epochs: 2, verbose: verbose)
            try model.evaluate(x, y, verbose: verbose)
        }
    }

    private func lines(_ output: [UInt8]?) -> [String] {
        String(decoding: output ?? [], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test func `verbose 0 prints nothing`() async {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent, \.standardErrorContent]
        ) {
            try VerbosityTests.train(0)
        }
        #expect(result?.standardOutputContent == [])
        #expect(result?.standardErrorContent == [])
    }

    @Test func `A log gets one plain line an epoch`() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try VerbosityTests.train(1)
        }
        let lines = lines(result?.standardOutputContent)
        #expect(lines.count == 6)
        #expect(!lines.joined().contains("\u{1B}"))
        let line = /Epoch 2\/2 - 3\/3 - \d+s - \d+(s|ms|us)\/step - loss: [\d.e+-]+/
        #expect(lines[1].wholeMatch(of: line) != nil, "\(lines[1])")
        // How many batches there are was not known before.
        #expect(lines[2].hasPrefix("Epoch 1/2 - 2/2 - "))
        #expect(lines[4].wholeMatch(of: /1\/1 - \d+s - \d+(s|ms|us)\/step - loss: [\d.e+-]+/) != nil, "\(lines[4])")
    }

    @Test func `verbose 2 prints Keras's lines`() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try VerbosityTests.train(2)
        }
        let lines = lines(result?.standardOutputContent)
        #expect(lines.count == 10)
        #expect(lines[0] == "Epoch 1/2")
        #expect(lines[3].wholeMatch(of: /3\/3 - \d+s - \d+(s|ms|us)\/step - loss: [\d.e+-]+/) != nil, "\(lines[3])")
    }

    #if os(Linux)
        @Test func `A terminal gets Keras's bar`() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                // A terminal in place of standard output; what was written to it goes to standard error.
                let terminal = try #require(VerbosityTests.becomeTerminal(1))
                try VerbosityTests.train(1)
                fflush(nil)
                var bytes = [UInt8](repeating: 0, count: 65536)
                // A read gives what there is, at most some 4,000 bytes.
                _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
                var count = 0
                while case let more = read(terminal, &bytes[count], bytes.count - count), more > 0 { count += more }
                try #require(count > 0)
                _ = write(2, bytes, count)
            }
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(text.hasPrefix("Epoch 1/2\r\n"))
            let bar =
                "\u{1B}[1m3/3\u{1B}[0m \u{1B}[32m━━━━━━━━━━━━━━━━━━━━\u{1B}[0m\u{1B}[37m\u{1B}[0m \u{1B}[1m0s\u{1B}[0m "
            #expect(text.contains(bar), "\(text.debugDescription)")
            #expect(text.contains("\r      1/Unknown \u{1B}[1m0s\u{1B}[0m "), "\(text.debugDescription)")
            #expect(text.contains("\u{1B}[1m2/2\u{1B}[0m "), "\(text.debugDescription)")
        }

        /// Opens a terminal and puts its other end in the place of a file.
        private static func becomeTerminal(_ file: Int32) -> Int32? {
            // `TIOCSPTLCK` and `TIOCGPTN`: Linux, tty_ioctl(4).
            let (unlock, number): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
            let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            var (isLocked, place): (Int32, Int32) = (0, 0)
            guard terminal >= 0, ioctl(terminal, unlock, &isLocked) == 0, ioctl(terminal, number, &place) == 0 else {
                return nil
            }
            return dup2(open("/dev/pts/\(place)", O_RDWR | O_NOCTTY), file) == file ? terminal : nil
        }
    #endif
}
