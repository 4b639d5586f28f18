import Crypto
import ShinkeiFormats

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file of a data set or a network, kept as it is on the net: where it lies on this machine, or where to get it.
package struct DataFile {
    package enum Checksum {
        case sha256(String)
        case md5(String)
        /// Its length in bytes, where nobody has published more.
        case size(Int)
    }
    /// The data set's name, for errors and progress.
    var dataSet: String
    /// The folder it lies in under the data's folder.
    var folder: String
    var name: String
    /// Other names under which people have it; also folders.
    var otherNames: [String] = []
    /// The most bytes it may have.
    var limit: Int
    var checksum: Checksum
    var addresses: [String]
    var schemes = "=https"

    /// - Parameters:
    ///   - folder: The folder it lies in under the data's folder.
    ///   - limit: The most bytes it may have.
    ///   - schemes: What `curl` may use, also after redirections.
    package init(
        dataSet: String, folder: String, name: String, otherNames: [String] = [], limit: Int, checksum: Checksum,
        addresses: [String], schemes: String = "=https"
    ) {
        (self.dataSet, self.folder, self.name, self.otherNames) = (dataSet, folder, name, otherNames)
        (self.limit, self.checksum, self.addresses, self.schemes) = (limit, checksum, addresses, schemes)
    }

    /// The file's path, downloaded if it is nowhere and may be.
    ///
    /// - Parameter directory: The only place to look, if it is given.
    func find(
        in directory: String?, download isAllowed: Bool, _ locations: DataLocations
    ) throws(DataSetError) -> String {
        func path(in place: String) -> String? {
            [name].map { "\(place)/\($0)" }.first(where: fileExists)
                ?? otherNames.map { "\(place)/\($0)" }.first { fileExists($0) || isFolder($0) }
        }
        func found(_ place: String) -> String? { path(in: place) ?? path(in: "\(place)/\(folder)") }
        if let directory {
            if let path = found(directory) { return path }
            throw DataSetError(.notFound, dataSet: dataSet, reason: "\(directory) needs \(name)")
        }
        if let path = locations.data.flatMap(found) ?? locations.cache.flatMap(found) { return path }
        guard isAllowed else {
            throw DataSetError(
                .notFound, dataSet: dataSet, reason: "\(name) is neither where SHINKEI_DATA says nor in the cache")
        }
        guard let cache = locations.cache else {
            throw DataSetError(
                .notDownloaded, dataSet: dataSet,
                reason:
                    "no place for a download, since SHINKEI_CACHE and HOME are not set; set one, or set SHINKEI_DATA to "
                    + "a folder with \(name)")
        }
        let target = "\(cache)/\(folder)"
        let reasons = download(into: target)
        guard reasons.isEmpty else {
            throw DataSetError(
                .notDownloaded, dataSet: dataSet,
                reason:
                    "no download (\(reasons.joined(separator: "; "))); put \(name) into \(target), or set SHINKEI_DATA "
                    + "to the folder that holds it")
        }
        return "\(target)/\(name)"
    }

    /// Downloads the file and checks it; nothing appears under its name before that.
    ///
    /// - Returns: Why there is no file, one reason an address; nothing if there is one.
    package func download(into folder: String) -> [String] {
        if let message = makeFolder(folder) { return ["\(folder): \(message)"] }
        let random = String(UInt64.random(in: 0 ... .max), radix: 36)
        let part = "\(folder)/.\(name).\(random).part"
        let messages = "\(folder)/.\(name).\(random).log"
        let line = terminalProgress()
        defer {
            unlink(part)
            unlink(messages)
            line?("")
        }
        let progress = line.map { line in
            { line("\(dataSet): downloading \(name), \(fileSize(part) / 1_000_000) MB") }
        }
        var reasons: [String] = []
        for address in addresses {
            let outcome = Program.run(
                "curl",
                [
                    "--fail", "--location", "--silent", "--show-error", "--globoff", "--proto", schemes,
                    "--proto-redir",
                    schemes, "--connect-timeout", "15", "--speed-time", "30", "--speed-limit", "1000", "--max-filesize",
                    String(limit), "--output", part, "--", address,
                ],
                errorFile: messages, whileRunning: progress)
            guard outcome == .exited(0) else {
                let text = (try? FileReader(messages).read(upTo: 300)).map { String(decoding: $0, as: UTF8.self) } ?? ""
                let line = text.split(separator: "\n").last.map(String.init)
                if case .notStarted(let code) = outcome {
                    return ["the program curl cannot be run: \(systemMessage(code))"]
                }
                reasons.append("\(address): \(line ?? "curl failed")")
                continue
            }
            guard let isRight = try? isRight(part) else {
                reasons.append("\(address): cannot be read")
                continue
            }
            guard isRight else {
                reasons.append("\(address): \(fileSize(part)) bytes with a wrong \(checksum.name)")
                continue
            }
            return rename(part, "\(folder)/\(name)") == 0 ? [] : ["\(folder): \(systemMessage())"]
        }
        return reasons
    }

    /// Whether a file has the checksum, or the size.
    private func isRight(_ path: String) throws -> Bool {
        func digest<H: HashFunction>(_ hash: H) throws -> String {
            var hash = hash
            let file = try FileReader(path)
            while true {
                let piece = try file.read(upTo: 1 << 20)
                if piece.isEmpty { break }
                piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            }
            let digits = Array("0123456789abcdef".utf8)
            return String(
                decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        }
        switch checksum {
        case .sha256(let sum): return try digest(SHA256()) == sum
        case .md5(let sum): return try digest(Insecure.MD5()) == sum
        case .size(let count): return fileSize(path) == count
        }
    }
}

extension DataFile.Checksum {
    fileprivate var name: String {
        switch self {
        case .sha256, .md5: "checksum"
        case .size: "size"
        }
    }
}
