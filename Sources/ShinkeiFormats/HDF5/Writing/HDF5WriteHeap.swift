/// The global heap of a file that is written: texts in collections.
struct HDF5WriteHeap {
    /// Where an address of a collection is missing, and the number of the text it is for.
    var references: [(place: Int, text: Int)] = []
    private var collections: [[[UInt8]]] = []
    private var sizes: [Int] = []
    /// The collection of every text.
    private var homes: [Int] = []
    private var addresses: [Int] = []

    /// Collections are filled to about this many bytes; one text may be larger.
    private static let collectionSize = 1 << 16

    /// Adds a text.
    ///
    /// - Returns: The text's number, and its index within its collection.
    mutating func add(_ text: [UInt8]) -> (number: Int, index: Int) {
        let size = 16 + (text.count + 7) / 8 * 8
        if collections.isEmpty || sizes[sizes.count - 1] + size > Self.collectionSize {
            collections.append([])
            sizes.append(16)
        }
        collections[collections.count - 1].append(text)
        sizes[sizes.count - 1] += size
        homes.append(collections.count - 1)
        return (homes.count - 1, collections[collections.count - 1].count)
    }

    func address(of text: Int) -> Int { addresses[homes[text]] }

    /// All collections, from a place in the file on.
    mutating func encoded(at start: Int) -> [UInt8] {
        var all = HDF5Encoder()
        for (texts, used) in zip(collections, sizes) {
            addresses.append(start + all.bytes.count)
            // The library's smallest. What is left over is the free object 0.
            let size = max(4096, used)
            var collection = HDF5Encoder()
            collection.add("GCOL")
            collection.add(1, 4)
            collection.add(size, 8)
            for (i, text) in texts.enumerated() {
                collection.add(i + 1, 2)
                collection.add(1, 2)
                collection.add(0, 4)
                collection.add(text.count, 8)
                collection.add(text)
                collection.align()
            }
            if size - used >= 16 {
                collection.add(0, 8)
                collection.add(size - used, 8)
            }
            collection.pad(to: size)
            all.add(collection.bytes)
        }
        return all.bytes
    }
}
