import Shinkei
import ShinkeiImages

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The pictures of a folder that has a folder for each class, some of them kept for validation.
struct PictureFolder {
    let train: ImageBatches
    let validation: ImageBatches?
    var classNames: [String] { train.classNames }

    /// - Parameter validationSplit: The part of each class that is kept, the first ones by name.
    init(_ folder: String, _ size: PictureSize, validationSplit: Double) throws {
        let generator = ImageDataGenerator(validationSplit: validationSplit)
        func batches(_ part: Subset?) throws -> ImageBatches {
            try generator.flowFromDirectory(
                folder, targetSize: (size.height, size.width), classMode: .sparse, batchSize: 32, shuffle: false,
                subset: part, interpolation: .bilinear, badFiles: .skipped, verbose: false
            ).epoch(0)
        }
        let all = try batches(nil)
        var counts = [Int](repeating: 0, count: all.classNames.count)
        for place in all.classes { counts[place] += 1 }
        if let empty = counts.firstIndex(of: 0) {
            throw CommandError("\(folder)/\(all.classNames[empty]): no pictures of this class")
        }
        guard counts.count > 1 else {
            throw CommandError("\(folder): needs a folder for each of two classes or more; found \(all.classNames[0])")
        }
        guard validationSplit > 0 else {
            (train, validation) = (all, nil)
            return
        }
        guard counts.contains(where: { Int(Double($0) * validationSplit) > 0 }) else {
            throw CommandError("\(folder): --validation-split \(validationSplit) of \(all.count) pictures leaves none")
        }
        (train, validation) = (try batches(.training), try batches(.validation))
    }
}

/// Pictures, or what was made of them, with their classes.
struct LabelledRows {
    let x: Tensor
    /// The number of each row's class.
    let y: Tensor

    init(x: Tensor, y: Tensor) { (self.x, self.y) = (x, y) }

    /// All batches in one, each put through `rule`. A line on a terminal shows how far it is.
    init(_ batches: ImageBatches, _ what: String, _ rule: (Tensor) throws -> Tensor) throws {
        var (xs, ys): ([Tensor], [Tensor]) = ([], [])
        var count = 0
        let isShown = isatty(1) == 1
        let iterator = batches.makeIterator()
        while let batch = try iterator.nextBatch(), let y = batch.y {
            xs.append(try rule(batch.x).evaluate())
            ys.append(y.cast(to: .int32))
            count += batch.items.count
            if isShown {
                print("\r\(what) \(grouped(count)) of \(grouped(batches.count))", terminator: "")
                fflush(nil)
            }
        }
        if isShown { print("\r\u{1B}[K", terminator: "") }
        guard !xs.isEmpty else { throw CommandError("none of the \(batches.count) pictures can be read") }
        (x, y) = (Tensor.concatenate(xs).evaluate(), Tensor.concatenate(ys).evaluate())
    }

    /// The pictures themselves, a byte a number.
    init(bytesOf batches: ImageBatches) throws {
        let bytes = batches.count * batches.imageShape.reduce(1, *)
        // Once as they come, once in one piece.
        let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        guard bytes < memory / 3 else {
            throw CommandError(
                "\(grouped(batches.count)) pictures of \(batches.imageShape.map(String.init).joined(separator: "x")) take "
                    + "\(grouped(bytes / 1_000_000)) MB, too much for this machine; make --target-size smaller")
        }
        try self.init(batches, "Reading") { $0.cast(to: .uint8) }
    }
}
