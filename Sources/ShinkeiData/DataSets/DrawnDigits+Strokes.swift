/// One uninterrupted movement of the pen.
///
/// `knots` are the points it passes through, in order, along a smooth curve. `x` runs right and
/// `y` down, both in percent of the digit's height: the digit reaches from `y = 0` to `100`. Only
/// proportions matter, as every digit is scaled to fit its box afterwards. A knot given twice is
/// a sharp corner.
struct PenStroke: Sendable {
    let knots: [SIMD2<Float>]
}

/// One way of writing a digit.
struct DigitGlyph: Sendable {
    /// How often people write it so, relative to the digit's other glyphs.
    let share: Float
    let strokes: [PenStroke]
    /// How much of the writer's distortion reaches the glyph, as a fraction. A single straight
    /// stroke is one quick movement and comes out straighter than anything else.
    let freedom: Float

    init(share: Float, freedom: Float = 1, _ strokes: PenStroke...) {
        self.share = share
        self.freedom = freedom
        self.strokes = strokes
    }

    /// A random way to write `digit`, by share.
    static func choose(_ digit: Int, _ random: inout DigitRandom) -> DigitGlyph {
        let glyphs = all[digit]
        var rest = random.uniform(0, glyphs.reduce(0) { $0 + $1.share })
        for glyph in glyphs.dropLast() {
            rest -= glyph.share
            if rest < 0 { return glyph }
        }
        return glyphs[glyphs.count - 1]
    }
}

private func pen(_ knots: (Float, Float)...) -> PenStroke {
    PenStroke(knots: knots.map { SIMD2($0.0, $0.1) })
}

extension DigitGlyph {
    /// The ways to write each digit, by digit.
    static let all = [zero, one, two, three, four, five, six, seven, eight, nine]

    private static let zero = [
        // Round.
        DigitGlyph(
            share: 4,
            pen(
                (44, 1), (18, 8), (3, 42), (14, 86), (40, 100), (66, 84), (76, 46), (64, 10),
                (42, 0))
        ),
        // Narrow, pointed at both ends.
        DigitGlyph(
            share: 3,
            pen(
                (34, 0), (14, 18), (4, 56), (12, 92), (28, 100), (46, 82), (56, 44), (50, 8),
                (36, 0))
        ),
        // Closed with an overlap across the top.
        DigitGlyph(
            share: 2,
            pen(
                (50, 10), (26, 4), (5, 38), (12, 84), (38, 100), (64, 82), (72, 44), (58, 8),
                (36, 0), (22, 10))
        ),
        // Left open at the top.
        DigitGlyph(
            share: 1,
            pen(
                (34, 4), (12, 24), (3, 60), (18, 94), (44, 98), (68, 74), (72, 34), (56, 8),
                (44, 2))
        ),
        // Wide and flat.
        DigitGlyph(
            share: 1.1,
            pen(
                (60, 4), (22, 16), (3, 60), (24, 94), (62, 98), (104, 74), (116, 38), (94, 8),
                (56, 2))
        ),
        // Round, its end running down inside.
        DigitGlyph(
            share: 0.7,
            pen(
                (46, 4), (18, 10), (3, 46), (14, 88), (40, 100), (66, 82), (74, 44), (60, 8),
                (42, 8), (34, 44), (28, 74))
        ),
        // Like a U whose ends bend together.
        DigitGlyph(
            share: 0.7,
            pen((18, 6), (6, 30), (4, 66), (22, 98), (52, 96), (68, 66), (66, 28), (50, 2))
        ),
        // Begun outside, at the left.
        DigitGlyph(
            share: 0.6,
            pen(
                (0, 16), (28, 8), (60, 4), (72, 34), (62, 80), (34, 100), (8, 80), (6, 40),
                (26, 12), (46, 4))
        ),
    ]

