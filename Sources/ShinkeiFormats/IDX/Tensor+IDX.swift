public import ShinkeiCore

extension Tensor {
    /// Reads an IDX file, plain or gzip. See `IDX` for the types.
    ///
    /// - Throws: `FormatError` if the file cannot be read, is no IDX file, or is longer or shorter
    ///   than its header says.
    public init(idx path: String) throws(FormatError) {
        self.init(try IDX.read(path))
    }
}
