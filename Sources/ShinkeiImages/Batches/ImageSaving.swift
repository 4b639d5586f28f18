import ShinkeiFormats

/// Where the images of a flow are written, to be looked at. Keras: `save_to_dir`, `save_prefix`, `save_format`.
struct ImageSaving: Sendable {
    let folder: String
    let prefix: String
    let encoding: ImageEncoding

    init?(_ folder: String?, _ prefix: String, _ encoding: ImageEncoding) {
        guard let folder else { return nil }
        (self.folder, self.prefix, self.encoding) = (folder, prefix, encoding)
    }

    /// Writes `PREFIX_ITEM_EPOCH.png`, its smallest number black and its largest white.
    func save(_ numbers: UnsafeMutableBufferPointer<Float>, _ shape: [Int], _ item: Int, _ epoch: Int)
        throws(FormatError)
    {
        let low = numbers.min() ?? 0
        let span = (numbers.max() ?? 0) - low
        let floats = numbers.map { (span > 0 ? ($0 - low) / span * 255 : $0 - low).rounded(.towardZero) }
        let image = Image(height: shape[0], width: shape[1], channels: shape[2], floats: floats)
        let ending: String
        switch encoding {
        case .png: ending = "png"
        case .jpeg: ending = "jpg"
        }
        try image.write(to: "\(folder)/\(prefix)_\(item)_\(epoch).\(ending)", as: encoding)
    }
}
