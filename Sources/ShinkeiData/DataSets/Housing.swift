public import ShinkeiCore
import ShinkeiFormats

/// A table of numbers with a target for each row, in two parts.
public struct TableDataSet: Sendable {
    public let xTrain: Tensor
    public let yTrain: Tensor
    public let xTest: Tensor
    public let yTest: Tensor
}

/// Boston housing: 506 rows of 13 columns; the target is the median price in thousand dollars.
///
/// - Note: One of its columns supposes that segregation moves prices. Use it for illustration only.
///
/// Keras: `keras.datasets.boston_housing`.
public enum BostonHousing {
    static let npz = DataFile(
        dataSet: "Boston housing", folder: "boston_housing", name: "boston_housing.npz", limit: 1 << 20,
        checksum: .sha256("f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"),
        addresses: ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/boston_housing.npz"])

    /// Loads the table. Keras: `load_data`, same defaults, same order.
    ///
    /// - Throws: `DataSetError`.
    public static func load(
        from directory: String? = nil, testSplit: Double = 0.2, seed: UInt32 = 113, download: Bool = true
    ) throws(DataSetError) -> TableDataSet {
        try table(npz, directory, download, rows: nil, testSplit, seed)
    }
}

/// California housing: 20,640 rows of 8 columns; the target is the median price in dollars.
///
/// Keras: `keras.datasets.california_housing`.
public enum CaliforniaHousing {
    static let npz = DataFile(
        dataSet: "California housing", folder: "california_housing", name: "california_housing.npz", limit: 4 << 20,
        checksum: .sha256("1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"),
        addresses: ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/california_housing.npz"])

    /// Loads the table, or its first 600 rows only. Keras: `load_data` with `version="large"` or `"small"`.
    ///
    /// - Throws: `DataSetError`.
    public static func load(
        from directory: String? = nil, small: Bool = false, testSplit: Double = 0.2, seed: UInt32 = 113,
        download: Bool = true
    ) throws(DataSetError) -> TableDataSet {
        try table(npz, directory, download, rows: small ? 600 : nil, testSplit, seed)
    }
}

private func table(
    _ file: DataFile, _ directory: String?, _ download: Bool, rows: Int?, _ testSplit: Double, _ seed: UInt32
) throws(DataSetError) -> TableDataSet {
    guard 0..<1 ~= testSplit else { trap("\(file.dataSet): testSplit is a fraction in 0 ..< 1; got \(testSplit)") }
    let path = try file.find(in: directory, download: download, DataLocations())
    do {
        let archive = try Npz(path)
        let (x, y) = (Tensor(try archive.read("x")), Tensor(try archive.read("y")))
        guard x.rank == 2, y.rank == 1, x.shape[0] == y.shape[0] else {
            throw DataSetError(.invalid, dataSet: file.dataSet, reason: "\(path): x is \(x.shape), y is \(y.shape)")
        }
        let count = min(rows ?? .max, x.shape[0])
        var numbers = MersenneTwister(seed: seed)
        let order = numbers.shuffled(count)
        let cut = Int(Double(count) * (1 - testSplit))
        func part(_ tensor: Tensor, _ rows: ArraySlice<Int>) -> Tensor { tensor.taking(Tensor(Array(rows))).evaluate() }
        return TableDataSet(
            xTrain: part(x, order[..<cut]), yTrain: part(y, order[..<cut]), xTest: part(x, order[cut...]),
            yTest: part(y, order[cut...]))
    } catch let error as DataSetError {
        throw error
    } catch {
        throw DataSetError(.invalid, dataSet: file.dataSet, reason: "\(error)")
    }
}
