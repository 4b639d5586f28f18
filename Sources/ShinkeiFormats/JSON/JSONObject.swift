extension JSON {
    /// The members of an object, in the order in which their keys first came.
    public struct Object: Sendable, Equatable, RandomAccessCollection {
        public typealias Element = (key: String, value: JSON)

        private var members: [Element] = []
        /// Where each key stands. Small objects, which most are, are searched from front to back instead.
        private var places: [ExactText: Int] = [:]
        private static let searched = 8

        public init() {}

        /// Puts an object together; of equal keys the last value counts, at the place of the first.
        public init(_ members: some Sequence<(String, JSON)>) {
            for (key, value) in members { self[key] = value }
        }

        public var startIndex: Int { 0 }
        public var endIndex: Int { members.count }
        public subscript(position: Int) -> Element { members[position] }

        /// The keys, in order.
        public var keys: [String] { members.map(\.key) }

        /// The value under a key. Setting a new key puts it at the end; setting `nil` takes the key away.
        public subscript(key: String) -> JSON? {
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

        public static func == (a: Object, b: Object) -> Bool {
            a.count == b.count && a.allSatisfy { b[$0.key] == $0.value }
        }
    }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
    /// Of equal keys the last counts.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
