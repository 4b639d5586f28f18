/// How numbers are distributed, as TensorBoard's files hold it: counts in 30 intervals of one width, as TensorFlow 2 makes
/// them. Numbers that are not finite are not counted.
///
/// Source: TensorFlow's `summary.proto`, `HistogramProto`.
package struct EventHistogram {
    let least: Double
    let most: Double
    let count: Int
    let sum: Double
    let sumOfSquares: Double
    /// The upper ends of the intervals, and how many numbers lie in each.
    let limits: [Double]
    let counts: [Double]

    package init(_ values: [Double]) {
        let values = values.filter(\.isFinite)
        count = values.count
        least = values.min() ?? 0
        most = values.max() ?? 0
        sum = values.reduce(0, +)
        sumOfSquares = values.reduce(0) { $0 + $1 * $1 }
        let width = (most - least) / 30
        guard width > 0, width.isFinite else {
            (limits, counts) = ([least + 0.5], [Double(values.count)])
            return
        }
        var counts = [Double](repeating: 0, count: 30)
        for value in values { counts[min(Int((value - least) / width), 29)] += 1 }
        let (least, most) = (least, most)
        limits = (1...30).map { $0 == 30 ? most : least + Double($0) * width }
        self.counts = counts
    }
}
