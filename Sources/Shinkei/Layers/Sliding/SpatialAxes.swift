/// How many axes a window slides over.
public protocol SpatialAxes: Sendable {
    /// 1, 2 or 3.
    static var count: Int { get }
}

/// Steps of a sequence.
public enum OneAxis: SpatialAxes { public static let count = 1 }
/// Height and width.
public enum TwoAxes: SpatialAxes { public static let count = 2 }
/// Depth, height and width.
public enum ThreeAxes: SpatialAxes { public static let count = 3 }
