extension JSON {
    /// The members of an object, in the order in which their keys first came.
    package struct Object: Sendable, Equatable, RandomAccessCollection {
        package typealias Element = (key: String, value: JSON)

        private var members: [Element] = []
        /// Where each key stands. Small objects, which most are, are searched from front to back instead.
        private var places: [ExactText: Int] = [:]
        private static let searched = 8

        package init() {}

        /// Puts an object together; of equal keys the last value counts, at the place of the first.
        package init(_ members: some Sequence<(String, JSON)>) {
            for (key, value) in members { self[key] = value }
        }

        package var startIndex: Int { 0 }
        package var endIndex: Int { members.count }
        package subscript(position: Int) -> Element { members[position] }

        /// The keys, in order.
        package var keys: [String] { members.map(\.key) }

        /// The value under a key. Setting a new key puts it at the end; setting `nil` takes the key away.
        package subscript(key: String) -> JSON? {
            get { place(of: key).map { members[$0].value } }
            set {
                if let newValue {
                    if let place = place(of: key) {
                        members[place].value = newValue
                    } else {
                        append(key, newValue)
                    }
                } else if let place = place(of: key) {
                    members.remove(at: place)
                    rebuildPlaces()
                }
            }
        }

        /// - Complexity: O(1) on average.
        private func place(of key: String) -> Int? {
            let key = ExactText(key)
            if members.count > Self.searched { return places[key] }
            return members.firstIndex { ExactText($0.key) == key }
        }

        private mutating func append(_ key: String, _ value: JSON) {
            members.append((key, value))
            if members.count == Self.searched + 1 {
                rebuildPlaces()
            } else if members.count > Self.searched {
                places[ExactText(key)] = members.count - 1
            }
        }

        private mutating func rebuildPlaces() {
            places = [:]
            guard members.count > Self.searched else { return }
            places.reserveCapacity(members.count)
            for (place, member) in members.enumerated() { places[ExactText(member.key)] = place }
        }

        package static func == (a: Object, b: Object) -> Bool {
            a.count == b.count && a.allSatisfy { b[$0.key] == $0.value }
        }
    }
}
