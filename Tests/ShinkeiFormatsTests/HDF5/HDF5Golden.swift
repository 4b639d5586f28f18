import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiFormats

/// The files that h5py wrote, and what it reads from them.
enum HDF5Golden {
    struct Value: Decodable {
        var numbers: [String]?
        var strings: [String]?
        var nonzero: [[Int]]?
        var shape: [Int]?
        var refused: Bool?
        var empty: Bool?
    }

    struct Object: Decodable {
        var kind: String
        var type: String?
        var target: String?
        var members: [String]?
        var attributes: [String: Value]?
        var value: Value?
    }

    static let folder = TestFiles.committed + "hdf5/"

    static func expected() throws -> [String: [String: Object]] {
        let data = try Data(contentsOf: URL(filePath: folder + "expected.json"))
        return try JSONDecoder().decode([String: [String: Object]].self, from: data)
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try Gzip.read("\(folder)\(name).gz", limit: 1 << 20)
    }

    static func open(_ name: String) throws -> HDF5File { try HDF5File(bytes(name), name: name) }
}

extension HDF5Golden.Value {
    /// Whether an array has these numbers, to the last bit.
    func check(_ array: HostArray, _ place: Comment) {
        #expect(array.shape.sizes == shape, place)
        if let nonzero {
            let found = doubles(array).enumerated().filter { $0.element != 0 }.map { [$0.offset, Int($0.element)] }
            #expect(found == nonzero, place)
        } else if array.dtype == .int64 {
            let found = array.bytes.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 8).map {
                    "\(bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self))"
                }
            }
            #expect(found == numbers, place)
        } else {
            let wanted = (numbers ?? []).map { $0 == "True" ? 1 : $0 == "False" ? 0 : Double($0) ?? .nan }
            if array.dtype == .float16 && !wanted.allSatisfy(\.isFinite) { return }  // `doubles` knows finite ones only
            #expect(doubles(array).map(\.bitPattern) == wanted.map(\.bitPattern), place)
        }
    }

    func check(_ value: HDF5Value?, _ place: Comment) {
        switch value {
        case .array(let array): check(array, place)
        case .string(let text):
            #expect([text] == strings, place)
            #expect(shape == [], place)
        case .strings(let texts, let shape):
            #expect(texts == strings, place)
            #expect(shape == self.shape, place)
        case .empty: #expect(empty == true, place)
        case nil: Issue.record(place)
        }
    }
}
