import ShinkeiCore

/// What `fit` does, wherever its batches come from.
struct TrainingLoop {
    /// How long, how often, and who looks on.
    struct Options {
        var epochs: Int
        var initialEpoch: Int
        var stepsPerEpoch: Int?
        var validationSteps: Int?
        var validationFreq: Int
        var verbose: Verbosity
        var callbacks: [any Callback]

        func check(_ checks: DataChecks) throws {
            try checks.argument(epochs >= 1, "epochs must be at least 1; got \(epochs)")
            try checks.argument(
                initialEpoch >= 0 && initialEpoch <= epochs,
                "initialEpoch must be in 0 ... epochs; got \(initialEpoch)")
            for (name, count) in [
                ("stepsPerEpoch", stepsPerEpoch), ("validationSteps", validationSteps),
                ("validationFreq", validationFreq),
            ] {
                if let count { try checks.argument(count >= 1, "\(name) must be at least 1; got \(count)") }
            }
        }
    }

    private let model: Model
    private let setup: TrainingSetup
    private let options: Options
    private let run: TrainingRun
    /// The steps over the rows to measure.
    private let validation: (any StepSource)?
    private let backups: [BackupAndRestore]
    private let trained: [Weight]

    private var source: any StepSource { run.source }
    private var callbacks: [any Callback] { options.callbacks }

    init(
        _ model: Model, _ setup: TrainingSetup, _ source: any StepSource, validation: (any StepSource)?,
        _ options: Options
    ) {
        (self.model, self.setup, self.options, self.validation) = (model, setup, options, validation)
        let keys = setup.names + (validation == nil ? [] : setup.names.map { "val_\($0)" })
        run = TrainingRun(source, History(keys: keys), epoch: options.initialEpoch, epochs: options.epochs)
        backups = options.callbacks.compactMap { $0 as? BackupAndRestore }
        trained = model.trainableWeights
    }

    func callAsFunction() throws -> History {
        // Also if an error ends it. Not after each epoch: a second holder makes every append copy.
        defer {
            source.close()
            model.history = run.history
        }
        (model.shouldStop, model.isInterrupted) = (false, false)
        try tell { $0.trainingWillBegin(model) }
        for backup in backups { try backup.restore(model, setup, run, validation, callbacks) }
        var display = EpochDisplay(options.verbose)
        while run.epoch < options.epochs && !model.shouldStop { try runEpoch(&display) }
        setup.optimizer.finish()
        try tell { $0.trainingDidEnd(model) }
        return run.history
    }

    /// Tells the callbacks, and throws what went wrong in one of them.
    private func tell(_ event: (any Callback) -> Void) throws {
        for callback in callbacks { event(callback) }
        for callback in callbacks { if let error = callback.error { throw error } }
    }

    private func runEpoch(_ display: inout EpochDisplay) throws {
        let epoch = run.epoch
        if run.step == run.firstStep {
            try tell { $0.epochWillBegin(epoch, model) }
            if run.firstStep > 0 { setup.resetMetrics() }
        }
        let count = source.stepCount
        let last = options.stepsPerEpoch.map { min(run.firstStep + $0, count ?? .max) } ?? count
        display.begin(
            options.epochs > 1 ? "Epoch \(epoch + 1)/\(options.epochs)" : nil, steps: options.stepsPerEpoch ?? count)
        let waited = source.waited
        try runSteps(to: last, &display)
        display.know(steps: run.step - run.firstStep)

        var values = setup.read()
        var vectors = setup.readVectors()
        if let validation, (epoch + 1) % options.validationFreq == 0 {
            let measured = try validate(validation)
            for (place, vector) in setup.readVectors() { vectors[values.count + place] = vector }
            values += measured
        }
        run.history.append(epoch: epoch, values, vectors, waited: source.waited - waited)
        display.end(run.history.keys, values)
        // Behind the last step of a pass stands the first of the next.
        if model.shouldStop || run.step == source.stepCount { source.close() }
        run.firstStep = model.shouldStop || run.step == source.stepCount ? 0 : run.step
        run.step = run.firstStep
        run.epoch += 1
        if !callbacks.isEmpty {
            let logs = Dictionary(uniqueKeysWithValues: zip(run.history.keys, values))
            try tell { $0.epochDidEnd(epoch, logs: logs, model) }
        }
        for backup in backups { try backup.epochDidEnd(model, setup, run, validation, callbacks) }
    }

    private func runSteps(to last: Int?, _ display: inout EpochDisplay) throws {
        let first = run.firstStep
        let beforeStep = { try tell { $0.batchWillBegin(run.step - first, model) } }
        try source.run(from: run.step, to: last, beforeStep: beforeStep) { step in
            run.step = step
            if setup.unreached != setup.toldUnreached { try setup.tellUnreached(among: trained) }
            if !callbacks.isEmpty { try tell { $0.batchDidEnd(step - 1 - first, model) } }
            for backup in backups where step != last { try backup.stepDidEnd(model, setup, run, validation, callbacks) }
            let isLast = step == last || model.shouldStop
            let isDue = display.isDue(step - first)
            if isDue || isLast || step % source.checkInterval == 0 {
                try lookForNotFinite()
                if isDue { display.update(step - first, setup.names, setup.read()) }
            }
            return !isLast && !model.shouldStop
        }
    }

    /// Ends the training if the flag of a step fell: with an error, unless `TerminateOnNaN` takes it.
    private func lookForNotFinite() throws {
        let place = setup.badRow.value.scalar(of: Int.self)
        if place < 0 { return }
        setup.badRow.value = Tensor(Int32(-1))
        let (step, batch) = source.failed(at: place)
        let error = TrainingError.notFinite(
            epoch: run.epoch, step: step - run.firstStep,
            place: model.findNotFinite(setup, trained: trained, batch: batch))
        guard let ends = callbacks.lazy.compactMap({ $0 as? TerminateOnNaN }).first else { throw error }
        ends.take(error, batch)
        model.shouldStop = true
    }

    private func validate(_ source: any StepSource) throws -> [Double] {
        try tell { $0.validationWillBegin(model) }
        let last = options.validationSteps.map { min($0, source.stepCount ?? .max) } ?? source.stepCount
        try source.run(from: 0, to: last, beforeStep: {}) { _ in true }
        source.close()
        let measured = setup.read()
        if !callbacks.isEmpty {
            let logs = Dictionary(uniqueKeysWithValues: zip(setup.names, measured))
            try tell { $0.validationDidEnd(logs: logs, model) }
        }
        return measured
    }
}
