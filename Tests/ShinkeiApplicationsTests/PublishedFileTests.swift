import Foundation
import Testing

@testable import ShinkeiApplications
@testable import ShinkeiData

/// Where published files are looked for, and how they come: `curl` reads `file:` addresses here.
@Suite struct PublishedFileTests {
    private static let text = Data("weights".utf8)
    // printf weights | md5sum
    private static let md5 = "63f4f1e9b725370f459720575cd5f953"

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder =
            FileManager.default.temporaryDirectory.path() + "shinkei-published-\(UInt64.random(in: 0 ... .max))"
        for part in ["server", "data/models", "home/.keras/models"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func file(_ folder: String, size: Int = 7, md5: String? = nil) -> PublishedFile {
        PublishedFile(name: "w.h5", size: size, md5: md5, address: "file://\(folder)/server/w.h5", schemes: "=file")
    }

    @Test func `A file lies in SHINKEI_DATA, the cache or Keras's folder`() throws {
        try inFolder { folder in
            let locations = DataLocations(["SHINKEI_DATA": "\(folder)/data", "HOME": "\(folder)/home"])
            for place in ["home/.keras/models", "data/models", "data"] {
                try Self.text.write(to: URL(filePath: "\(folder)/\(place)/w.h5"))
                #expect(try file(folder).find(for: "Net", locations) == "\(folder)/\(place)/w.h5")
            }
        }
    }

    @Test func `What is nowhere is downloaded and checked`() throws {
        try inFolder { folder in
            let locations = DataLocations(["SHINKEI_CACHE": "\(folder)/cache"])
            let address = URL(filePath: "\(folder)/server/w.h5")
            try Self.text.write(to: address)
            for (wrong, reason) in [
                (file(folder, md5: "00000000000000000000000000000000"), "7 bytes with a wrong checksum"),
                (file(folder, size: 8), "7 bytes with a wrong size"),
                (file(folder, size: 6), "7 bytes with a wrong size"),
            ] {
                do {
                    _ = try wrong.find(for: "Net", locations)
                    Issue.record("not refused")
                } catch {
                    #expect(String(describing: error).contains(reason), "\(error)")
                }
                #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache/models").isEmpty)
            }
            let path = try file(folder, md5: Self.md5).find(for: "Net", locations)
            #expect(path == "\(folder)/cache/models/w.h5")
            #expect(FileManager.default.contents(atPath: path) == Self.text)
            // It is kept.
            try FileManager.default.removeItem(at: address)
            #expect(try file(folder, size: 99).find(for: "Net", locations) == path)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache/models") == ["w.h5"])
        }
    }

    @Test func `Offline, one line names file, size, checksum and place`() throws {
        try inFolder { folder in
            let cache = ["SHINKEI_CACHE": "\(folder)/cache"]
            for (variables, place) in [
                (cache, "\(folder)/cache/models"), (cache.merging(["SHINKEI_DATA": "/nowhere"]) { $1 }, "/nowhere"),
                (["SHINKEI_DATA": "/nowhere"], "/nowhere"), ([:], "the folder that SHINKEI_DATA names"),
            ] {
                do {
                    _ = try file(folder, md5: Self.md5).find(for: "Net", DataLocations(variables))
                    Issue.record("found")
                } catch {
                    #expect(
                        String(describing: error).hasPrefix(
                            "Net: w.h5 (7 bytes, MD5 \(Self.md5)) is not on this machine"))
                    #expect(String(describing: error).contains("put it into \(place); "))
                    #expect(String(describing: error).contains("file://\(folder)/server/w.h5"))
                    #expect(!String(describing: error).contains("\n"))
                }
            }
        }
    }

    @Test func `The networks' files have their published names`() {
        let all: [PublishedWeights] = [true, false].flatMap { top -> [PublishedWeights] in
            [.vgg16(top), .vgg19(top), .resNet50(top), .resNet50V2(top), .mobileNetV2(top), .efficientNetB0(top)]
        }
        #expect(Set(all.map(\.file.name)).count == 12)
        for weights in all {
            #expect(weights.file.address.hasPrefix("https://storage.googleapis.com/"))
            #expect(weights.file.address.hasSuffix("/\(weights.file.name)"))
            #expect((weights.file.md5 == nil) == (weights.network == "MobileNetV2"))
        }
    }
}