    private static let one = [
        // A bare stem.
        DigitGlyph(
            share: 8, freedom: 0.4,
            pen((10, 0), (10, 100))
        ),
        // A stem with a flag.
        DigitGlyph(
            share: 1.5, freedom: 0.8,
            pen((0, 20), (18, 0), (18, 0), (18, 100))
        ),
        // A flag and a base.
        DigitGlyph(
            share: 1.3, freedom: 0.8,
            pen((2, 20), (24, 0), (24, 0), (24, 98)),
            pen((0, 99), (24, 98), (50, 99))
        ),
    ]

    private static let two = [
        // A corner at the foot.
        DigitGlyph(
            share: 3,
            pen(
                (4, 22), (22, 3), (46, 4), (58, 24), (44, 56), (22, 78), (2, 97), (2, 97),
                (32, 96), (70, 95))
        ),
        // A small loop at the foot.
        DigitGlyph(
            share: 3,
            pen(
                (8, 18), (28, 1), (52, 8), (56, 32), (38, 66), (16, 92), (3, 93), (8, 80),
                (26, 82), (48, 96), (74, 92))
        ),
        // A wide loop, the foot leaving it to the right.
        DigitGlyph(
            share: 2.5,
            pen(
                (14, 22), (32, 2), (56, 6), (60, 34), (44, 70), (22, 98), (2, 92), (12, 72),
                (40, 74), (62, 84), (88, 86))
        ),
        // Like a Z.
        DigitGlyph(
            share: 1.5,
            pen(
                (4, 6), (32, 2), (60, 6), (60, 6), (32, 52), (3, 95), (3, 95), (36, 93),
                (70, 95))
        ),
        // A hooked head and a wide foot.
        DigitGlyph(
            share: 2,
            pen(
                (16, 32), (12, 16), (36, 0), (60, 14), (56, 46), (34, 74), (6, 96), (6, 96),
                (34, 90), (80, 92))
        ),
        // A flat head, the foot sweeping down to the right.
        DigitGlyph(
            share: 1,
            pen(
                (0, 12), (24, 2), (50, 6), (54, 30), (36, 56), (8, 80), (8, 80), (36, 78),
                (56, 90), (82, 100))
        ),
        // A head that curls far in, a fat loop and a short foot.
        DigitGlyph(
            share: 2,
            pen(
                (10, 38), (6, 18), (34, 0), (62, 12), (62, 44), (44, 80), (18, 100), (2, 86),
                (18, 68), (44, 76), (62, 98))
        ),
        // Low and wide, the foot a long wave.
        DigitGlyph(
            share: 1.5,
            pen((6, 20), (30, 2), (54, 14), (46, 46), (14, 84), (14, 84), (50, 72), (96, 84))
        ),
        // Like a typeset a, the foot falling to the right.
        DigitGlyph(
            share: 1.5,
            pen(
                (4, 22), (26, 2), (54, 10), (60, 46), (48, 82), (20, 98), (0, 82), (20, 62),
                (50, 76), (78, 98))
        ),
        // A slight hook for a head.
        DigitGlyph(
            share: 0.8,
            pen(
                (2, 26), (18, 8), (34, 14), (36, 40), (24, 72), (14, 96), (14, 96), (44, 90),
                (86, 80))
        ),
        // Long and low, hardly a head.
        DigitGlyph(
            share: 0.8,
            pen((2, 16), (24, 2), (48, 10), (40, 40), (10, 66), (10, 66), (50, 62), (110, 60))
        ),
    ]

