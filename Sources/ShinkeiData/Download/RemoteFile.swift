import Crypto
import ShinkeiFormats

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A gzip file on the net, known by the size and checksum of what it holds.
struct RemoteFile {
    /// The name it gets in the cache, where it lies decompressed.
    var name: String
    /// Size of the decompressed content in bytes; nothing larger is unpacked.
    var size: Int
    /// SHA-256 of the decompressed content, in lower-case hexadecimal.
    var sha256: String
    /// The same file at several places, tried in this order.
    var addresses: [String]
    /// The schemes that curl may use, also after redirections.
    var schemes = "=https"

    /// Why nothing was downloaded, one reason an address.
    struct Failure: Error {
        var reasons: [String]
    }

    /// Downloads the file with `curl`, checks it and puts it into a folder.
    ///
    /// Nothing appears under the file's name before it is complete and its checksum is right.
    ///
    /// - Parameters:
    ///   - folder: An existing folder.
    ///   - progress: Told the number of compressed bytes so far, now and then.
    /// - Throws: `Failure` if no address gave the file.
    func download(into folder: String, progress: ((Int) -> Void)?) throws(Failure) {
        let random = String(UInt64.random(in: 0 ... .max), radix: 36)
        let part = "\(folder)/.\(name).\(random).part"
        let messages = "\(folder)/.\(name).\(random).log"
        defer {
            unlink(part)
            unlink(messages)
        }
        var reasons: [String] = []
        for address in addresses {
            let outcome = Program.run(
                "curl",
                [
                    "--fail", "--location", "--silent", "--show-error", "--globoff",
                    "--proto", schemes, "--proto-redir", schemes,
                    // Gives up on a server that does not answer or hardly sends.
                    "--connect-timeout", "15", "--speed-time", "30", "--speed-limit", "1000",
                    "--max-filesize", String(size + 65_536), "--output", part, "--", address,
                ],
                errorFile: messages,
                whileRunning: progress.map { report in { report(fileSize(part)) } })
            switch outcome {
            case .exited(0): break
            case .notStarted(let code):
                throw Failure(reasons: ["the program curl cannot be run: \(systemMessage(code))"])
            case .exited(let code):
                reasons.append("\(address): \(lastLine(of: messages) ?? "curl exit code \(code)")")
                continue
            case .killed(let signal):
                throw Failure(reasons: ["curl was stopped by signal \(signal)"])
            }
            do throws(FormatError) {
                let content = try Gzip.read(part, limit: size)
                if Self.sha256(of: content) == sha256 {
                    try AtomicFile.write(content, to: "\(folder)/\(name)")
                    return
                }
                reasons.append("\(address): \(content.count) bytes with a wrong checksum")
            } catch  where error.kind == .unwritable {
                throw Failure(reasons: [error.description])
            } catch {
                reasons.append("\(address): \(error.reason)")
            }
        }
        throw Failure(reasons: reasons)
    }

    /// The checksum in lower-case hexadecimal.
    static func sha256(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        let digits = Array("0123456789abcdef".utf8)
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

/// The size of a file in bytes, 0 if there is none.
func fileSize(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

private func lastLine(of path: String) -> String? {
    guard let file = try? FileReader(path), let bytes = try? file.read(upTo: min(file.size, 4096))
    else { return nil }
    let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    return lines.last.map { String(decoding: $0, as: UTF8.self) }
}

/// Makes a folder and those above it.
///
/// - Returns: The system's message if that fails.
func makeFolder(_ path: String) -> String? {
    var status = stat()
    if stat(path, &status) == 0 {
        return status.st_mode & S_IFMT == S_IFDIR ? nil : systemMessage(ENOTDIR)
    }
    let trimmed = path.utf8.last == UInt8(ascii: "/") ? String(path.dropLast()) : path
    if let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")), slash > trimmed.startIndex,
        let message = makeFolder(String(trimmed[..<slash]))
    {
        return message
    }
    // Another process may have made it in between.
    return mkdir(trimmed, 0o777) == 0 || errno == EEXIST ? nil : systemMessage()
}

/// Whether there is a file, of any kind but a folder.
package func fileExists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
}

/// A line on standard error that each call overwrites.
///
/// - Returns: `nil` unless standard error is a terminal.
func terminalProgress() -> ((String) -> Void)? {
    guard isatty(2) == 1 else { return nil }
    return { text in
        let line = Array("\r\u{1B}[K\(text)".utf8)
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}
