public import ShinkeiCore

extension Model {
    /// Trains the model.
    ///
    /// - Parameters:
    ///   - x: The inputs, one a row.
    ///   - y: The targets, one a row.
    ///   - epochs: The number at which training ends: passes over the data, counted from
    ///     `initialEpoch`.
    ///   - batchSize: Rows in a step. The last batch of an epoch may be smaller.
    ///   - verbose: 0 nothing, 1 a bar, 2 a line an epoch.
    ///   - validationSplit: The fraction of rows, in `0 ..< 1`, that is kept out of training and
    ///     measured after each epoch: the **last** rows, taken before any shuffling.
    ///   - validationData: Rows to measure after each epoch instead.
    ///   - sampleWeight: What each row, or each place in it, counts in the loss and in weighted metrics.
    ///   - classWeight: What rows count by the class of their target; 1 if it is not there. Not for validation.
    ///   - stepsPerEpoch: After how many steps an epoch ends; the next goes on behind it. All rows unless given.
    ///   - validationSteps: How many batches of the rows to measure are taken. All unless given.
    ///   - validationFreq: After how many epochs they are measured.
    ///   - shuffle: Whether the rows take another order in each epoch. One batch that holds all
    ///     rows is not shuffled.
    /// - Returns: Loss and metrics of every epoch.
    /// - Throws: `TrainingError` if the model is not compiled, data do not fit, or a number stops
    ///   being finite.
    ///
    /// Keras: `keras.Model.fit`, same defaults.
    @discardableResult
    public func fit(
        _ x: Tensor, _ y: Tensor, epochs: Int = 1, batchSize: Int = 32, verbose: Verbosity = .auto,
        callbacks: [any Callback] = [], validationSplit: Double = 0,
        validationData: (x: Tensor, y: Tensor)? = nil, validationSampleWeight: Tensor? = nil,
        sampleWeight: Tensor? = nil, classWeight: [Int: Double] = [:],
        shuffle: Bool = true, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: Int = 1
    ) throws -> History {
        try fit(
            [x], [y], epochs: epochs, batchSize: batchSize, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData.map { ([$0.x], [$0.y]) },
            validationSampleWeights: validationSampleWeight.map { [$0] } ?? [],
            sampleWeights: sampleWeight.map { [$0] } ?? [], classWeights: classWeight.isEmpty ? [] : [classWeight],
            shuffle: shuffle, initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize, validationFreq: validationFreq)
    }

