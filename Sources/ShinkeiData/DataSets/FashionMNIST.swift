import ShinkeiCore
import ShinkeiFormats

/// Fashion-MNIST: pictures of clothes in MNIST's form.
///
/// Source: Xiao, Rasul, Vollgraf, "Fashion-MNIST", 2017. Keras: `keras.datasets.fashion_mnist`.
public enum FashionMNIST {
    public static let classNames = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]
    static let checksums = [
        ("train-images-idx3-ubyte", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        ("train-labels-idx1-ubyte", "25c81989df183df01b3e8a0aad5dffbe"),
        ("t10k-images-idx3-ubyte", "bef4ecab320f06d8554ea6380940ec79"),
        ("t10k-labels-idx1-ubyte", "bb300cfdad3c16e7a12a480ee83cd310"),
    ]

    /// Loads the images as `MNIST.load` does. In `SHINKEI_DATA` and the cache they lie in a folder `fashion-mnist`, since their
    /// names are MNIST's.
    ///
    /// - Throws: `DataSetError`.
    public static func load(from directory: String? = nil, download: Bool = true) throws(DataSetError) -> ImageDataSet {
        var locations = DataLocations()
        // Files right in SHINKEI_DATA are MNIST's.
        let own = locations.data.map { $0 + "/fashion-mnist" }
        locations = DataLocations(["SHINKEI_DATA": own ?? "", "SHINKEI_CACHE": locations.cache ?? ""])
        var paths: [String] = []
        for (name, sum) in checksums {
            let file = DataFile(
                dataSet: "Fashion-MNIST", folder: "fashion-mnist", name: name + ".gz", otherNames: [name],
                limit: 64 << 20, checksum: .md5(sum),
                addresses: [
                    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
                    "https://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                ].map { "\($0)\(name).gz" })
            paths.append(try file.find(in: directory, download: download, locations))
        }
        func part(_ images: String, _ labels: String) throws(DataSetError) -> LabelledImages {
            let part = try MNIST.part(images: images, labels: labels, dataSet: "Fashion-MNIST")
            return LabelledImages(images: part.images, labels: part.labels, classNames: classNames)
        }
        return ImageDataSet(train: try part(paths[0], paths[1]), test: try part(paths[2], paths[3]))
    }
}
