/// A place where bytes are appended: a file, or a member of an archive.
package protocol ByteSink: AnyObject {
    /// Appends bytes.
    ///
    /// - Throws: `FormatError` of kind `unwritable`, for example when the disk is full.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError)
}

extension ByteSink {
    /// Appends bytes.
    package func write(_ bytes: [UInt8]) throws(FormatError) {
        // withUnsafeBytes does not pass typed errors on in every toolchain we support.
        var failure: FormatError?
        bytes.withUnsafeBytes { buffer in
            do throws(FormatError) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
