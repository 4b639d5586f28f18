import ShinkeiCore
import Synchronization

/// What layers share while they are made: the numbers in their names and the order of their random
/// draws.
///
/// There is one for the process, whose seed is `setRandomSeed`'s; `withSession` gives a stretch of
/// code one of its own.
final class Session: Sendable {
    @TaskLocal static var scoped: Session?
    /// Whether a model is being made from a file, whose weights get their values right after.
    @TaskLocal static var isLoading = false
    static func loading<T>(_ body: () throws -> T) rethrows -> T { try $isLoading.withValue(true, operation: body) }

    private static let shared = Session(seed: nil)
    static var current: Session { scoped ?? shared }

    private struct State {
        var namesTaken: [String: Int] = [:]
        var draws = 0
    }
    private let ownSeed: Int?
    private let state = Mutex(State())

    /// How often random numbers have been drawn; with the seed, all there is to know of them.
    var draws: Int {
        get { ownSeed == nil ? GlobalRandom.position.draws : state.withLock { $0.draws } }
        set {
            if ownSeed == nil {
                GlobalRandom.position.draws = newValue
            } else {
                state.withLock { $0.draws = newValue }
            }
        }
    }

    init(seed: Int?) { ownSeed = seed }

    /// The seed of everything drawn here.
    var seed: Int { ownSeed ?? GlobalRandom.seed }

    /// `dense`, `dense_1`, `dense_2` … as Keras numbers them.
    func name(for className: String) -> String {
        let base = snakeCase(className)
        return state.withLock { state in
            let number = state.namesTaken[base, default: 0]
            state.namesTaken[base] = number + 1
            return number == 0 ? base : "\(base)_\(number)"
        }
    }

    /// The key of the next draw.
    func nextKey() -> RandomKey {
        guard let ownSeed else { return RandomKey() }
        let draw = state.withLock { state in
            state.draws += 1
            return state.draws
        }
        return RandomKey(seed: ownSeed, stream: 0, step: Tensor(Int64(draw)))
    }

    func forgetNames() { state.withLock { $0.namesTaken = [:] } }
}

/// Runs `body` with names and random numbers of its own: layers made inside are numbered from the
/// start (`dense`, `dense_1`), and the same seed gives the same weights, whatever ran before or
/// runs beside it.
public func withSession<T>(seed: Int = 0, _ body: () throws -> T) rethrows -> T {
    try Session.$scoped.withValue(Session(seed: seed), operation: body)
}

/// Numbers layer names from the start again. Keras: `keras.utils.clear_session`.
public func clearSession() { Session.current.forgetNames() }

/// A class's name as Keras makes it a layer's: `InputLayer` → `input_layer`, `Conv2D` → `conv2d`,
/// `LSTM` → `lstm`.
func snakeCase(_ className: String) -> String {
    let letters = Array(className)
    var result = ""
    for (i, letter) in letters.enumerated() {
        if i > 0, letter.isUppercase {
            let startsWord = i + 1 < letters.count && letters[i + 1].isLowercase
            if startsWord || letters[i - 1].isLowercase { result.append("_") }
        }
        result += letter.lowercased()
    }
    return result
}