    /// Trains a model with several inputs or targets.
    ///
    /// - Parameters:
    ///   - y: The targets of the outputs that have a loss, in their order.
    ///   - sampleWeights: One for each target, or one for all of them.
    ///   - classWeights: One for each target; empty where classes count the same.
    /// - Returns: Loss and metrics of every epoch.
    /// - Throws: `TrainingError`, as for one input.
    ///
    /// Keras: `keras.Model.fit`, same defaults.
    @discardableResult
    public func fit(
        _ x: [Tensor], _ y: [Tensor], epochs: Int = 1, batchSize: Int = 32, verbose: Verbosity = .auto,
        callbacks: [any Callback] = [], validationSplit: Double = 0,
        validationData: (x: [Tensor], y: [Tensor])? = nil, validationSampleWeights: [Tensor] = [],
        sampleWeights: [Tensor] = [], classWeights: [[Int: Double]] = [],
        shuffle: Bool = true, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: Int = 1
    ) throws -> History {
        let checks = DataChecks(model: self, method: "fit")
        let setup = try checks.setup()
        try checks.argument(epochs >= 1, "epochs must be at least 1; got \(epochs)")
        try checks.argument(batchSize >= 1, "batchSize must be at least 1; got \(batchSize)")
        try checks.argument(
            validationSplit >= 0 && validationSplit < 1,
            "validationSplit is a fraction in 0 ..< 1; got \(validationSplit)")
        try checks.argument(
            initialEpoch >= 0 && initialEpoch <= epochs,
            "initialEpoch must be in 0 ... epochs; got \(initialEpoch)")
        var data = try checks.data(setup, x, y, sampleWeights)

        let count = data.rowCount
        let split =
            validationSplit == 0 || validationData != nil
            ? count : Int((Double(count) * (1 - validationSplit)).rounded(.down))
        try checks.argument(split > 0, "there are no rows to train on; x has the shape \(data.x[0].shape)")
        try checks.argument(
            split < count || validationSplit == 0 || validationData != nil,
            "validationSplit \(validationSplit) of \(count) rows leaves none to validate")
        var validation: Validation?
        if let (vx, vy) = validationData {
            let held = try checks.data(setup, vx, vy, validationSampleWeights, called: "validationData.x")
            try checks.argument(held.rowCount > 0, "validationData has no rows")
            validation = Validation(data: held, rows: 0..<held.rowCount)
        } else if split < count {
            validation = Validation(data: data, rows: split..<count)
        }
        if !classWeights.isEmpty {
            try checks.argument(
                classWeights.count == data.y.count,
                "classWeights were given for \(classWeights.count) outputs; the model is trained on \(data.y.count)")
            data = data.counting(classWeights)
        }
        for (name, count) in [
            ("stepsPerEpoch", stepsPerEpoch), ("validationSteps", validationSteps),
            ("validationBatchSize", validationBatchSize), ("validationFreq", validationFreq),
        ] {
            if let count { try checks.argument(count >= 1, "\(name) must be at least 1; got \(count)") }
        }

        data.evaluate()
        let arrays = data.tensors
        let plan = fitPlan(setup, data, rows: 0..<split, batchSize: batchSize, shuffle: shuffle)
        let trained = trainableWeights
        let run = TrainingRun(
            plan, History(keys: setup.names + (validation == nil ? [] : setup.names.map { "val_\($0)" })),
            epoch: initialEpoch)
        var display = EpochDisplay(verbose, steps: min(stepsPerEpoch ?? plan.stepCount, plan.stepCount))
        shouldStop = false
        for callback in callbacks { callback.trainingWillBegin(self) }
        let backups = callbacks.compactMap { $0 as? BackupAndRestore }
        for backup in backups { try backup.restore(self, setup, run, callbacks) }
        while run.epoch < epochs && !shouldStop {
            let epoch = run.epoch
            if run.step == run.firstStep {
                for callback in callbacks { callback.epochWillBegin(epoch, self) }
                if run.firstStep > 0 { setup.resetMetrics() }
            }
            display.begin("Epoch \(epoch + 1)/\(epochs)")
            let last = min(run.firstStep + (stepsPerEpoch ?? plan.stepCount), plan.stepCount)
            for callback in callbacks { callback.batchWillBegin(run.step - run.firstStep, self) }
            try plan.run(arrays, steps: run.step..<last) { step in
                run.step = step
                if setup.unreached != setup.toldUnreached { tellUnreached(setup) }
                for callback in callbacks { callback.batchDidEnd(step - 1 - run.firstStep, self) }
                for backup in backups where step < last { try backup.stepDidEnd(self, setup, run, callbacks) }
                let isLast = step == last || shouldStop
                let isDue = display.isDue(step - run.firstStep)
                if isDue || step % 64 == 0 || isLast {
                    let bad = setup.badRow.value.scalar(of: Int.self)
                    if bad >= 0 {
                        setup.badRow.value = Tensor(Int32(-1))
                        let batch = TrainingParts(data).filled(plan.batch(at: bad, arrays))
                        let place = findNotFinite(setup, trained: trained, batch: batch)
                        let error = TrainingError.notFinite(epoch: epoch, step: plan.step(at: bad), place: place)
                        guard let ends = callbacks.lazy.compactMap({ $0 as? TerminateOnNaN }).first else { throw error }
                        ends.reason = error
                        shouldStop = true
                    }
                    if isDue { display.update(step - run.firstStep, setup.names, setup.read()) }
                }
                if isLast || shouldStop { return false }
                for callback in callbacks { callback.batchWillBegin(step - run.firstStep, self) }
                return true
            }
            var values = setup.read()
            var vectors = setup.readVectors()
            if let validation, (epoch + 1) % validationFreq == 0 {
                for callback in callbacks { callback.validationWillBegin(self) }
                let plan = evaluationPlan(setup, validation, batchSize: validationBatchSize ?? batchSize)
                plan.run(validation.data.tensors, steps: 0..<min(validationSteps ?? plan.stepCount, plan.stepCount)) {
                    _ in
                    true
                }
                for (place, vector) in setup.readVectors() { vectors[values.count + place] = vector }
                let measured = setup.read()
                values += measured
                if !callbacks.isEmpty {
                    let logs = Dictionary(uniqueKeysWithValues: zip(setup.names, measured))
                    for callback in callbacks { callback.validationDidEnd(logs: logs, self) }
                }
            }
            run.history.append(epoch: epoch, values, vectors)
            display.end(run.history.keys, values)
            // Behind the last step of a pass stands the first of the next.
            run.firstStep = last == plan.stepCount || shouldStop ? 0 : last
            run.step = run.firstStep
            run.epoch += 1
            if !callbacks.isEmpty {
                let logs = Dictionary(uniqueKeysWithValues: zip(run.history.keys, values))
                for callback in callbacks { callback.epochDidEnd(epoch, logs: logs, self) }
            }
            for backup in backups { try backup.epochDidEnd(self, setup, run, callbacks) }
        }
        setup.optimizer.finish()
        for callback in callbacks { callback.trainingDidEnd(self) }
        return run.history
    }

