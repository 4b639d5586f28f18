import ShinkeiCore

/// Layers inside a layer, under the names that weight files give them.
public enum SavedPart {
    /// `cell` of an `LSTM`.
    case one(String, Layer)
    /// `layers` of a model: numbered by class, `dense`, `dense_1`.
    case list(String, [Layer])
}

/// Where each layer's own weights stand in a Keras 3 weight file: `layers/dense_1/vars`.
///
/// A layer that is met twice stands where it was met first.
struct WeightPlaces {
    struct Place {
        var path: String
        var layer: Layer

        /// A name for one of the layer's own weights in files of arrays by name.
        func name(of weight: Weight) -> String { path.isEmpty ? weight.name : "\(path)/\(weight.name)" }
    }
    private(set) var places: [Place] = []
    private var met: Set<ObjectIdentifier> = []

    init(of model: Layer) { visit(model, "") }

    private mutating func visit(_ layer: Layer, _ path: String) {
        guard met.insert(ObjectIdentifier(layer)).inserted else { return }
        places.append(Place(path: path, layer: layer))
        func joined(_ name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }
        for part in layer.savedParts {
            switch part {
            case .one(let name, let inner): visit(inner, joined(name))
            case .list(let name, let inners):
                var counts: [String: Int] = [:]
                for inner in inners {
                    let base = snakeCase(inner is Model ? inner.className : type(of: inner).namingClass)
                    let count = counts[base, default: 0]
                    counts[base] = count + 1
                    visit(inner, joined(name) + "/" + (count == 0 ? base : "\(base)_\(count)"))
                }
            }
        }
    }
}
