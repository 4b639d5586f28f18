import ShinkeiFormats

/// The image files of a folder that has a folder for each class.
struct ImageFolder {
    /// In the order of the classes, sorted by name.
    private(set) var classNames: [String] = []
    /// With the folder's path in front.
    private(set) var paths: [String] = []
    /// The class of each file.
    private(set) var classes: [Int] = []

    /// Endings of what can be read; case does not matter.
    static let endings = [".png", ".jpg", ".jpeg", ".bmp"]

    /// - Parameters:
    ///   - wanted: The classes, in this order; all folders if `nil`.
    ///   - part: Which of a class's files are taken, of so many.
    ///   - followsLinks: Whether links to folders are followed.
    init(
        _ root: String, classes wanted: [String]?, followsLinks: Bool = false, part: (Int) -> Range<Int> = { 0..<$0 }
    ) throws(FormatError) {
        guard let top = entries(of: root) else {
            throw FormatError(
                .unreadable, file: root, format: "images", reason: "there is no such folder, or it cannot be read")
        }
        // By bytes, as Python sorts, not by any language's order.
        let folders = top.filter { $0.isFolder && !$0.name.hasPrefix(".") }.map(\.name).sorted(by: byBytes)
        classNames = wanted ?? folders
        for (number, name) in classNames.enumerated() {
            let folder = "\(root)/\(name)"
            guard entries(of: folder) != nil else {
                throw FormatError(
                    .unreadable, file: folder, format: "images",
                    reason: "no folder of this class; there are: \(Self.listed(folders))")
            }
            let files = Self.images(in: folder, followsLinks: followsLinks)
            let taken = files[part(files.count)]
            paths += taken
            classes += taken.map { _ in number }
        }
    }

    /// All images below a folder, in the order of Python's sorted walk: a folder's files first.
    ///
    /// - Parameter followsLinks: Whether links to folders are followed; never into a folder that the way led through.
    static func images(in folder: String, followsLinks: Bool = false) -> [String] {
        images(in: folder, followsLinks, way: [])
    }

    private static func images(in folder: String, _ followsLinks: Bool, way: Set<FileIdentity>) -> [String] {
        guard let own = identity(of: folder), !way.contains(own), let found = entries(of: folder) else { return [] }
        let way = way.union([own])
        let files = found.filter { entry in
            !entry.isFolder && endings.contains { entry.name.lowercased().hasSuffix($0) }
        }
        let folders = found.filter { $0.isFolder && (followsLinks || !$0.isLink) }.map(\.name).sorted(by: byBytes)
        return files.map { "\(folder)/\($0.name)" }.sorted(by: byBytes)
            + folders.flatMap { images(in: "\(folder)/\($0)", followsLinks, way: way) }
    }

    /// The error for a folder in which nothing was found: it says what was.
    static func nothingFound(_ root: String, _ classNames: [String]) -> FormatError {
        let top = entries(of: root) ?? []
        let files = top.filter { !$0.isFolder }.map(\.name).sorted(by: byBytes)
        let folders = classNames.map { name -> String in
            let inside = (entries(of: "\(root)/\(name)") ?? []).map(\.name).sorted(by: byBytes)
            return "\(name) (\(listed(inside)))"
        }
        return FormatError(
            .unsupported, file: root, format: "images",
            reason: "no images (\(endings.joined(separator: ", "))) in folders of classes; found the folders "
                + "\(listed(folders)), the files \(listed(files))")
    }

    private static func listed(_ names: [String]) -> String {
        guard !names.isEmpty else { return "none" }
        return names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}

func byBytes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
