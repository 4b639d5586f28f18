#if os(Linux)
    import FoundationEssentials
    import Testing

    @testable import Shinkei

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    @Suite struct PredictMemoryTests {
        /// Resident bytes of this process.
        @Sendable static func resident() -> Int {
            let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
            let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        }

        // A debug build takes a call ten times as long.
        #if DEBUG
            static let calls = 5_000
        #else
            static let calls = 100_000
        #endif

        @Test func `Predicting 100,000 times with 1 to 64 rows does not grow`() async {
            await #expect(processExitsWith: .success) {
                let model = Sequential {
                    Dense(32, activation: .relu, inputShape: [100])
                    Dense(10, activation: .softmax)
                }
                let batches = (1...64).map { Tensor.randomUniform([$0, 100], seed: $0).evaluate() }
                var state: UInt64 = 1
                func predict() throws {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    _ = try model.predict(batches[Int(state >> 58)], batchSize: 64).array()
                }
                for _ in 0..<5_000 { try predict() }
                let before = PredictMemoryTests.resident()
                for _ in 0..<PredictMemoryTests.calls { try predict() }
                let grown = PredictMemoryTests.resident() - before
                #expect(grown < 1 << 20, "\(grown) bytes more")
            }
        }
    }
#endif
