/// Keras's progress line: `469/469 ━━━━━━━━━━━━━━━━━━━━ 2s 3ms/step - accuracy: 0.9301 - loss:
/// 0.2401`.
///
/// It only makes text: the times come from outside. Keras: `keras.utils.Progbar`.
struct ProgressBar {
    /// Steps in all; `nil` while nobody knows.
    var target: Int?
    let width = 20
    let isInteractive: Bool
    private let start: Double
    private var lastUpdate = -Double.infinity
    private var afterFirstStep: Double?
    private var previousWidth = 0

    /// Seconds between two redrawings.
    static let interval = 0.05

    /// - Parameter now: Seconds on any clock that does not go backwards.
    init(target: Int?, isInteractive: Bool, now: Double) {
        self.target = target
        self.isInteractive = isInteractive
        start = now
    }

    /// Whether the bar would be drawn again now.
    func isDue(_ now: Double) -> Bool { isInteractive && now - lastUpdate >= ProgressBar.interval }

    /// A step is done; call it for the first step so that its time, which holds the compilation, is
    /// left out of the mean.
    mutating func mark(_ current: Int, now: Double) {
        if current == 1 { afterFirstStep = now }
    }

    /// The bar after `current` steps.
    mutating func bar(_ current: Int, _ values: [(String, Double)], now: Double, isLast: Bool)
        -> String
    {
        let perStep = secondsPerStep(current, now)
        let (bar, width) = strokes(current)
        let time =
            target == nil || isLast
            ? "\(NumberText.fixed(now - start, 0))s"
            : ProgressBar.eta(perStep * Double((target ?? 0) - current))
        let info = ProgressBar.perStepText(perStep) + ProgressBar.text(values)
        let visible = width + 1 + time.count + info.count
        let rubbed = String(repeating: " ", count: max(0, previousWidth - visible))
        let text =
            String(repeating: "\u{8}", count: previousWidth) + "\r" + bar
            + " \u{1B}[1m\(time)\u{1B}[0m" + info + rubbed
        previousWidth = visible
        lastUpdate = now
        return isLast ? text + "\n" : text
    }

    /// Count and strokes, and how wide they are: `  3/469 ━━━━`, or `      3/Unknown`.
    private func strokes(_ current: Int) -> (text: String, width: Int) {
        func padded(to width: Int) -> String {
            let count = String(current)
            return String(repeating: " ", count: max(0, width - count.count)) + count
        }
        guard let target else {
            let text = "\(padded(to: 7))/Unknown"
            return (text, text.count)
        }
        let count = "\(padded(to: String(target).count))/\(target)"
        let filled = target > 0 ? width * current / target : width
        var bar = "\u{1B}[1m\(count)\u{1B}[0m "
        if filled > 0 { bar += "\u{1B}[32m\(String(repeating: "━", count: filled))\u{1B}[0m" }
        bar += "\u{1B}[37m\(String(repeating: "━", count: width - filled))\u{1B}[0m"
        return (bar, count.count + 1 + width)
    }

    /// The line for `verbose: 2`: `469/469 - 2s - 3ms/step - accuracy: 0.9301 - loss: 0.2401`.
    func line(_ values: [(String, Double)], now: Double) -> String {
        let time = NumberText.fixed(now - start, 0)
        let target = target ?? 0
        return
            "\(target)/\(target) - \(time)s -\(ProgressBar.perStepText(secondsPerStep(target, now)))"
            + ProgressBar.text(values) + "\n"
    }

    private func secondsPerStep(_ current: Int, _ now: Double) -> Double {
        guard current > 0 else { return 0 }
        if let afterFirstStep, current > 1 { return (now - afterFirstStep) / Double(current - 1) }
        return (now - start) / Double(current)
    }

    static func eta(_ seconds: Double) -> String {
        let whole = Int(seconds)
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        if seconds > 3600 { return "\(whole / 3600):\(two(whole % 3600 / 60)):\(two(whole % 60))" }
        return seconds > 60 ? "\(whole / 60):\(two(whole % 60))" : "\(whole)s"
    }

    static func perStepText(_ seconds: Double) -> String {
        if seconds >= 1 || seconds == 0 { return " \(NumberText.fixed(seconds, 0))s/step" }
        if seconds >= 1e-3 { return " \(NumberText.fixed(seconds * 1e3, 0))ms/step" }
        return " \(NumberText.fixed(seconds * 1e6, 0))us/step"
    }

    static func text(_ values: [(String, Double)]) -> String {
        values.map { name, value in
            " - \(name): "
                + (abs(value) > 1e-3 ? NumberText.fixed(value, 4) : NumberText.exponent(value, 4))
        }.joined()
    }
}
