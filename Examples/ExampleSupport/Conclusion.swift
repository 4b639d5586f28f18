import FoundationEssentials
import Shinkei

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Whether the programs are to be done in seconds, which the environment variable `SHINKEI_SHORT=1` asks for: fewer
/// passes over fewer rows, nothing downloaded, and the bars that `fit` shows are left out.
public let isShort = ProcessInfo.processInfo.environment["SHINKEI_SHORT"] == "1"

/// The last words of a program: how well it went, as a number, which `make examples` shows.
///
/// Where the number is not what the program promises (NaN is never), it says so and ends with status 1.
public func conclude(
    _ what: String, _ value: Double, atLeast lowest: Double = -.infinity, atMost highest: Double = .infinity
) {
    // Four decimals of an accuracy, four digits of an error of 1e-7.
    let text = abs(value) >= 0.001 ? "\((value * 10_000).rounded() / 10_000)" : "\(Float(value))"
    guard value >= lowest, value <= highest else {
        let bound = value < lowest ? "at least \(lowest)" : "at most \(highest)"
        print("\(what): \(text), expected \(bound)")
        exit(1)
    }
    print("\(what): \(text)")
}

/// What `load` gives, or the end of the program: if the data are not here, its last line says which file is needed.
///
/// In short form that is no failure: the machine may be one without a network.
public func dataOrSkip<Data>(_ load: () throws -> Data) -> Data {
    do {
        return try load()
    } catch let error as DataSetError where error.kind != .invalid {
        print(isShort ? "skipped: \(error)" : "\(error)")
        exit(isShort ? 0 : 1)
    } catch {
        print("\(error)")
        exit(1)
    }
}

/// The path of a folder of data, or the end of the program as in `dataOrSkip`.
public func folderOrSkip(_ name: String) -> String {
    let path = (ProcessInfo.processInfo.environment["SHINKEI_DATA"] ?? ".") + "/" + name
    if FileManager.default.fileExists(atPath: path) { return path }
    print("\(isShort ? "skipped: " : "")needs the folder \(name) where SHINKEI_DATA says")
    exit(isShort ? 0 : 1)
}
