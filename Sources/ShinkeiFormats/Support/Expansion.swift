/// What a file may become in memory. Deflate can make 1032 bytes of one, but only of zeros; numbers give two or three.
package enum Expansion {
    /// The most bytes that all data of a file may take: 128 for each of the file's own, and 256 MB.
    package static func limit(ofFile count: Int) -> Int {
        let (product, overflow) = count.multipliedReportingOverflow(by: 128)
        let (sum, overflow2) = product.addingReportingOverflow(256 << 20)
        return overflow || overflow2 ? .max : sum
    }
}
