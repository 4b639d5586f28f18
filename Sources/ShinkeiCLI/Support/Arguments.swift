import ArgumentParser
import Shinkei

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Wrong usage if an option's number is less than one.
func requirePositive(_ option: String, _ value: Int?) throws(ValidationError) {
    if let value, value < 1 { throw ValidationError("\(option) must be at least 1; got \(value)") }
}

/// Wrong usage if an option's number is less than zero.
func requireNotNegative(_ option: String, _ value: Int?) throws(ValidationError) {
    if let value, value < 0 { throw ValidationError("\(option) must be at least 0; got \(value)") }
}

/// Wrong usage if a part is less than nothing, or all.
func requireFraction(_ option: String, _ value: Double) throws(ValidationError) {
    guard value >= 0, value < 1 else {
        throw ValidationError("\(option) must be a fraction in 0 ..< 1; got \(value)")
    }
}

/// Wrong usage if a number is not above zero, or infinite.
func requireAboveZero(_ option: String, _ value: Double?) throws(ValidationError) {
    if let value, !(value > 0 && value.isFinite) { throw ValidationError("\(option) must be above 0; got \(value)") }
}

/// Wrong usage if a page's path has another ending than `.html`.
func requireHTML(_ option: String, _ path: String?) throws(ValidationError) {
    guard let path, !path.hasSuffix(".html"), !path.hasSuffix(".htm") else { return }
    throw ValidationError("\(option) writes .html; got \(path)")
}

/// Wrong usage if a path has none of the endings that models are written with.
func requireModelEnding(_ name: String, _ path: String) throws(ValidationError) {
    guard ModelFormat(path: path) == nil else { return }
    throw ValidationError("\(name) writes .keras, .h5, .weights.h5, .safetensors or .npz; got \(path)")
}

/// Wrong usage if a path has none of the endings that whole models are written with.
func requireWholeModelEnding(_ option: String, _ path: String) throws(ValidationError) {
    guard ModelFormat(path: path)?.isWeightsOnly == false else {
        throw ValidationError("\(option) writes .keras or .h5; got \(path)")
    }
}

/// An error if there is no folder for a file that is written at the end of a long run.
func requireFolder(of path: String) throws {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard access(folder, W_OK) == 0 else { throw CommandError("\(folder): \(String(cString: strerror(errno)))") }
}
