/// Random numbers of one image in one epoch: a pure function of seed, epoch and place, so that no thread's speed matters.
///
/// SplitMix64: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators".
struct ItemRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int, epoch: Int, item: Int) {
        state = 0
        for part in [seed, epoch, item] {
            state = state &+ UInt64(bitPattern: Int64(part))
            state = next()
        }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Evenly from `low ..< high`.
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * (Double(next() >> 11) * 0x1p-53)
    }

    /// Evenly from `0 ..< count`.
    mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }
}

/// The order of the items in an epoch.
func shuffledOrder(_ count: Int, seed: Int, epoch: Int) -> [Int] {
    var random = ItemRandom(seed: seed, epoch: epoch, item: -1)
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, random.below(i + 1)) }
    return order
}
