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
        validationData: (x: Tensor, y: Tensor)? = nil,
        shuffle: Bool = true, initialEpoch: Int = 0
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
        let prediction = try checks.input(x)
        try checks.target(y, x: x, prediction: prediction, loss: setup.loss)

        let count = x.shape[0]
        let split =
            validationSplit == 0 || validationData != nil
            ? count : Int((Double(count) * (1 - validationSplit)).rounded(.down))
        try checks.argument(split > 0, "there are no rows to train on; x has the shape \(x.shape)")
        try checks.argument(
            split < count || validationSplit == 0 || validationData != nil,
            "validationSplit \(validationSplit) of \(count) rows leaves none to validate")
        var validation: Validation?
        if let (vx, vy) = validationData {
            let output = try checks.input(vx, called: "validationData.x")
            try checks.target(vy, x: vx, prediction: output, loss: setup.loss)
            try checks.argument(vx.shape[0] > 0, "validationData has no rows")
            validation = Validation(x: vx, y: vy, rows: 0..<vx.shape[0])
        } else if split < count {
            validation = Validation(x: x, y: y, rows: split..<count)
        }

        x.evaluate()
        y.evaluate()
        let plan = fitPlan(setup, x, y, rows: 0..<split, batchSize: batchSize, shuffle: shuffle)
        let trained = trainableWeights
        var history = History(
            keys: setup.names + (validation == nil ? [] : setup.names.map { "val_\($0)" }))
        var display = EpochDisplay(verbose, steps: plan.stepCount)
        shouldStop = false
        for callback in callbacks { callback.trainingWillBegin(self) }
        for epoch in initialEpoch..<epochs {
            for callback in callbacks { callback.epochWillBegin(epoch, self) }
            display.begin("Epoch \(epoch + 1)/\(epochs)")
            try plan.run(x, y) { step in
                for callback in callbacks { callback.batchDidEnd(step - 1, self) }
                if display.isSilent && step % 64 != 0 && step != plan.stepCount { return }
                let isDue = display.isDue(step)
                guard isDue || step % 64 == 0 || step == plan.stepCount else { return }
                let bad = setup.badRow.value.scalar(of: Int.self)
                if bad >= 0 {
                    setup.badRow.value = Tensor(Int32(-1))
                    let batch = plan.batch(at: bad, x, y)
                    let place = findNotFinite(setup, trained: trained, x: batch.x, y: batch.y)
                    throw TrainingError.notFinite(
                        epoch: epoch, step: plan.step(at: bad), place: place)
                }
                if isDue { display.update(step, setup.names, setup.read()) }
            }
            var values = setup.read()
            if let validation {
                let plan = evaluationPlan(setup, validation, batchSize: batchSize)
                plan.run(validation.x, validation.y) { _ in }
                values += setup.read()
            }
            history.append(epoch: epoch, values)
            display.end(history.keys, values)
            if !callbacks.isEmpty {
                let logs = Dictionary(uniqueKeysWithValues: zip(history.keys, values))
                for callback in callbacks { callback.epochDidEnd(epoch, logs: logs, self) }
            }
            if shouldStop { break }
        }
        for callback in callbacks { callback.trainingDidEnd(self) }
        return history
    }

    private func fitPlan(
        _ setup: TrainingSetup, _ x: Tensor, _ y: Tensor, rows: Range<Int>, batchSize: Int,
        shuffle: Bool
    ) -> EpochPlan {
        let trained = trainableWeights
        let key = EpochPlan.Key(
            x: x.shape, xType: x.dtype, y: y.shape, yType: y.dtype, rows: rows,
            batchSize: min(batchSize, rows.count),
            isShuffled: shuffle, trained: trained.map(ObjectIdentifier.init))
        setup.optimizer.build(trained)
        if let plan = setup.fitPlan, plan.key == key { return plan }
        // The plan belongs to the model: its closures must not keep the model alive.
        let plan = EpochPlan(key, seed: setup.seed, shuffles: setup.shuffles) { [unowned setup] in
            setup.resetMetrics()
        } step: { [unowned self, unowned setup] x, y, position in
            self.trainingStep(setup, trained: trained, x: x, y: y, position: position)
        }
        setup.fitPlan = plan
        return plan
    }

    /// The plan that measures these rows; the last few are kept.
    func evaluationPlan(_ setup: TrainingSetup, _ data: Validation, batchSize: Int) -> EpochPlan {
        let key = EpochPlan.Key(
            x: data.x.shape, xType: data.x.dtype, y: data.y.shape, yType: data.y.dtype,
            rows: data.rows,
            batchSize: min(batchSize, data.rows.count), isShuffled: false,
            // What is trained decides whose penalties count.
            trained: trainableWeights.map(ObjectIdentifier.init))
        if let place = setup.evaluationPlans.firstIndex(where: { $0.key == key }) {
            let plan = setup.evaluationPlans.remove(at: place)
            setup.evaluationPlans.append(plan)
            return plan
        }
        let plan = EpochPlan(key, seed: setup.seed, shuffles: setup.shuffles) { [unowned setup] in
            setup.resetMetrics()
        } step: { [unowned self, unowned setup] x, y, _ in
            self.evaluationStep(setup, x: x, y: y)
        }
        if setup.evaluationPlans.count == 4 { setup.evaluationPlans.removeFirst() }
        setup.evaluationPlans.append(plan)
        return plan
    }
}

/// Rows to measure.
struct Validation {
    let x: Tensor
    let y: Tensor
    let rows: Range<Int>
}
