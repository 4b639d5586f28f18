import ArgumentParser

/// The program `shinkei`.
@main
enum Main {
    static func main() {
        ProcessClock.programBegan()
        do {
            var command = try ShinkeiCommand.parseAsRoot()
            try command.run()
        } catch {
            answer(error)
        }
        Output.finish()
    }

    /// Prints what was asked for (`--help`, `--version`), or says what is wrong.
    ///
    /// The parser's own `main` would add its usage to an error; one line is easier to read in a
    /// log and to look for in a test.
    private static func answer(_ error: any Error) {
        let language = Language.ofEnvironment
        switch ShinkeiCommand.exitCode(for: error) {
        case .success where language == .japanese:
            // One line a paragraph, since lines of Japanese end elsewhere.
            let help = ShinkeiCommand.fullMessage(for: error, columns: 1_000_000)
            print(Japanese.help(help, columns: Japanese.terminalColumns))
        case .success: print(ShinkeiCommand.fullMessage(for: error))
        case .validationFailure: Output.fail(language.error(ShinkeiCommand.message(for: error)), status: 2)
        default: Output.fail(language.error(String(describing: error)), status: 1)
        }
    }
}
