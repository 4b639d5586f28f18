/// Everything needed to rebuild a layer, as a plain value apart from it: this is what is saved.
public protocol LayerConfig: Hashable, Sendable {}
