import FoundationEssentials
import Testing

@testable import ShinkeiCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A sanitizer keeps freed memory for a while, so that there is nothing to measure under one.
@Suite(.enabled(if: getenv("SHINKEI_SANITIZED") == nil)) struct MemoryTests {
    #if os(Linux)
        /// Resident bytes of this process.
        @Sendable static func resident() -> Int {
            let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
            let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        }

        @Test func `Evaluating with any number of rows does not grow`() async {
            await #expect(processExitsWith: .success) {
                var dice = Dice(3)
                let (w1, w2) = (dice.tensor([100, 64], .float32), dice.tensor([64, 10], .float32))
                let batches = (1...64).map { dice.tensor([$0, 100], .float32) }
                func predict() { _ = batches[dice.below(64)].matmul(w1).relu().matmul(w2).softmax().array() as [Float] }
                for _ in 0..<3000 { predict() }
                let before = MemoryTests.resident()
                for _ in 0..<20_000 { predict() }
                let grown = MemoryTests.resident() - before
                #expect(grown < 1 << 20, "\(grown) bytes more")
            }
        }

        @Test func `A compiled step does not grow, nor does a plain loop`() async {
            await #expect(processExitsWith: .success) {
                let w = Weight("w", Tensor.ones([50, 50]).evaluate())
                let step = compiled { (x: Tensor) in
                    let (loss, slopes) = valueAndGradient(at: [w]) { x.matmul(w.value).tanh().mean() }
                    w.value = w.value - 0.1 * slopes[0]
                    return loss
                }
                let x = Tensor.ones([8, 50])
                var plain = Tensor.ones([50, 50])
                var kept: [Tensor] = []
                func both() {
                    kept.append(step(x))
                    if kept.count > 10 { kept.removeFirst() }
                    plain = plain - 0.1 * gradient(at: plain) { x.matmul($0).tanh().mean() }
                    steps += 1
                    if steps % 5 == 0 { plain.evaluate() }
                }
                var steps = 0
                for _ in 0..<1500 { both() }
                let before = MemoryTests.resident()
                for _ in 0..<5000 { both() }
                let grown = MemoryTests.resident() - before
                #expect(grown < 1 << 20, "\(grown) bytes more")
            }
        }
    #endif

    @Test func `Sizes of pooled buffers`() {
        for bytes in [0, 1, 63, 64, 65, 80, 81, 96, 127, 128, 129, 1000, 4096, 4097, 1 << 20, (1 << 20) + 1, 3 << 30] {
            let size = BufferPool.byteCount(ofClass: BufferPool.sizeClass(bytes))
            #expect(size >= bytes)
            #expect(Double(size) <= max(64, Double(bytes) * 1.26), "\(size) for \(bytes)")
        }
        for sizeClass in 0..<120 {
            let size = BufferPool.byteCount(ofClass: sizeClass)
            #expect(BufferPool.sizeClass(size) == sizeClass)
            #expect(BufferPool.sizeClass(size + 1) == sizeClass + 1)
        }
        for bytes in [1, 100, 5000] {
            #expect(UInt(bitPattern: Buffer.allocate(byteCount: bytes).pointer) % 64 == 0)
        }
    }

    /// Temporaries that are alive together never share memory.
    @Test func `Arenas do not overlap`() {
        for seed in 0..<300 {
            var dice = Dice(seed)
            var storages: [Storage] = []
            for slot in 0..<dice.below(30) {
                let first = dice.below(20)
                storages.append(
                    Storage(
                        kind: dice.below(6) == 0 ? .output : .temporary, byteCount: dice.below(1000), first: first,
                        last: first + dice.below(8), slot: Int32(slot + 1)))
            }
            // A storage may take over one that ends where it begins.
            var taken: Set<Int> = []
            for i in storages.indices {
                guard case .temporary = storages[i].kind else { continue }
                let old = storages.indices.first {
                    if case .temporary = storages[$0].kind {} else { return false }
                    return $0 < i && storages[$0].last == storages[i].first && storages[$0].first < storages[i].first
                        && !taken.contains($0)
                }
                guard let old, dice.flip() else { continue }
                taken.insert(old)
                storages[i].inPlaceOf = old
                storages[i].byteCount = storages[old].byteCount
            }
            let arena = Arena(storages)
            for (i, a) in storages.enumerated() {
                guard case .temporary = a.kind, let start = arena.offsets[i] else { continue }
                #expect(start % 64 == 0)
                #expect(start + a.byteCount <= arena.byteCount)
                for (j, b) in storages.enumerated() where j > i {
                    guard case .temporary = b.kind, let other = arena.offsets[j] else { continue }
                    let together = a.first <= b.last && b.first <= a.last
                    if !together || b.inPlaceOf == i || a.inPlaceOf == j { continue }
                    let apart = start + a.byteCount <= other || other + b.byteCount <= start
                    #expect(apart, "seed \(seed): storages \(i) and \(j)")
                }
            }
        }
    }
}
