/// Places for the nodes of a directed graph in ranks, so that edges lead from one rank to a later one and no node is
/// crossed.
///
/// After Sugiyama, Tagawa and Toda 1981: cycles are broken, ranks are longest paths, edges over several ranks get a
/// place in each, orders come from barycentres, and places from least squares under the distances that must be kept.
/// "Across" is along a rank, "down" is from rank to rank.
struct LayeredLayout {
    struct Node {
        /// The sizes across and down.
        var breadth: Double
        var depth: Double
        /// Kept in the first or the last rank.
        var isFirst = false
        var isLast = false
    }

    struct Edge {
        var from: Int
        var to: Int
        /// Where it starts and ends across, from the node's middle; `nil` leaves it to the layout.
        var fromPort: Double?
        var toPort: Double?
    }

    struct Gaps {
        var across = 28.0
        /// Between an edge that passes and what is beside it.
        var pass = 14.0
        var down = 36.0
    }

    /// The middle of each node across.
    private(set) var across: [Double]
    /// The upper end of each node.
    private(set) var down: [Double]
    /// For each edge, from its start to its end, points by rank: in between, straight down through a rank (two
    /// points), then on to the next.
    private(set) var routes: [[Drawing.Point]]
    private(set) var breadth = 0.0
    private(set) var depth = 0.0

    init(_ nodes: [Node], _ edges: [Edge], gaps: Gaps = Gaps()) {
        let rows = Ranks(nodes, edges)
        var graph = RankedGraph(nodes, edges, rows, gaps)
        graph.order()
        graph.place()
        (across, down, routes) = graph.result(nodes, edges)
        breadth = graph.breadth
        depth = graph.depth
    }
}
