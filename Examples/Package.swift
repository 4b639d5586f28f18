// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that who uses Shinkei does not build its examples.
let package = Package(
    name: "Examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "Shinkei", path: "..")],
    targets: [
        .target(
            name: "ExampleSupport", dependencies: [.product(name: "Shinkei", package: "Shinkei")],
            path: "ExampleSupport"),

        // Neurons and small networks.
        program("Neuron"),
        program("StepFunction"),
        program("StepLearning"),
        program("ThreeFourTwo"),
        program("TwoLayerClass", "ShinkeiPlot"),
        program("XORByHand"),
        program("XORAutodiff"),
        program("XORFit"),

        // Digits, reviews, sentences.
        program("MNISTMLP"),
        program("MNISTValidation"),
        program("MNISTCNN"),
        program("MNISTBatchNorm"),
        program("IMDBEmbedding"),
        program("JapaneseLSTM"),

        // Tables and series.
        program("Classification"),
        program("Regression"),
        program("TimeSeries"),

        // Around the training.
        program("DataPipeline"),
        program("ModelPictures", "ShinkeiPlot"),
        program("NetworkDrawing", "ShinkeiPlot"),
        program("SavingAndResuming"),
        program("TransferLearning"),
        program("VGG16Transfer", "ShinkeiApplications", "ShinkeiImages"),

        // What layers, optimizers and derivatives do, written out.
        chapter("01-Gates"),
        chapter("02-Layers"),
        chapter("03-Optimizers"),
        chapter("04-Initialization"),
        chapter("05-BatchNormalization"),
        chapter("06-Dropout"),
        chapter("07-Convolution"),

        .testTarget(
            name: "TransferLearningTests",
            dependencies: ["TransferLearning", .product(name: "Shinkei", package: "Shinkei")],
            path: "Tests/TransferLearningTests"),
    ],
    swiftLanguageModes: [.v6]
)

func program(_ name: String, path: String? = nil, _ products: String...) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["ExampleSupport"] + (["Shinkei"] + products).map { .product(name: $0, package: "Shinkei") },
        path: path ?? name)
}

/// A program of the track "from scratch", whose folder begins with the chapter's number.
func chapter(_ folder: String) -> Target {
    program(String(folder.dropFirst(3)), path: "FromScratch/" + folder)
}
