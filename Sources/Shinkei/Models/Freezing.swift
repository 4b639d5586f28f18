extension Model {
    /// Lets the layers from the named one on be trained, and none before it: fine-tuning of a trained base.
    ///
    /// ```swift
    /// try base.unfreeze(from: "block5_conv1")
    /// try model.compile(optimizer: .adam(learningRate: 1e-5), loss: .categoricalCrossentropy)
    /// ```
    ///
    /// "Before" goes by the order of ``layers``. Set `isTrainable` to false to freeze all. The next `fit` keeps to it; compile
    /// anew for another learning rate, since a head that is not trained yet spoils what it is put on.
    ///
    /// - Throws: `UnknownNameError` with the nearest names if the model has no such layer.
    ///
    /// Keras: `base.trainable = True; for layer in base.layers[:place]: layer.trainable = False`.
    public func unfreeze(from name: String) throws(UnknownNameError) {
        guard let place = layers.firstIndex(where: { $0.name == name }) else {
            throw UnknownNameError(kind: "layer", name: name, known: layers.map(\.name))
        }
        isTrainable = true
        for layer in layers[..<place] { layer.isTrainable = false }
    }
}
