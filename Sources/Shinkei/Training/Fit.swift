public import ShinkeiCore
public import ShinkeiData

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

    /// Trains the model on arrays, and measures batches as they come after each epoch.
    ///
    /// - Parameter validationData: A `Dataset`, or any sequence; `validationSteps` of its batches are taken, all unless given.
    /// - Returns: Loss and metrics of every epoch.
    /// - Throws: `TrainingError`, as with arrays for both; what a `Dataset` throws.
    ///
    /// Keras: `keras.Model.fit`, same defaults.
    @discardableResult
    public func fit(
        _ x: Tensor, _ y: Tensor, epochs: Int = 1, batchSize: Int = 32, verbose: Verbosity = .auto,
        callbacks: [any Callback] = [], validationData: any Sequence<Example>, sampleWeight: Tensor? = nil,
        classWeight: [Int: Double] = [:], shuffle: Bool = true, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationFreq: Int = 1
    ) throws -> History {
        try fit(
            [x], [y], epochs: epochs, batchSize: batchSize, verbose: verbose, callbacks: callbacks,
            validationData: validationData, sampleWeights: sampleWeight.map { [$0] } ?? [],
            classWeights: classWeight.isEmpty ? [] : [classWeight], shuffle: shuffle, initialEpoch: initialEpoch,
            stepsPerEpoch: stepsPerEpoch, validationSteps: validationSteps, validationFreq: validationFreq)
    }

    /// Trains a model with several inputs or targets on arrays, and measures batches as they come after each epoch.
    ///
    /// - Returns: Loss and metrics of every epoch.
    /// - Throws: `TrainingError`, as with arrays for both; what a `Dataset` throws.
    @discardableResult
    public func fit(
        _ x: [Tensor], _ y: [Tensor], epochs: Int = 1, batchSize: Int = 32, verbose: Verbosity = .auto,
        callbacks: [any Callback] = [], validationData: any Sequence<Example>, sampleWeights: [Tensor] = [],
        classWeights: [[Int: Double]] = [], shuffle: Bool = true, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationFreq: Int = 1
    ) throws -> History {
        let options = TrainingLoop.Options(
            epochs: epochs, initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch, validationSteps: validationSteps,
            validationFreq: validationFreq, verbose: verbose, callbacks: callbacks)
        return try fitArrays(
            x, y, sampleWeights, classWeights, options, batchSize: batchSize, shuffle: shuffle, .batches(validationData)
        )
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
        let options = TrainingLoop.Options(
            epochs: epochs, initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch, validationSteps: validationSteps,
            validationFreq: validationFreq, verbose: verbose, callbacks: callbacks)
        let held: HeldRows =
            validationData.map { HeldRows.arrays($0.x, $0.y, validationSampleWeights) } ?? .part(validationSplit)
        return try fitArrays(
            x, y, sampleWeights, classWeights, options, batchSize: batchSize, shuffle: shuffle, held,
            validationBatchSize: validationBatchSize)
    }

    /// What is measured after each epoch.
    private enum HeldRows {
        /// The last rows of the data.
        case part(Double)
        case arrays([Tensor], [Tensor], [Tensor])
        case batches(any Sequence<Example>)
    }

    private func fitArrays(
        _ x: [Tensor], _ y: [Tensor], _ sampleWeights: [Tensor], _ classWeights: [[Int: Double]],
        _ options: TrainingLoop.Options, batchSize: Int, shuffle: Bool, _ held: HeldRows,
        validationBatchSize: Int? = nil
    ) throws -> History {
        let checks = DataChecks(model: self, method: "fit")
        let setup = try checks.setup()
        try options.check(checks)
        try checks.argument(batchSize >= 1, "batchSize must be at least 1; got \(batchSize)")
        if let validationBatchSize {
            try checks.argument(
                validationBatchSize >= 1, "validationBatchSize must be at least 1; got \(validationBatchSize)")
        }
        var data = try checks.data(setup, x, y, sampleWeights)
        let count = data.rowCount
        var split = count
        if case .part(let share) = held {
            try checks.argument(
                share >= 0 && share < 1, "validationSplit is a fraction in 0 ..< 1; got \(share)")
            if share > 0 {
                split = Int((Double(count) * (1 - share)).rounded(.down))
                try checks.argument(
                    split < count, "validationSplit \(share) of \(count) rows leaves none to validate")
            }
        }
        try checks.argument(split > 0, "there are no rows to train on; x has the shape \(data.x[0].shape)")
        var kept: Validation?
        switch held {
        case .part: if split < count { kept = Validation(data: data, rows: split..<count) }
        case .arrays(let x, let y, let weights):
            let data = try checks.data(setup, x, y, weights, called: "validationData.x")
            try checks.argument(data.rowCount > 0, "validationData has no rows")
            kept = Validation(data: data, rows: 0..<data.rowCount)
        case .batches: break
        }
        if !classWeights.isEmpty {
            try checks.argument(
                classWeights.count == data.y.count,
                "classWeights were given for \(classWeights.count) outputs; the model is trained on \(data.y.count)")
            data = data.counting(classWeights)
        }
        data.evaluate()
        try BackupAndRestore.takeSeed(setup, options.callbacks)
        let plan = fitPlan(setup, data, rows: 0..<split, batchSize: batchSize, shuffle: shuffle)
        var validation: (any StepSource)?
        if case .batches(let batches) = held {
            validation = BatchStream(self, setup, checks, batches, isTraining: false)
        } else if let kept {
            validation = ArraySteps(kept.data) {
                self.evaluationPlan(setup, kept, batchSize: validationBatchSize ?? batchSize)
            }
        }
        return try TrainingLoop(self, setup, ArraySteps(data) { plan }, validation: validation, options)()
    }

    /// Trains the model on batches as they come: a `Dataset`, or any sequence.
    ///
    /// ```swift
    /// let data = Dataset.fromTensorSlices(x, y).shuffle(1000).batch(32).prefetch()
    /// let history = try model.fit(data, epochs: 5, validationData: held.batch(32))
    /// print(history.waitingTimes)
    /// ```
    ///
    /// Batches need not have the same size. Those of a `Dataset` with `prefetch` are made while the model learns; how long
    /// steps had to wait nevertheless is in `History.waitingTimes`.
    ///
    /// - Parameters:
    ///   - batches: Iterated once an epoch. `Batches` makes them of pairs. How many there are need not be known; where
    ///     there is no end, as behind `repeat()`, `stepsPerEpoch` is needed.
    ///   - validationData: Batches to measure after each epoch.
    ///   - classWeight: What rows count by the class of their target; 1 if it is not there. Not for validation.
    ///   - stepsPerEpoch: After how many batches an epoch ends; the next goes on behind it. All of a pass unless given.
    ///   - validationSteps: How many batches are measured, from the start each time. All unless given.
    ///   - validationFreq: After how many epochs they are measured.
    /// - Returns: Loss and metrics of every epoch.
    /// - Throws: `TrainingError` if the model is not compiled, a batch does not fit, or a number stops being finite; what
    ///   a `Dataset` throws.
    ///
    /// Keras: `keras.Model.fit` with a `tf.data.Dataset` or a generator.
    @discardableResult
    public func fit(
        _ batches: any Sequence<Example>, epochs: Int = 1, verbose: Verbosity = .auto,
        callbacks: [any Callback] = [], validationData: (any Sequence<Example>)? = nil,
        classWeight: [Int: Double] = [:], initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationFreq: Int = 1
    ) throws -> History {
        let checks = DataChecks(model: self, method: "fit")
        let setup = try checks.setup()
        let options = TrainingLoop.Options(
            epochs: epochs, initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch, validationSteps: validationSteps,
            validationFreq: validationFreq, verbose: verbose, callbacks: callbacks)
        try options.check(checks)
        try BackupAndRestore.takeSeed(setup, callbacks)
        let stream = BatchStream(
            self, setup, checks, batches, isTraining: true, classWeights: classWeight.isEmpty ? [] : [classWeight])
        try stream.begin()
        let validation = validationData.map { BatchStream(self, setup, checks, $0, isTraining: false) }
        return try TrainingLoop(self, setup, stream, validation: validation, options)()
    }

    /// Trains the model on batches as they come, and measures arrays after each epoch.
    ///
    /// - Parameters:
    ///   - validationData: Rows to measure after each epoch.
    ///   - validationBatchSize: How many of them at a time.
    /// - Returns: Loss and metrics of every epoch.
    /// - Throws: `TrainingError`, as with batches for both; what a `Dataset` throws.
    ///
    /// Keras: `keras.Model.fit` with a `tf.data.Dataset` or a generator, and arrays as `validation_data`.
    @discardableResult
    public func fit(
        _ batches: any Sequence<Example>, epochs: Int = 1, verbose: Verbosity = .auto,
        callbacks: [any Callback] = [], validationData: (x: Tensor, y: Tensor), classWeight: [Int: Double] = [:],
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil, validationBatchSize: Int = 32,
        validationFreq: Int = 1
    ) throws -> History {
        let checks = DataChecks(model: self, method: "fit")
        try checks.argument(
            validationBatchSize >= 1, "validationBatchSize must be at least 1; got \(validationBatchSize)")
        let (x, y) = validationData
        guard x.rank > 0, y.rank > 0, x.shape[0] == y.shape[0] else {
            throw TrainingError.rowsDiffer(method: "fit", x: x.shape, y: y.shape)
        }
        try checks.argument(x.shape[0] > 0, "validationData has no rows")
        let rows: any Sequence<Example> = Dataset.fromTensorSlices(x, y).batch(validationBatchSize)
        return try fit(
            batches, epochs: epochs, verbose: verbose, callbacks: callbacks, validationData: rows,
            classWeight: classWeight, initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationFreq: validationFreq)
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
