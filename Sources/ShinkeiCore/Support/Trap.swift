/// Ends the program over a programming mistake, with a text that says what to mend.
///
/// `precondition` drops its message in release builds, so every such check goes through here.
package func trap(_ message: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
    fatalError(message, file: file, line: line)
}

/// The value of a rule that throws a `ShapeError`, or the end of the program with its text.
package func orTrap<T>(_ rule: () throws(ShapeError) -> T) -> T {
    do { return try rule() } catch { trap(error.description) }
}
