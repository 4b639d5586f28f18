import Shinkei

/// w1: 3-4-1 sigmoid network, 10,000 iterations of hand-written backpropagation, time of one.
func xorByHand(_ repeats: Int) throws {
    let x: Tensor = [[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    let y: Tensor = [[0.0], [1], [1], [0]]
    func step(_ w1: Tensor, _ w2: Tensor) -> (Tensor, Tensor) {
        let hidden = sigmoid(x.matmul(w1))
        let output = sigmoid(hidden.matmul(w2))
        let delta = (y - output) * output * (1 - output)
        let step = x.transposed().matmul(delta.matmul(w2.transposed()) * hidden * (1 - hidden))
        return (w1 + step, w2 + hidden.transposed().matmul(delta))
    }
    let iterations = 10_000
    var plain: [Double] = []
    var replayed: [Double] = []
    for run in 0...repeats {
        var w1 = Tensor.randomUniform([3, 4], seed: run), w2 = Tensor.randomUniform([4, 1], seed: run)
        var start = now()
        for _ in 0..<iterations { (w1, w2) = step(w1, w2) }
        evaluate([w1, w2])
        plain.append((now() - start) / Double(iterations))

        let (a, b) = (
            Weight("a", Tensor.randomUniform([3, 4], seed: run)), Weight("b", Tensor.randomUniform([4, 1], seed: run))
        )
        let compiledStep = compiled { () -> Void in
            let (x, y) = step(a.value, b.value)
            a.value = x
            b.value = y
        }
        compiledStep()
        start = now()
        for _ in 0..<iterations { compiledStep() }
        replayed.append((now() - start) / Double(iterations))
    }
    report("w1 plain", Array(plain.dropFirst()), unit: "µs/iteration", scale: 1e6)
    report("w1 compiled", Array(replayed.dropFirst()), unit: "µs/iteration", scale: 1e6)
}

/// w2: XOR by `fit`, 1000 epochs of one step, time of one; alone, and with callbacks that look at every epoch.
func xorByFit(_ repeats: Int) throws {
    let x: Tensor = [[0.0, 0], [0, 1], [1, 0], [1, 1]]
    let y: Tensor = [[0.0], [1], [1], [0]]
    let watching: [any Callback] = [
        EarlyStopping(monitor: "loss", patience: 1_000_000), ReduceLROnPlateau(monitor: "loss", patience: 1_000_000),
        TerminateOnNaN(),
    ]
    for (name, callbacks) in [("w2", []), ("w2 callbacks", watching)] {
        let model = Sequential {
            Dense(8, activation: .relu)
            Dense(4, activation: .relu)
            Dense(1, activation: .sigmoid)
        }
        try model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
        var times: [Double] = []
        for _ in 0...repeats {
            let start = now()
            try model.fit(x, y, epochs: 1000, batchSize: 4, verbose: 0, callbacks: callbacks)
            times.append((now() - start) / 1000)
        }
        report(name, Array(times.dropFirst()), unit: "µs/epoch", scale: 1e6)
    }
}

/// w3, w4: MNIST networks by `fit`, with shuffling and the accuracy metric, time of a step.
func mnist(_ repeats: Int, small: Bool) throws {
    let mnist = try MNIST.load()
    let x = mnist.train.flattened
    let clock = EpochClock()
    let steps: Int
    if small {
        let model = Sequential {
            Dense(128, activation: .relu)
            Dense(64, activation: .relu)
            Dense(10, activation: .softmax)
        }
        try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        try model.fit(x, mnist.train.labels, epochs: repeats + 1, batchSize: 32, verbose: 0, callbacks: [clock])
        steps = 1875
    } else {
        let model = Sequential {
            Dense(512, activation: .relu)
            Dense(10, activation: .softmax)
        }
        try model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        try model.fit(x, mnist.train.oneHot, epochs: repeats + 1, batchSize: 128, verbose: 0, callbacks: [clock])
        steps = 469
    }
    report(small ? "w4" : "w3", clock.seconds.dropFirst().map { $0 / Double(steps) }, unit: "ms/step", scale: 1e3)
}

/// The tutorials' convolutional MNIST network.
private func convolutions() -> Sequential {
    Sequential {
        Conv2D(32, 3, activation: .relu)
        MaxPooling2D(2)
        Conv2D(64, 3, activation: .relu)
        MaxPooling2D(2)
        Flatten()
        Dense(128, activation: .relu)
        Dense(10, activation: .softmax)
    }
}

/// w5: the tutorials' convolutional MNIST network by `fit`, time of a step.
func convolutionNetwork(_ repeats: Int) throws {
    let mnist = try MNIST.load()
    let clock = EpochClock()
    let model = convolutions()
    try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    let x = mnist.train.flattened.reshaped([60000, 28, 28, 1])
    try model.fit(x, mnist.train.labels, epochs: repeats + 1, batchSize: 128, verbose: 0, callbacks: [clock])
    report("w5", clock.seconds.dropFirst().map { $0 / 469 }, unit: "ms/step", scale: 1e3)
}

/// w6: dense layers with batch normalization and dropout on MNIST, time of a step.
func normalizedNetwork(_ repeats: Int) throws {
    let mnist = try MNIST.load()
    let clock = EpochClock()
    let model = Sequential {
        for units in [512, 256, 128] {
            Dense(units)
            BatchNormalization()
            Activation(.relu)
            Dropout(0.3)
        }
        Dense(10, activation: .softmax)
    }
    try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    try model.fit(
        mnist.train.flattened, mnist.train.labels, epochs: repeats + 1, batchSize: 128, verbose: 0, callbacks: [clock])
    report("w6", clock.seconds.dropFirst().map { $0 / 469 }, unit: "ms/step", scale: 1e3)
}

/// w9: the convolutions of VGG16 on 8 images of 224×224, forward, time of a batch.
func vgg16Base(_ repeats: Int) throws {
    let model = Sequential {
        Input(shape: [224, 224, 3])
        for (filters, count) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
            for _ in 0..<count { Conv2D(filters, 3, padding: .same, activation: .relu) }
            MaxPooling2D(2)
        }
    }
    let x = Tensor.randomNormal([8, 224, 224, 3], seed: 1).evaluate()
    var times: [Double] = []
    for _ in 0...repeats {
        let start = now()
        try model.predict(x).evaluate()
        times.append(now() - start)
    }
    report("w9", Array(times.dropFirst()), unit: "ms/batch", scale: 1e3)
}

/// w9b: the same base, frozen, under a head that is trained, by `fit`, time of a step. The base is computed in every step.
func transferStep(_ repeats: Int) throws {
    let base = Sequential {
        Input(shape: [224, 224, 3])
        for (filters, count) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
            for _ in 0..<count { Conv2D(filters, 3, padding: .same, activation: .relu) }
            MaxPooling2D(2)
        }
    }
    base.isTrainable = false
    let model = Sequential {
        base
        GlobalAveragePooling2D()
        Dense(256, activation: .relu)
        Dense(10, activation: .softmax)
    }
    try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    let x = Tensor.randomNormal([32, 224, 224, 3], seed: 1).evaluate()
    let y = Tensor((0..<32).map { Int32($0 % 10) }, shape: [32])
    let clock = EpochClock()
    try model.fit(x, y, epochs: repeats + 1, batchSize: 8, verbose: 0, callbacks: [clock])
    report("w9b", clock.seconds.dropFirst().map { $0 / 4 }, unit: "ms/step", scale: 1e3)
    print("w9b peak memory \(peakMemory() ?? -1) MB")
}

