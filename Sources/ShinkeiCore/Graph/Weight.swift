/// A named place for a value that training changes.
///
/// Inside `compiled`, reading a weight makes it a hidden input and setting it a hidden output; the buffer is written in place
/// unless somebody else still holds the old value.
public final class Weight: @unchecked Sendable {
    // Unchecked: layers and models are used from one task at a time.

    /// The last part of the weight's path in files: `kernel`, `bias`.
    public let name: String
    /// Whether optimizers change it. Read by models when they compile a step.
    public var isTrainable: Bool
    /// What an error calls it: the owner's path, `dense_1/kernel`.
    public var path: String
    /// What the value adds to a model's loss, a scalar. Keras: `Variable.regularizer`.
    public var regularizer: (@Sendable (Tensor) -> Tensor)?
    /// What a new value is put through after each step of an optimizer. Keras: `Variable.constraint`.
    public var constraint: (@Sendable (Tensor) -> Tensor)?
    private var stored: Tensor?

    public init(_ name: String, isTrainable: Bool = true) {
        self.name = name
        self.path = name
        self.isTrainable = isTrainable
    }

    /// A weight that has its value from the start.
    public convenience init(_ name: String, _ value: Tensor, isTrainable: Bool = true) {
        self.init(name, isTrainable: isTrainable)
        initialize(value)
    }

    /// Whether the weight has been given a value.
    public var isInitialized: Bool { stored != nil }

    /// The current value.
    ///
    /// - Precondition: The weight has been built; a new value has the old one's shape and type.
    public var value: Tensor {
        get {
            guard let stored else {
                trap("weight \"\(path)\" has no value yet: its layer has not been built")
            }
            guard let scope = Scope.current else { return stored }
            return scope.variable(of: self) ?? scope.trace?.read(self, stored) ?? stored
        }
        set {
            guard let stored else { trap("weight \"\(path)\" has no value yet: initialize(_:) gives the first") }
            guard newValue.shape == stored.shape, newValue.dtype == stored.dtype else {
                trap(
                    "weight \"\(path)\" is \(stored.dtype) \(stored.shape); it cannot become \(newValue.dtype) \(newValue.shape)"
                )
            }
            Scope.current?.forgetVariable(of: self)
            if let trace = Scope.current?.trace {
                trace.write(self, newValue)
            } else {
                self.stored = newValue.materialized
            }
        }
    }

    /// Gives the weight its first value, and with it its shape and type.
    public func initialize(_ value: Tensor) {
        if Scope.current?.trace != nil { trap("weight \"\(path)\": a weight cannot be created inside compiled { }") }
        stored = value.materialized
    }

    public var shape: Shape { peek.shape }
    public var dtype: DType { peek.dtype }

    /// The value outside of any trace.
    private var peek: Tensor {
        guard let stored else { trap("weight \"\(path)\" has no value yet: its layer has not been built") }
        return stored
    }

    /// The buffer of the current value, and whether nobody else holds it, so that it may be overwritten.
    func storage() -> (buffer: Buffer, isUnique: Bool) {
        guard stored != nil else { trap("weight \"\(path)\" has no value yet: its layer has not been built") }
        // Unique first: the buffer returned here is one more reference. A value not computed yet counts as shared.
        let isUnique = stored!.isUniquelyHeld
        return (Engine.value(of: stored!.node), isUnique)
    }

    /// A run has written a new buffer for this weight.
    func replace(_ tensor: Tensor) { stored = tensor }
}