    private static let three = [
        // Two bowls that meet in a point.
        DigitGlyph(
            share: 5,
            pen(
                (6, 12), (28, 0), (52, 10), (48, 34), (22, 47), (22, 47), (52, 58), (58, 80),
                (34, 99), (2, 90))
        ),
        // Flat on top.
        DigitGlyph(
            share: 1.5,
            pen(
                (4, 5), (30, 3), (56, 3), (56, 3), (24, 42), (24, 42), (52, 54), (58, 78),
                (36, 98), (2, 94))
        ),
        // A small loop in the middle.
        DigitGlyph(
            share: 2,
            pen(
                (4, 14), (28, 0), (54, 10), (46, 36), (26, 50), (20, 44), (36, 46), (56, 62),
                (50, 88), (26, 100), (2, 92))
        ),
        // Shallow, the middle hardly drawn in.
        DigitGlyph(
            share: 2,
            pen(
                (4, 8), (30, 1), (50, 14), (42, 38), (30, 46), (46, 54), (56, 74), (40, 96),
                (4, 96))
        ),
        // A large lower bowl that curls up at its end.
        DigitGlyph(
            share: 2,
            pen(
                (16, 10), (40, 0), (56, 14), (46, 34), (28, 42), (28, 42), (58, 50), (68, 72),
                (46, 98), (14, 96), (2, 80))
        ),
        // A small lower bowl that ends in a tail.
        DigitGlyph(
            share: 1.5,
            pen(
                (8, 6), (40, 1), (56, 14), (38, 36), (20, 46), (20, 46), (46, 54), (48, 74),
                (30, 94), (16, 100))
        ),
        // Wide, the bowls nearly equal, the waist drawn far in.
        DigitGlyph(
            share: 2,
            pen(
                (4, 16), (34, 1), (66, 10), (56, 34), (24, 46), (24, 46), (62, 52), (68, 80),
                (36, 100), (0, 92))
        ),
        // A flat top that falls back to a short waist.
        DigitGlyph(
            share: 1,
            pen(
                (2, 10), (30, 4), (58, 2), (50, 24), (30, 42), (50, 52), (54, 76), (34, 98),
                (6, 100))
        ),
    ]

    private static let four = [
        // Open, with a corner.
        DigitGlyph(
            share: 3,
            pen((14, 4), (8, 28), (4, 54), (4, 54), (30, 54), (66, 50)),
            pen((54, 2), (52, 50), (48, 100))
        ),
        // Open and round, like a u with a tail.
        DigitGlyph(
            share: 3,
            pen((10, 4), (4, 36), (18, 54), (40, 50), (56, 34)),
            pen((58, 0), (54, 50), (50, 100))
        ),
        // Closed.
        DigitGlyph(
            share: 1,
            pen((48, 0), (24, 34), (2, 62), (2, 62), (34, 62), (68, 60)),
            pen((48, 0), (48, 50), (46, 100))
        ),
        // A low long bar and a short stem.
        DigitGlyph(
            share: 2.5,
            pen((26, 0), (14, 32), (2, 60), (2, 60), (36, 58), (80, 54)),
            pen((54, 22), (48, 60), (42, 100))
        ),
        // Closed like a 9 with a flat base.
        DigitGlyph(
            share: 0.4,
            pen((52, 4), (26, 18), (4, 50), (4, 50), (28, 56), (56, 48)),
            pen((54, 2), (52, 50), (48, 100))
        ),
    ]

    private static let five = [
        // The bar added last.
        DigitGlyph(
            share: 3,
            pen(
                (16, 4), (12, 24), (10, 42), (10, 42), (36, 38), (56, 56), (52, 84), (28, 99),
                (0, 90)),
            pen((15, 4), (38, 3), (66, 0))
        ),
        // In one stroke from the bar's end.
        DigitGlyph(
            share: 3,
            pen(
                (66, 2), (40, 4), (20, 6), (20, 6), (12, 42), (12, 42), (38, 42), (54, 60),
                (46, 86), (22, 98), (0, 94))
        ),
        // Like an S.
        DigitGlyph(
            share: 2,
            pen(
                (64, 4), (36, 3), (18, 14), (20, 32), (40, 46), (52, 62), (46, 86), (24, 99),
                (0, 90))
        ),
        // A tall neck, a small bowl and a wide bar.
        DigitGlyph(
            share: 2,
            pen((34, 8), (26, 28), (20, 48), (20, 48), (42, 50), (48, 72), (30, 94), (0, 96)),
            pen((34, 8), (60, 5), (96, 0))
        ),
        // A wide round bowl that curls up at its end.
        DigitGlyph(
            share: 2,
            pen(
                (22, 4), (16, 24), (14, 44), (14, 44), (44, 36), (66, 56), (60, 86), (32, 100),
                (6, 90), (4, 76)),
            pen((22, 4), (44, 3), (64, 0))
        ),
        // A slanted neck, a low bowl closing to the left.
        DigitGlyph(
            share: 1.5,
            pen(
                (46, 6), (32, 26), (20, 44), (20, 44), (48, 44), (60, 64), (44, 92), (14, 96),
                (4, 78)),
            pen((46, 6), (70, 6), (92, 0))
        ),
        // A wide bowl that runs out to the left.
        DigitGlyph(
            share: 1.5,
            pen(
                (40, 2), (26, 22), (22, 40), (22, 40), (56, 38), (78, 58), (64, 86), (28, 98),
                (-14, 92)),
            pen((40, 2), (62, 2), (84, 0))
        ),
        // A short neck under a flat bar, an arch falling to the left.
        DigitGlyph(
            share: 0.7,
            pen((18, 4), (14, 20), (12, 36), (12, 36), (40, 32), (58, 46), (48, 74), (18, 100)),
            pen((16, 4), (42, 4), (70, 4))
        ),
    ]

