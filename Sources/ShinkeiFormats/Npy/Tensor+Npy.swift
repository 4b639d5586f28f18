public import ShinkeiCore

extension Tensor {
    /// Reads a .npy file, as `numpy.load` does. See `Npy` for the types.
    ///
    /// - Throws: `FormatError` if the file cannot be read, is no .npy file, ends too early, or
    ///   holds elements that tensors cannot hold.
    public init(npy path: String) throws(FormatError) {
        self.init(try Npy.read(path))
    }

    /// Writes a .npy file, as `numpy.save` does, atomically.
    ///
    /// - Throws: `FormatError` of kind `unwritable`; an existing file is then as it was.
    public func saveNpy(to path: String) throws(FormatError) {
        try Npy.write(HostArray(self), to: path)
    }
}
