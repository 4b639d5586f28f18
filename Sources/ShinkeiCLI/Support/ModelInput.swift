import ArgumentParser
import Shinkei

/// Arrays from `.npy` files, one for each path.
func loadArrays(_ paths: [String]) throws -> [Tensor] { try paths.map { try Tensor(npy: $0) } }

/// Wrong usage unless there is at least one of an option.
func requireSome(_ option: String, _ values: [String]) throws(ValidationError) {
    if values.isEmpty { throw ValidationError("missing \(option)") }
}