    private static let six = [
        // A curved back.
        DigitGlyph(
            share: 4,
            pen(
                (48, 0), (22, 22), (4, 60), (12, 92), (34, 99), (54, 82), (50, 62), (30, 56),
                (8, 74))
        ),
        // A straight back and a small loop.
        DigitGlyph(
            share: 3,
            pen(
                (38, 0), (20, 34), (4, 74), (12, 98), (34, 96), (48, 78), (38, 64), (20, 70),
                (6, 86))
        ),
        // A wide loop that ends inside.
        DigitGlyph(
            share: 2,
            pen(
                (44, 0), (16, 26), (3, 62), (18, 96), (48, 98), (68, 76), (56, 54), (30, 56),
                (14, 74))
        ),
        // A long low loop, nearly a spiral.
        DigitGlyph(
            share: 1.5,
            pen(
                (36, 0), (12, 30), (2, 66), (20, 96), (52, 96), (76, 76), (66, 58), (42, 62),
                (26, 84))
        ),
        // Wide: a short back, a bowl whose end crosses it.
        DigitGlyph(
            share: 1.5,
            pen(
                (34, 0), (14, 26), (4, 60), (20, 90), (54, 94), (80, 70), (70, 46), (44, 54),
                (24, 84), (14, 100))
        ),
        // A loop that ends with a foot to the right.
        DigitGlyph(
            share: 1,
            pen(
                (30, 0), (12, 36), (5, 76), (22, 98), (48, 86), (56, 64), (40, 58), (28, 78),
                (46, 96), (66, 94))
        ),
    ]

    private static let seven = [
        // A corner, a straight stem.
        DigitGlyph(
            share: 4,
            pen((2, 8), (30, 6), (60, 4), (60, 4), (44, 48), (30, 100))
        ),
        // A hook at the start.
        DigitGlyph(
            share: 2,
            pen((2, 22), (5, 6), (5, 6), (32, 8), (60, 4), (60, 4), (46, 44), (36, 100))
        ),
        // Rounded, no corner.
        DigitGlyph(
            share: 2,
            pen((2, 12), (26, 4), (54, 4), (56, 22), (42, 58), (28, 100))
        ),
        // With a bar.
        DigitGlyph(
            share: 2.5,
            pen((2, 8), (32, 5), (62, 4), (62, 4), (44, 48), (30, 100)),
            pen((18, 52), (42, 50), (68, 47))
        ),
        // The first stroke falls, then the stem bends back upright.
        DigitGlyph(
            share: 1.5,
            pen((0, 2), (2, 26), (2, 26), (28, 14), (56, 10), (56, 10), (50, 56), (52, 100))
        ),
        // A long fall on the left before the bar.
        DigitGlyph(
            share: 1.5,
            pen(
                (2, 36), (6, 16), (12, 6), (12, 6), (38, 6), (64, 4), (64, 4), (54, 40),
                (40, 100))
        ),
        // With a low slanting bar and a short head.
        DigitGlyph(
            share: 0.7,
            pen((8, 4), (34, 4), (58, 2), (58, 2), (46, 44), (36, 100)),
            pen((8, 64), (38, 56), (70, 46))
        ),
        // A fall on the left and a bar.
        DigitGlyph(
            share: 0.8,
            pen((2, 22), (6, 6), (6, 6), (36, 6), (66, 4), (66, 4), (48, 48), (34, 100)),
            pen((16, 54), (46, 52), (80, 48))
        ),
        // Round like an n, the left side falling.
        DigitGlyph(
            share: 1.2,
            pen((2, 40), (6, 16), (26, 2), (52, 6), (58, 28), (50, 62), (38, 100))
        ),
    ]

