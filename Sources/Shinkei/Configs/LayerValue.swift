import ShinkeiFormats

/// A layer inside of another's configuration, as of `TimeDistributed`.
///
/// Two are equal if they are one layer.
struct LayerValue: ConfigValue, Hashable, @unchecked Sendable {
    // Unchecked: layers are made and used from one task at a time.
    let layer: Layer

    init(_ layer: Layer) { self.layer = layer }

    init(config: JSON) throws(ConfigError) {
        do throws(ModelFileError) {
            layer = try LayerObject.read(config)
        } catch {
            throw ConfigError(error.description)
        }
    }

    /// The layer's object; null for a layer that cannot be saved, which `LayerObject.write` reports.
    var config: JSON { (try? LayerObject.write(layer)) ?? .null }

    static func == (a: LayerValue, b: LayerValue) -> Bool { a.layer === b.layer }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(layer)) }
}
