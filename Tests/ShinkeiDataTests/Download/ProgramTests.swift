import FoundationEssentials
import Testing

@testable import ShinkeiData

@Suite struct ProgramTests {
    @Test func `A program runs with arguments and the environment`() throws {
        try TinyMNIST.withFolder { folder in
            let log = folder + "/log"
            let script = "echo \"$1 $HOME\" >&2; exit 3"
            let outcome = Program.run("sh", ["-c", script, "sh", "a b"], errorFile: log)
            #expect(outcome == .exited(3))
            let text = String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
            #expect(text == "a b \(ProcessInfo.processInfo.environment["HOME"] ?? "")\n")
        }
    }

    @Test func `A missing or killed program is told apart`() throws {
        try TinyMNIST.withFolder { folder in
            let log = folder + "/log"
            let missing = Program.run("shinkei-no-such-program", [], errorFile: log)
            #expect(missing == .notStarted(2))
            #expect(Program.run("sh", ["-c", "kill -9 $$"], errorFile: log) == .killed(signal: 9))
        }
    }

    @Test func `Progress is reported while it runs`() throws {
        try TinyMNIST.withFolder { folder in
            var calls = 0
            let outcome = Program.run("sleep", ["0.35"], errorFile: folder + "/log") { calls += 1 }
            #expect(outcome == .exited(0))
            #expect(calls >= 2)
        }
    }

    @Test func `A checksum is SHA-256's`() {
        // FIPS 180-2, appendix B.1.
        #expect(
            RemoteFile.sha256(of: Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
