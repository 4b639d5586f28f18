/// Why there is no picture.
public struct PlotError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of trouble a caller may want to tell apart.
    public enum Kind: Hashable, Sendable {
        /// The file's ending names no format of pictures.
        case unknownFormat
        /// This build has no cairo, which the format needs.
        case notBuilt
        /// No installed font has a character of the picture.
        case missingFont
        /// The picture has more pixels than can be.
        case tooLarge
        /// What is to be drawn is not there, or not of the right shape: no epoch, a model without layers.
        case nothingToDraw
        /// The drawing library failed.
        case notDrawn
    }
    /// The kind of trouble.
    public let kind: Kind
    /// What is wrong, in one line.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
