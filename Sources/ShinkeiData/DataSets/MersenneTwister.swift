/// NumPy's older random numbers, `numpy.random.RandomState`, as far as Keras's data sets are shuffled with them.
///
/// Source: Matsumoto, Nishimura, "Mersenne Twister", 1998 (MT19937); NumPy's documentation of its legacy seeding and of bounded
/// integers by masked rejection.
struct MersenneTwister {
    private var state = [UInt32](repeating: 0, count: 624)
    private var place = 624

    init(seed: UInt32) {
        state[0] = seed
        for i in 1..<624 {
            state[i] = 1_812_433_253 &* (state[i - 1] ^ state[i - 1] >> 30) &+ UInt32(i)
        }
    }

    mutating func next() -> UInt32 {
        if place == 624 {
            for i in 0..<624 {
                let y = state[i] & 0x8000_0000 | state[(i + 1) % 624] & 0x7FFF_FFFF
                state[i] = state[(i + 397) % 624] ^ y >> 1 ^ (y & 1 == 0 ? 0 : 0x9908_B0DF)
            }
            place = 0
        }
        var y = state[place]
        place += 1
        y ^= y >> 11
        y ^= y << 7 & 0x9D2C_5680
        y ^= y << 15 & 0xEFC6_0000
        return y ^ y >> 18
    }

    /// `numpy.arange(count)` after `shuffle`.
    mutating func shuffled(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) {
            let mask = UInt32.max >> UInt32(i).leadingZeroBitCount
            var j = next() & mask
            while j > i { j = next() & mask }
            order.swapAt(i, Int(j))
        }
        return order
    }
}
