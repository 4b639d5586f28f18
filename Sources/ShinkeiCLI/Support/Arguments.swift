import ArgumentParser

/// Wrong usage if an option's number is less than one.
func requirePositive(_ option: String, _ value: Int?) throws(ValidationError) {
    if let value, value < 1 { throw ValidationError("\(option) must be at least 1; got \(value)") }
}

/// Wrong usage if an option's number is less than zero.
func requireNotNegative(_ option: String, _ value: Int?) throws(ValidationError) {
    if let value, value < 0 { throw ValidationError("\(option) must be at least 0; got \(value)") }
}

/// Wrong usage if a page's path has another ending than `.html`.
func requireHTML(_ option: String, _ path: String?) throws(ValidationError) {
    guard let path, !path.hasSuffix(".html"), !path.hasSuffix(".htm") else { return }
    throw ValidationError("\(option) writes .html; got \(path)")
}