    private static let eight = [
        // One stroke, from the upper right.
        DigitGlyph(
            share: 4,
            pen(
                (54, 12), (34, 0), (14, 14), (24, 38), (46, 62), (46, 90), (24, 100), (8, 84),
                (20, 60), (46, 34), (56, 12))
        ),
        // Two rings.
        DigitGlyph(
            share: 2.5,
            pen((32, 0), (12, 10), (12, 36), (30, 47), (50, 36), (52, 12), (32, 0)),
            pen((30, 47), (8, 62), (8, 90), (30, 100), (52, 88), (52, 60), (30, 47))
        ),
        // Narrow, the lower ring almost closed up.
        DigitGlyph(
            share: 1,
            pen(
                (46, 8), (30, 0), (16, 16), (24, 40), (36, 66), (32, 92), (18, 100), (10, 84),
                (20, 58), (40, 32), (46, 12))
        ),
        // Open at the upper right, the last stroke flicked out.
        DigitGlyph(
            share: 3,
            pen(
                (56, 12), (32, 2), (14, 18), (26, 40), (44, 60), (42, 88), (22, 99), (6, 86),
                (16, 64), (42, 40), (74, 8))
        ),
        // A wide flat head on a narrow lower ring.
        DigitGlyph(
            share: 2.5,
            pen(
                (66, 14), (40, 2), (10, 10), (12, 30), (34, 46), (46, 66), (40, 92), (22, 100),
                (12, 86), (24, 62), (50, 40), (68, 16))
        ),
        // One stroke, from the waist.
        DigitGlyph(
            share: 1.5,
            pen(
                (34, 44), (12, 30), (14, 6), (40, 0), (56, 16), (40, 42), (14, 62), (6, 86),
                (26, 100), (48, 88), (46, 62), (28, 42))
        ),
        // A small ring under a long flick to the right.
        DigitGlyph(
            share: 1.5,
            pen(
                (46, 10), (26, 6), (14, 22), (28, 44), (40, 66), (30, 94), (10, 98), (6, 80),
                (26, 56), (56, 26), (84, 0))
        ),
        // Large round rings, the upper one pressed flat.
        DigitGlyph(
            share: 1.5,
            pen(
                (58, 6), (26, 2), (6, 20), (26, 40), (58, 56), (66, 82), (38, 100), (8, 88),
                (10, 62), (44, 44), (66, 24), (54, 6))
        ),
        // A ribbon, crossing at the waist and open at the foot.
        DigitGlyph(
            share: 0.6,
            pen(
                (4, 98), (24, 72), (50, 42), (58, 14), (34, 0), (10, 14), (18, 42), (44, 70),
                (64, 96))
        ),
        // Wide, begun at the left of the flat head.
        DigitGlyph(
            share: 1,
            pen(
                (8, 14), (36, 4), (70, 6), (70, 6), (48, 32), (16, 64), (14, 90), (38, 100),
                (56, 84), (44, 60), (16, 36), (8, 12))
        ),
        // A ribbon, crossing at the waist and open at the top.
        DigitGlyph(
            share: 1,
            pen(
                (70, 4), (46, 38), (16, 72), (16, 94), (36, 100), (50, 82), (38, 56), (14, 34),
                (10, 12), (26, 2))
        ),
        // A stem and two bowls, like a B.
        DigitGlyph(
            share: 0.5,
            pen((14, 2), (12, 50), (14, 98)),
            pen(
                (8, 4), (40, 2), (54, 20), (40, 42), (14, 48), (44, 52), (62, 74), (44, 98),
                (8, 98))
        ),
        // A large ring on a small one.
        DigitGlyph(
            share: 1.2,
            pen((34, 0), (8, 12), (6, 42), (30, 58), (54, 46), (58, 14), (34, 0)),
            pen((30, 58), (16, 74), (16, 94), (30, 100), (44, 90), (42, 72), (30, 58))
        ),
        // Begun at the waist, the upper ring leaning right.
        DigitGlyph(
            share: 1,
            pen(
                (44, 44), (26, 30), (34, 4), (58, 0), (70, 16), (52, 40), (18, 66), (8, 92),
                (26, 100), (44, 86), (44, 62), (30, 36))
        ),
    ]

