/// Every layer that a file may name. Sorted; a test looks through the sources for one that is
/// missing here.
enum LayerRegistry {
    static let all: [Layer.Type] = [
        Activation.self,
        Dense.self,
        Dropout.self,
        Flatten.self,
        InputLayer.self,
        Model.self,
        Sequential.self,
    ]
}
