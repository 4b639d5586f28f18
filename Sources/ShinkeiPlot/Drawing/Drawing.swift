/// A picture as a plain value: shapes, text and images at places given in points, y growing downwards.
///
/// It says nothing of how it is written. `svg()` and `html()` need nothing; `png()` and `pdf()` go through cairo.
public struct Drawing: Sendable {
    /// The size in points, 72 to the inch.
    public var width: Double
    /// The size in points, 72 to the inch.
    public var height: Double
    /// What the picture shows, for those who cannot see it, and for the title of a page.
    public var title: String
    /// What is drawn, the first at the bottom.
    public var elements: [Element]

    /// A white sheet.
    public init(width: Double, height: Double, title: String = "", elements: [Element] = []) {
        self.width = width
        self.height = height
        self.title = title
        self.elements = elements
    }

    /// A part of a drawing.
    public indirect enum Element: Sendable {
        case rectangle(Rectangle, radius: Double = 0, Style)
        case ellipse(Rectangle, Style)
        case path(Path, Style)
        case text(Text)
        case image(Image, Rectangle)
        /// Parts that belong together. Outside of `clip` nothing of them is seen; `title` is what a browser shows under the pointer.
        case group([Element], clip: Rectangle? = nil, title: String? = nil)
    }

    /// A place.
    public struct Point: Hashable, Sendable {
        public var x: Double
        public var y: Double
        /// A place.
        public init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A rectangle by its upper left corner and its size.
    public struct Rectangle: Hashable, Sendable {
        public var x: Double
        public var y: Double
        public var width: Double
        public var height: Double
        /// A rectangle by its upper left corner and its size.
        public init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }

        var right: Double { x + width }
        var bottom: Double { y + height }
        var center: Point { Point(x + width / 2, y + height / 2) }
        func inset(_ by: Double) -> Rectangle { Rectangle(x + by, y + by, width - 2 * by, height - 2 * by) }
        func moved(_ dx: Double, _ dy: Double) -> Rectangle { Rectangle(x + dx, y + dy, width, height) }
        /// Whether the two share more than an edge.
        func crosses(_ other: Rectangle) -> Bool {
            x < other.right && other.x < right && y < other.bottom && other.y < bottom
        }
        func contains(_ other: Rectangle) -> Bool {
            x <= other.x && y <= other.y && right >= other.right && bottom >= other.bottom
        }
    }

    /// Red, green, blue and opacity, each from 0 to 1.
    public struct Color: Hashable, Sendable {
        public var red: Double
        public var green: Double
        public var blue: Double
        public var alpha: Double
        /// Red, green, blue and opacity, each from 0 to 1.
        public init(_ red: Double, _ green: Double, _ blue: Double, alpha: Double = 1) {
            self.red = red
            self.green = green
            self.blue = blue
            self.alpha = alpha
        }
        /// `Color(0xRRGGBB)`
        public init(_ hex: UInt32, alpha: Double = 1) {
            self.init(
                Double(hex >> 16 & 255) / 255, Double(hex >> 8 & 255) / 255, Double(hex & 255) / 255, alpha: alpha)
        }
        public static let black = Color(0)
        public static let white = Color(0xffffff)

        /// The colour on the way from this one to another.
        func mixed(_ other: Color, _ share: Double) -> Color {
            Color(
                red + (other.red - red) * share, green + (other.green - green) * share,
                blue + (other.blue - blue) * share, alpha: alpha + (other.alpha - alpha) * share)
        }
        /// How light it looks, from 0 to 1.
        var lightness: Double { 0.299 * red + 0.587 * green + 0.114 * blue }
        var bytes: [UInt8] { [red, green, blue, alpha].map { UInt8(max(0, min(255, ($0 * 255).rounded()))) } }
    }

    /// How a shape is painted.
    public struct Style: Hashable, Sendable {
        public var fill: Color?
        public var stroke: Color?
        public var lineWidth: Double
        /// Lengths of dashes and gaps in turn; none is a solid line.
        public var dashes: [Double]
        /// How a shape is painted.
        public init(fill: Color? = nil, stroke: Color? = nil, lineWidth: Double = 1, dashes: [Double] = []) {
            self.fill = fill
            self.stroke = stroke
            self.lineWidth = lineWidth
            self.dashes = dashes
        }
    }

    /// Lines and curves.
    public struct Path: Hashable, Sendable {
        /// A step of a path.
        public enum Step: Hashable, Sendable {
            case move(Point)
            case line(Point)
            case curve(Point, Point, Point)
            case close
        }
        public var steps: [Step]
        /// A path of these steps.
        public init(_ steps: [Step] = []) { self.steps = steps }
        /// A line through points.
        public init(_ points: [Point]) {
            steps = points.enumerated().map { $0 == 0 ? .move($1) : .line($1) }
        }
    }

    /// A line of text.
    public struct Text: Hashable, Sendable {
        /// Which part of the text stands at its place.
        public enum Anchor: Int, Hashable, Sendable { case start, middle, end }
        public var string: String
        /// Where the baseline starts, is centred or ends.
        public var place: Point
        public var size: Double
        public var isBold: Bool
        public var anchor: Anchor
        public var color: Color
        /// Whether it reads upwards.
        public var isTurned: Bool
        /// A line of text. What is no visible character becomes a space.
        public init(
            _ string: String, at place: Point, size: Double = 12, isBold: Bool = false, anchor: Anchor = .start,
            color: Color = .black, isTurned: Bool = false
        ) {
            self.string = visible(string)
            self.place = place
            self.size = size
            self.isBold = isBold
            self.anchor = anchor
            self.color = color
            self.isTurned = isTurned
        }
    }

    /// Pixels: red, green, blue and opacity, rows first.
    public struct Image: Hashable, Sendable {
        public let columns: Int
        public let rows: Int
        let bytes: [UInt8]

        init(columns: Int, rows: Int, rgba: [UInt8]) {
            self.columns = columns
            self.rows = rows
            bytes = rgba
        }
    }
}

/// Text in one line that is valid in XML and in C.
private func visible(_ text: String) -> String {
    func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
        // Marks that turn the direction of writing could make a name read as another.
        case .format: scalar == "\u{200D}" || scalar == "\u{200C}"
        default: scalar.value & 0xfffe != 0xfffe && !(0xfdd0...0xfdef).contains(scalar.value)
        }
    }
    if text.unicodeScalars.allSatisfy(isVisible) { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isVisible($0) ? $0 : " " }))
}
