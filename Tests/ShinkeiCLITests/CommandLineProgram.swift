import Foundation
import Testing

/// The built program, run as a user runs it.
enum CommandLineProgram {
    /// What a run left.
    struct Result {
        var status: Int32
        var wasKilled: Bool
        var output: String
        var errors: String

        /// What is left of the output when the times are taken out.
        var timeless: String {
            output.replacing(/- \d+s - \d+(s|ms|us)\/step/, with: "")
                .replacing(/ready to train after [\d.]+ s/, with: "")
        }

        /// The text behind `name: `.
        subscript(_ name: String) -> String? {
            output.split(separator: "\n").first { $0.hasPrefix(name + ": ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }

        /// The number behind `name: `; NaN if there is none.
        func number(_ name: String) -> Double { self[name].flatMap(Double.init) ?? .nan }
    }

    /// The program, which is built into the folder that the tests are built into.
    static let path: String? = {
        #if os(macOS)
            let tests = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
            let folder = tests?.bundleURL.deletingLastPathComponent().path
        #else
            let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let folder = tests.map { ($0 as NSString).deletingLastPathComponent }
        #endif
        let path = folder.map { $0 + "/shinkei-cli" }
        return path.flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }
    }()

    /// Runs the program and waits for its end.
    ///
    /// - Parameter variables: Added to the environment, from which all of ours are taken out.
    static func run(_ arguments: [String], _ variables: [String: String] = [:]) throws -> Result {
        let path = try #require(path, "shinkei-cli is not beside the tests; build it first")
        return try withFolder { folder in
            var environment = ProcessInfo.processInfo.environment.filter {
                !$0.key.hasPrefix("SHINKEI_") && !$0.key.hasPrefix("LC_")
            }
            environment.merge(["LANG": "C.UTF-8", "COLUMNS": "80"]) { $1 }
            // Nothing here is to take the minute that describing a crash may take.
            environment["SWIFT_BACKTRACE"] = "enable=no"
            environment.merge(variables) { $1 }

            let files = ["output", "errors"].map { folder + "/" + $0 }
            for file in files { try Data().write(to: URL(filePath: file)) }
            let process = Process()
            process.executableURL = URL(filePath: path)
            process.arguments = arguments
            process.environment = environment
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle(forWritingAtPath: files[0])
            process.standardError = FileHandle(forWritingAtPath: files[1])
            try process.run()
            process.waitUntilExit()
            let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
            return Result(
                status: process.terminationStatus,
                wasKilled: process.terminationReason == .uncaughtSignal, output: texts[0],
                errors: texts[1])
        }
    }

    /// Runs the program, which is to end well.
    static func succeed(
        _ arguments: [String], _ variables: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Result {
        let result = try run(arguments, variables)
        #expect(!result.wasKilled, sourceLocation: sourceLocation)
        #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.errors == "", sourceLocation: sourceLocation)
        return result
    }

    /// Runs the program, which is to fail with one line, and returns that line.
    static func fail(
        _ arguments: [String], _ variables: [String: String] = [:], status: Int32,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let result = try run(arguments, variables)
        #expect(!result.wasKilled, sourceLocation: sourceLocation)
        #expect(result.status == status, sourceLocation: sourceLocation)
        #expect(result.output == "", sourceLocation: sourceLocation)
        let lines = result.errors.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.count == 2 && lines.last == "", "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.errors.hasPrefix("shinkei: "), sourceLocation: sourceLocation)
        #expect(result.errors.count < 420, sourceLocation: sourceLocation)
        return lines.first.map(String.init) ?? ""
    }

    /// Calls a body with the path of a new folder, which is removed afterwards.
    static func withFolder<T>(_ body: (String) throws -> T) throws -> T {
        let name = "shinkei-test-\(UInt64.random(in: 0 ... .max))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }
}

extension Tag {
    /// Takes more than a few seconds.
    @Tag static var slow: Self
}
