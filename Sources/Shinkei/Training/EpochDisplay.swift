/// Shows an epoch on standard output as it goes: a bar on a terminal, a line elsewhere, or nothing.
struct EpochDisplay {
    private enum Style { case silent, bar, plainLine, kerasLine }
    private let style: Style
    /// How many steps an epoch has; `nil` while nobody knows.
    private var steps: Int?
    private var bar: ProgressBar
    private var title: String?
    private static let clock = ContinuousClock()
    private static let origin = clock.now

    init(_ verbosity: Verbosity) {
        style =
            switch verbosity.level {
            case 0: .silent
            case 2: .kerasLine
            default: Terminal.isInteractive ? .bar : .plainLine
            }
        bar = ProgressBar(target: nil, isInteractive: style == .bar, now: 0)
    }

    var isSilent: Bool { style == .silent }

    private static var now: Double {
        let time = (clock.now - origin).components
        return Double(time.seconds) + Double(time.attoseconds) * 1e-18
    }

    mutating func begin(_ title: @autoclosure () -> String?, steps: Int?) {
        if isSilent { return }
        self.steps = steps
        let title = title()
        self.title = title
        bar = ProgressBar(target: steps, isInteractive: style == .bar, now: EpochDisplay.now)
        if style != .plainLine, let title { Terminal.write(title + "\n") }
    }

    /// Notes that a step is done, and says whether the bar should be drawn again.
    mutating func isDue(_ step: Int) -> Bool {
        if isSilent { return false }
        let now = EpochDisplay.now
        bar.mark(step, now: now)
        return step != steps && bar.isDue(now)
    }

    mutating func update(_ step: Int, _ names: [String], _ values: [Double]) {
        Terminal.write(
            bar.bar(step, Array(zip(names, values)), now: EpochDisplay.now, isLast: false))
    }

    /// The epoch is over, and with it the number of its steps known.
    mutating func know(steps: Int) {
        if isSilent || self.steps != nil { return }
        self.steps = steps
        bar.target = steps
    }

    mutating func end(_ names: [String], _ values: [Double]) {
        let values = Array(zip(names, values))
        switch style {
        case .silent: return
        case .bar: Terminal.write(bar.bar(steps ?? 0, values, now: EpochDisplay.now, isLast: true))
        case .kerasLine: Terminal.write(bar.line(values, now: EpochDisplay.now))
        case .plainLine:
            Terminal.write(
                (title.map { "\($0) - " } ?? "") + bar.line(values, now: EpochDisplay.now))
        }
    }
}
