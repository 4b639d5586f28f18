/// What is wrong with a model file, in one line: what it is about and what was expected.
public struct ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
    init(_ description: String) { self.description = description }
    /// The same with what stands around it in front.
    func inside(_ place: String) -> ModelFileError { ModelFileError("\(place): \(description)") }
}
