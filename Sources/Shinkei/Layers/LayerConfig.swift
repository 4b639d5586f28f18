import ShinkeiFormats

/// Everything needed to rebuild a layer, as a plain value apart from it: this is what is saved.
public protocol LayerConfig: Configuration, Hashable {}

/// A layer that is made from a plain value and can therefore be saved and loaded.
///
/// ```swift
/// final class Scale: Layer, ConfiguredLayer {
///     struct Config: LayerConfig {
///         var start = 1.0
///         static let defaults = Config()
///         static let fields: [ConfigField<Config>] = [.optional("start", \.start)]
///     }
///     let config: Config
///     let factor = Weight("factor")
///     required init(_ config: Config, name: String? = nil) { self.config = config; super.init(name: name) }
///     override func build(_ input: SymbolicShape) throws(LayerError) { create(factor, [], .constant(config.start)) }
///     override func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor.value }
/// }
/// LayerRegistry.register(Scale.self)
/// ```
public protocol ConfiguredLayer: Layer {
    associatedtype Config: LayerConfig
    /// What the layer was made from.
    var config: Config { get }
    /// The layer that such a value describes. The value has been checked.
    init(_ config: Config, name: String?)
}

extension ConfiguredLayer {
    /// The layer an object of a file describes.
    static func make(_ object: JSON, name: String?) throws(ConfigError) -> Layer {
        Self(try Config(object, besides: LayerObject.commonKeys), name: name)
    }

    /// Its own keys and values, as files hold them.
    var configMembers: [(String, JSON)] { config.members }
}

/// For the trap in a layer's `init`: what a file's reader throws, a program's mistake ends with.
extension Configuration {
    func trapIfWrong(_ owner: String) {
        do { try check() } catch { trap("\(owner): \(error.description)") }
    }
}
