import FoundationEssentials
import Testing

@testable import ShinkeiFormats

@Suite struct AtomicFileTests {
    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func `A written file replaces the old one and leaves nothing else`() throws {
        try TestFiles.withFolder { folder in
            let path = folder + "/a"
            try AtomicFile.write([1, 2, 3], to: path)
            try AtomicFile.write([4], to: path)
            #expect(try TestFiles.bytes(path) == [4])
            #expect(try names(folder) == ["a"])
        }
    }

    @Test func `An abandoned file leaves the old one and nothing else`() throws {
        try TestFiles.withFolder { folder in
            let path = folder + "/a"
            try AtomicFile.write([1, 2, 3], to: path)
            do {
                let file = try AtomicFile(path)
                try file.write([9])
                #expect(try names(folder).count == 2)
            }
            #expect(try TestFiles.bytes(path) == [1, 2, 3])
            #expect(try names(folder) == ["a"])
        }
    }

    @Test func `A symbolic link stays and leads to the new file`() throws {
        try TestFiles.withFolder { folder in
            try AtomicFile.write([1], to: folder + "/a")
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/link", withDestinationPath: "a")
            try AtomicFile.write([2], to: folder + "/link")
            #expect(try TestFiles.bytes(folder + "/a") == [2])
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "a")
        }
    }

    @Test func `Leftovers are removed, and nothing whose name is only like theirs`() throws {
        try TestFiles.withFolder { folder in
            let path = folder + "/model.keras"
            // What a process leaves that is killed while it writes.
            let unfinished = try AtomicFile(path)
            try unfinished.write([1])
            let leftover = try #require(try names(folder).first)
            #expect(leftover.hasPrefix(".model.keras.") && leftover.hasSuffix(".tmp"))
            let number = leftover.dropFirst(13).dropLast(4)
            #expect(number.utf8.count == 16)
            let others = [
                ".model.keras.backup.tmp", ".model.keras.\(number)0.tmp", ".model.keras.\(number)",
                ".model.\(number).tmp",
                ".model.keras.0123456789ABCDEF.tmp", "model.keras.\(number).tmp", ".model.keras.h5.\(number).tmp",
                ".model.keras.\(number).tmp.bak", "model.keras",
            ]
            for name in others { try TestFiles.write([2], "\(folder)/\(name)") }
            AtomicFile.removeLeftovers(of: path)
            #expect(try names(folder) == others.sorted())
        }
    }

    @Test func `Permissions are kept`() throws {
        try TestFiles.withFolder { folder in
            let path = folder + "/a"
            try AtomicFile.write([1], to: path)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: path)
            try AtomicFile.write([2], to: path)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let mode = try #require(attributes[.posixPermissions])
            #expect("\(mode)" == "\(0o600)")
        }
    }

    @Test func `Bytes that are written can be changed before they appear`() throws {
        try TestFiles.withFolder { folder in
            let file = try AtomicFile(folder + "/a")
            try file.write([1, 2, 3, 4])
            #expect(file.isPatchable)
            try file.patch([8, 9], at: 1)
            try file.write([5])
            try file.commit()
            #expect(try TestFiles.bytes(folder + "/a") == [1, 8, 9, 4, 5])
        }
        #expect(try !AtomicFile("/dev/null").isPatchable)
    }

    @Test func `Devices are written, not replaced`() throws {
        try AtomicFile.write([1], to: "/dev/null")
        _ = formatError(.unreadable) { _ = try FileReader("/dev/null") }
    }

    @Test func `A place that cannot be written is named`() throws {
        let error = formatError(.unwritable) { try AtomicFile.write([1], to: "/nowhere/at/all") }
        #expect(error == "/nowhere/at/all: No such file or directory")
        _ = formatError(.unwritable) { try AtomicFile.write([1], to: "/tmp") }
    }

    @Test func `A very long name has room for the temporary one`() throws {
        try TestFiles.withFolder { folder in
            let path = folder + "/" + String(repeating: "x", count: 255)
            try AtomicFile.write([1], to: path)
            #expect(try TestFiles.bytes(path) == [1])
        }
    }
}