    private static let nine = [
        // A straight stem from a corner.
        DigitGlyph(
            share: 4,
            pen(
                (50, 12), (28, 2), (6, 20), (8, 42), (28, 46), (48, 26), (52, 8), (52, 8),
                (48, 50), (44, 100))
        ),
        // A stem that leans out of the loop without a corner.
        DigitGlyph(
            share: 3,
            pen(
                (46, 10), (26, 2), (8, 18), (8, 40), (26, 44), (44, 28), (50, 12), (46, 44),
                (34, 74), (24, 100))
        ),
        // A hooked tail.
        DigitGlyph(
            share: 2,
            pen(
                (50, 14), (28, 0), (6, 16), (6, 40), (30, 48), (50, 30), (54, 14), (54, 56),
                (42, 92), (22, 100), (4, 92))
        ),
        // A small loop that begins at the right on a long stem.
        DigitGlyph(
            share: 2.5,
            pen(
                (58, 6), (34, 4), (12, 22), (12, 38), (30, 36), (48, 20), (58, 4), (58, 4),
                (40, 50), (28, 100))
        ),
        // The stem turns out of the top of a round loop.
        DigitGlyph(
            share: 2,
            pen(
                (46, 36), (28, 46), (6, 34), (10, 10), (36, 0), (56, 14), (58, 46), (54, 72),
                (52, 100))
        ),
        // A pointed loop, open where it should meet the stem.
        DigitGlyph(
            share: 1.5,
            pen((60, 4), (36, 6), (12, 26), (6, 44), (24, 48), (46, 34), (58, 14)),
            pen((60, 8), (50, 50), (38, 100))
        ),
        // A large round loop and a short curled tail.
        DigitGlyph(
            share: 1,
            pen(
                (56, 20), (34, 0), (8, 14), (6, 44), (30, 56), (54, 40), (58, 18), (62, 58),
                (50, 92), (26, 98), (8, 84))
        ),
        // A hook open above, the stem from its end.
        DigitGlyph(
            share: 2,
            pen(
                (58, 4), (32, 4), (8, 22), (10, 42), (32, 44), (54, 28), (54, 28), (48, 64),
                (40, 100))
        ),
        // A bent hook, the stem set beside it.
        DigitGlyph(
            share: 1,
            pen((50, 0), (22, 10), (6, 34), (22, 48), (44, 40), (60, 20)),
            pen((60, 10), (54, 54), (46, 100))
        ),
        // A tiny loop, nearly filled.
        DigitGlyph(
            share: 0.8,
            pen(
                (34, 8), (20, 2), (6, 16), (12, 30), (26, 24), (36, 6), (36, 6), (30, 50),
                (22, 100))
        ),
        // A broad loop and an upright stem, like a q.
        DigitGlyph(
            share: 1,
            pen(
                (60, 10), (30, 2), (4, 22), (12, 48), (42, 46), (62, 24), (64, 8), (64, 8),
                (64, 50), (66, 100))
        ),
    ]
}
