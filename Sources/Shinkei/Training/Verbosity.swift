/// How much `fit` and `evaluate` tell: 0 nothing, 1 a bar, 2 a line an epoch; `.auto` is 1.
///
/// Where standard output is no terminal, a bar would fill it with carriage returns: one plain line
/// an epoch takes its place.
/// Keras: `verbose`.
public struct Verbosity: Hashable, Sendable, ExpressibleByIntegerLiteral {
    let level: Int
    /// 0, 1 or 2.
    public init(integerLiteral level: Int) { self.level = min(max(level, 0), 2) }
    /// A bar.
    public static let auto: Verbosity = 1
    /// Nothing.
    public static let silent: Verbosity = 0
    /// A bar.
    public static let bar: Verbosity = 1
    /// A line an epoch.
    public static let linePerEpoch: Verbosity = 2
}
