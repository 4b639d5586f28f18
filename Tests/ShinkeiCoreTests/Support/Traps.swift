import Testing

/// Checks that `body`, run in a process of its own, ends with all of `texts` on standard error.
func expectTrap(_ result: ExitTest.Result?, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    guard let result else { return }  // the expectation on the exit has recorded it
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    for text in texts {
        #expect(message.contains(text), "standard error: \(message.prefix(2000))", sourceLocation: sourceLocation)
    }
}
