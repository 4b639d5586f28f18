import FoundationEssentials
import Testing

@testable import ShinkeiCore

/// Compares with what NumPy printed; see Tools/reference/make_numpy_text.py.
@Suite struct NumpyTextTests {
    struct Golden: Decodable {
        var source: String
        var cases: [Case]
    }

    struct Case: Decodable {
        var name: String
        var dtype: String
        var shape: [Int]
        /// One period of the elements' bytes, and how often it repeats.
        var bytes: Data
        var `repeat`: Int
        var str: String
        var repr: String

        var elements: [UInt8] {
            let period = [UInt8](bytes)
            var all: [UInt8] = []
            all.reserveCapacity(period.count * self.repeat)
            for _ in 0..<self.repeat { all += period }
            return all
        }
    }

    static let golden: Result<Golden, any Error> = Result {
        var path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        path += ["Fixtures", "numpy_text.json"]
        let data = try Data(contentsOf: URL(filePath: path.joined(separator: "/")))
        return try JSONDecoder().decode(Golden.self, from: data)
    }

    @Test(arguments: DType.allCases)
    func `Text equals NumPy's`(dtype: DType) throws {
        let cases = try Self.golden.get().cases.filter { $0.dtype == dtype.name }
        #expect(cases.count >= 30)
        for one in cases {
            let bytes = one.elements
            let str = NumpyText.str(shape: one.shape, dtype: dtype, bytes: bytes)
            let repr = NumpyText.repr(shape: one.shape, dtype: dtype, bytes: bytes)
            #expect(str == one.str, "str of \(one.name)")
            #expect(repr == one.repr, "repr of \(one.name)")
        }
    }

    @Test func `A summary converts only what it shows`() {
        let bytes = [UInt8](repeating: 0, count: 64_000_000)
        let clock = ContinuousClock()
        let time = clock.measure {
            for _ in 0..<100 {
                _ = NumpyText.str(shape: [4_000, 4_000], dtype: .float32, bytes: bytes)
            }
        }
        // 1600 million numbers would take minutes; 3600 take milliseconds.
        #expect(time < .seconds(5))
    }
}
