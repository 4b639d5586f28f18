import ShinkeiCore
import Testing

@testable import ShinkeiImages

@Suite struct ImageDatasetTests {
    @Test(.enabled(if: TestImages.shared != nil, TestImages.sharedComment))
    func `Folders give Keras's numbers`() throws {
        let root = try #require(TestImages.shared)
        let golden = try Golden("\(root)/keras_image_dataset_expected.npz")
        for folder in ["train_dir", "validation_dir"] {
            for (key, crops) in [("rgb_16x16_bilinear", false), ("rgb_16x16_bilinear_crop", true)]
            where golden.names.contains("\(folder)_\(key)") {
                let data = try imageDatasetFromDirectory(
                    "\(root)/\(folder)", imageSize: (16, 16), shuffle: false, cropToAspectRatio: crops, verbose: false)
                let all = try data.all()
                let expected = try golden.tensor("\(folder)_\(key)")
                #expect(all.x.shape == expected.shape)
                // TensorFlow's decoder of JPEG uses a coarser transform than libjpeg's own, Pillow's and ours.
                let apart = (all.x - expected).abs().max(axes: [1, 2, 3]).array()
                for (path, distance) in zip(data.filePaths, apart) {
                    #expect(distance <= (path.contains(".jp") ? 8 : 1e-3), "\(path): \(distance)")
                }
                #expect(try all.y?.array(of: Int.self) == golden.tensor("\(folder)_labels").array(of: Int.self))
                #expect(data.classNames == ["class_a", "class_b"])
            }
        }
        let gray = try imageDatasetFromDirectory(
            "\(root)/validation_dir", colorMode: .grayscale, imageSize: (12, 20), shuffle: false,
            interpolation: .nearest,
            verbose: false
        ).all()
        let expected = try golden.tensor("validation_dir_grayscale_12x20_nearest").cast(to: .float32)
        let apart = (gray.x - expected).abs().max(axes: [1, 2, 3]).array()
        #expect(apart.allSatisfy { $0 <= 3 }, "\(apart)")
    }

    @Test func `A split has nothing in common, and labels go with their images`() throws {
        try TestImages.withFolder { root in
            try FlowTests.folders(root)
            func part(_ subset: Subset, _ seed: Int) throws -> ImageBatches {
                try imageDatasetFromDirectory(
                    root, labelMode: .categorical, imageSize: (4, 4), seed: seed, validationSplit: 0.25, subset: subset,
                    verbose: false)
            }
            let (training, validation) = (try part(.training, 3), try part(.validation, 3))
            #expect(training.count == 9 && validation.count == 3)
            #expect(Set(training.filePaths).isDisjoint(with: validation.filePaths))
            #expect(try part(.training, 3).filePaths == training.filePaths)
            #expect(try part(.training, 4).filePaths != training.filePaths)
            let all = try training.all()
            for (row, item) in all.items.enumerated() {
                let name = training.classNames[try #require(all.y)[row].argmax().scalar(of: Int.self)]
                #expect(training.filePaths[item].contains("/\(name)/"))
            }
            // Once through at each iteration, in another order.
            let orders = (0..<2).map { _ in training.flatMap(\.items) }
            #expect(orders[0] != orders[1] && orders[0].sorted() == orders[1].sorted())
        }
    }

    @Test func `Labels of every kind`() throws {
        try TestImages.withFolder { root in
            try FlowTests.folders(root, [2, 1])
            func y(_ labels: LabelSource, _ mode: LabelMode?) throws -> Tensor? {
                try imageDatasetFromDirectory(
                    root, labels: labels, labelMode: mode, imageSize: (4, 4), shuffle: false, verbose: false
                ).all().y
            }
            #expect(try y(.inferred, .int)?.dtype == .int32)
            #expect(try y(.inferred, .binary)?.shape == [3, 1])
            #expect(try y(.inferred, nil) == nil)
            #expect(try y(.none, .int) == nil)
            #expect(try y(.given([7, 8, 9]), .int)?.array() == [7, 8, 9])
            #expect(formatError(.unsupported) { _ = try y(.given([1]), .int) }.contains("1 labels"))
        }
    }
}
