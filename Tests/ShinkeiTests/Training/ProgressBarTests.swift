import Testing

@testable import Shinkei

/// Compares with what Keras wrote to a terminal; see Tools/reference/make_keras_texts.py.
@Suite struct ProgressBarTests {
    struct Golden: Decodable {
        var cases: [Case]
    }
    struct Case: Decodable {
        var name: String
        /// `nil` if it is not known until the end.
        var target: Int?
        var verbose: Int
        var text: String
        var updates: [Update]
    }
    struct Update: Decodable {
        var seconds: Double
        var step: Int
        var names: [String]
        var values: [Double]
        var isLast: Bool
    }

    @Test func `The text equals Keras's to the last back-space`() throws {
        let golden: Golden = try Fixture.decode("progress.json")
        for entry in golden.cases {
            var bar = ProgressBar(target: entry.target, isInteractive: true, now: 0)
            var text = ""
            for update in entry.updates {
                if update.isLast { bar.target = update.step }
                let values = Array(zip(update.names, update.values))
                if entry.verbose == 1 {
                    text += bar.bar(update.step, values, now: update.seconds, isLast: update.isLast)
                } else if update.isLast {
                    text += bar.line(values, now: update.seconds)
                }
                bar.mark(update.step, now: update.seconds)
            }
            #expect(text == entry.text, "\(entry.name)")
        }
    }

    @Test func `The bar is drawn again only after a while`() {
        var bar = ProgressBar(target: 10, isInteractive: true, now: 0)
        #expect(bar.isDue(0))
        _ = bar.bar(1, [], now: 1, isLast: false)
        #expect(!bar.isDue(1.01))
        #expect(bar.isDue(1.2))
        #expect(!ProgressBar(target: 10, isInteractive: false, now: 0).isDue(9))
    }
}
