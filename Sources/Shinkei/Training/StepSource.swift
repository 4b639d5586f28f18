import ShinkeiCore

/// What a training takes its steps from: arrays, or batches that come from outside.
///
/// A pass goes over all of the data once. An epoch is a pass, or a part of one that follows the part run last.
protocol StepSource: AnyObject {
    /// The steps of a pass; `nil` while nobody knows.
    var stepCount: Int? { get }
    /// After how many steps it must be looked whether one went wrong.
    var checkInterval: Int { get }
    /// How long steps have waited for their data in all.
    var waited: Duration { get }

    /// Runs steps of a pass; from step 0 on, of a new one.
    ///
    /// - Parameters:
    ///   - last: Where to end; `nil` for the end of the data.
    ///   - beforeStep: Is called when a step is about to begin.
    ///   - afterStep: Is given the number of the step, from 1; may throw to end the pass, or return false.
    func run(from first: Int, to last: Int?, beforeStep: () throws -> Void, afterStep: (Int) throws -> Bool) throws
    /// The step whose flag fell, from 0, and its batch, by the place that was noted.
    func failed(at place: Int) -> (step: Int, batch: TrainingData)
    /// Ends the pass that is running.
    func close()

    /// Where the data stand, beside the number of steps; for `BackupAndRestore`.
    var position: [Int] { get }
    /// Makes the pass anew that another process was in, to go on behind `step` steps.
    func resume(behind step: Int, _ position: [Int])
}

/// Steps over arrays.
final class ArraySteps: StepSource {
    private let makePlan: () -> EpochPlan
    private var plan: EpochPlan
    private let parts: TrainingParts
    private let arrays: [Tensor]

    /// - Parameter plan: Is asked for at the start of each pass.
    init(_ data: TrainingData, plan: @escaping () -> EpochPlan) {
        makePlan = plan
        self.plan = plan()
        parts = TrainingParts(data)
        arrays = data.tensors
    }

    var stepCount: Int? { plan.stepCount }
    /// A step that went wrong can be repeated later, so that it is seldom asked for.
    var checkInterval: Int { 64 }
    var waited: Duration { .zero }

    func run(
        from first: Int, to last: Int?, beforeStep: () throws -> Void, afterStep: (Int) throws -> Bool
    ) rethrows {
        if first == 0 { plan = makePlan() }
        let end = min(last ?? plan.stepCount, plan.stepCount)
        try plan.run(arrays, steps: first..<max(first, end), beforeStep: beforeStep, afterStep: afterStep)
    }
    func failed(at place: Int) -> (step: Int, batch: TrainingData) {
        (plan.step(at: place), parts.filled(plan.batch(at: place, arrays)))
    }
    func close() {}

    var position: [Int] { [] }
    func resume(behind step: Int, _ position: [Int]) { plan.resume(behind: step) }
}