    /// Says once that weights get no gradient: nothing leads from them to the loss.
    private func tellUnreached(_ setup: TrainingSetup) {
        setup.toldUnreached = setup.unreached
        if setup.unreached.isEmpty { return }
        Terminal.warn(
            "fit: no gradient reaches \(setup.unreached.joined(separator: ", ")): the loss does not depend on them")
    }

    private func fitPlan(
        _ setup: TrainingSetup, _ data: TrainingData, rows: Range<Int>, batchSize: Int, shuffle: Bool
    ) -> EpochPlan {
        let trained = trainableWeights
        let key = EpochPlan.Key(data, rows: rows, batchSize: batchSize, isShuffled: shuffle, trained: trained)
        setup.optimizer.build(trained)
        if let plan = setup.fitPlan, plan.key == key { return plan }
        // The plan belongs to the model: its closures must not keep the model alive.
        let parts = TrainingParts(data)
        let plan = EpochPlan(key, seed: setup.seed, shuffles: setup.shuffles, isEager: setup.runEagerly) {
            [unowned setup] in
            setup.resetMetrics()
        } step: { [unowned self, unowned setup] batch, position in
            self.trainStep(
                TrainingStep(self, setup, trained: trained, parts.filled(batch), position: position, isTraining: true))
        }
        setup.fitPlan = plan
        return plan
    }

    /// The plan that measures these rows; the last few are kept.
    func evaluationPlan(_ setup: TrainingSetup, _ validation: Validation, batchSize: Int) -> EpochPlan {
        // What is trained decides whose penalties count.
        let key = EpochPlan.Key(
            validation.data, rows: validation.rows, batchSize: batchSize, isShuffled: false, trained: trainableWeights)
        if let place = setup.evaluationPlans.firstIndex(where: { $0.key == key }) {
            let plan = setup.evaluationPlans.remove(at: place)
            setup.evaluationPlans.append(plan)
            return plan
        }
        let parts = TrainingParts(validation.data)
        let plan = EpochPlan(key, seed: setup.seed, shuffles: setup.shuffles, isEager: setup.runEagerly) {
            [unowned setup] in
            setup.resetMetrics()
        } step: { [unowned self, unowned setup] batch, position in
            self.testStep(
                TrainingStep(self, setup, trained: [], parts.filled(batch), position: position, isTraining: false))
        }
        if setup.evaluationPlans.count == 4 { setup.evaluationPlans.removeFirst() }
        setup.evaluationPlans.append(plan)
        return plan
    }
}