/// w10: one row through the networks of w3 and w5, to an array.
func oneRow(_ repeats: Int) throws {
    func measure(_ name: String, _ model: Model, _ x: Tensor) throws {
        var times: [Double] = []
        for _ in 0...repeats {
            let start = now()
            for _ in 0..<1000 { _ = try model.predict(x).array() }
            times.append((now() - start) / 1000)
        }
        report(name, Array(times.dropFirst()), unit: "µs/row", scale: 1e6)
    }
    let network = Sequential {
        Dense(512, activation: .relu)
        Dense(10, activation: .softmax)
    }
    try measure("w10", network, Tensor.randomUniform([1, 784], seed: 1).evaluate())
    try measure("w10 CNN", convolutions(), Tensor.randomUniform([1, 28, 28, 1], seed: 1).evaluate())
}

/// The cost of a kernel in plans of kernels on one element that cannot be fused: additions whose results change shape in
/// between, and 1×1 matrix products.
func replay(_ repeats: Int) {
    let length = 1000
    func time(_ name: String, _ kernel: @escaping (Tensor, Int) -> Tensor) {
        let weight = Weight("w", Tensor([Float(1)], shape: [1, 1]))
        let step = compiled { () -> Void in
            var x = weight.value
            for place in 0..<length { x = kernel(x, place) }
            weight.value = x.reshaped([1, 1])
        }
        step()
        var times: [Double] = []
        for _ in 0..<repeats {
            let start = now()
            for _ in 0..<1000 { step() }
            times.append((now() - start) / 1000 / Double(length))
        }
        report("replay \(name)", times, unit: "ns/kernel", scale: 1e9)
    }
    time("add") { x, place in (x + 1).reshaped(place % 2 == 0 ? [1] : [1, 1]) }
    time("matmul") { x, _ in x.matmul(x) }
}
