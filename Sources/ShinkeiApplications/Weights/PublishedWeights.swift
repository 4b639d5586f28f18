/// The weights that the authors of Keras publish for a network.
///
/// They are looked for in the folder of `SHINKEI_DATA`, there in `models`, in Shinkei's cache, and where Keras keeps its own
/// downloads, `~/.keras/models`; else they are downloaded and checked. Of MobileNetV2 no checksum is published: there the size is
/// checked, and for all of them, when they are loaded, that names and shapes fit.
struct PublishedWeights: Hashable, Sendable {
    /// The class of the network.
    var network: String
    /// The file that fits.
    var file: PublishedFile

    func find() throws(PretrainedWeightsError) -> String { try file.find(for: network) }

    private static let host = "https://storage.googleapis.com/"
    private static let suffix = "_weights_tf_dim_ordering_tf_kernels"

    private init(
        _ network: String, _ folder: String, _ name: String, size: Int, md5: String?
    ) {
        self.network = network
        file = PublishedFile(
            name: name, size: size, md5: md5, address: "\(PublishedWeights.host)\(folder)\(name)")
    }

    // Sources: Keras's applications name files and MD5 sums; the sizes are what its downloads report.
    static func vgg16(_ top: Bool) -> Self {
        let folder = "tensorflow/keras-applications/vgg16/"
        return top
            ? Self("VGG16", folder, "vgg16\(suffix).h5", size: 553_467_096, md5: "64373286793e3c8b2b4e3219cbf3544b")
            : Self(
                "VGG16", folder, "vgg16\(suffix)_notop.h5", size: 58_889_256, md5: "6d6bbae143d832006294945121d1f1fc")
    }
    static func vgg19(_ top: Bool) -> Self {
        let folder = "tensorflow/keras-applications/vgg19/"
        return top
            ? Self("VGG19", folder, "vgg19\(suffix).h5", size: 574_710_816, md5: "cbe5617147190e668d6c5d5026f83318")
            : Self(
                "VGG19", folder, "vgg19\(suffix)_notop.h5", size: 80_134_624, md5: "253f8cb515780f3b799900260a226db6")
    }
    static func resNet50(_ top: Bool) -> Self {
        let folder = "tensorflow/keras-applications/resnet/"
        return top
            ? Self(
                "ResNet50", folder, "resnet50\(suffix).h5", size: 102_967_424, md5: "2cb95161c43110f7111970584f804107")
            : Self(
                "ResNet50", folder, "resnet50\(suffix)_notop.h5", size: 94_765_736,
                md5: "4d473c1dd8becc155b73f8504c6f6626")
    }
    static func resNet50V2(_ top: Bool) -> Self {
        let folder = "tensorflow/keras-applications/resnet/"
        return top
            ? Self(
                "ResNet50V2", folder, "resnet50v2\(suffix).h5", size: 102_869_336,
                md5: "3ef43a0b657b3be2300d5770ece849e0")
            : Self(
                "ResNet50V2", folder, "resnet50v2\(suffix)_notop.h5", size: 94_668_760,
                md5: "fac2f116257151a9d068a22e544a4917")
    }
    static func mobileNetV2(_ top: Bool) -> Self {
        let folder = "tensorflow/keras-applications/mobilenet_v2/"
        let name = "mobilenet_v2\(suffix)_1.0_224"
        return top
            ? Self("MobileNetV2", folder, "\(name).h5", size: 14_536_120, md5: nil)
            : Self("MobileNetV2", folder, "\(name)_no_top.h5", size: 9_406_464, md5: nil)
    }
    static func efficientNetB0(_ top: Bool) -> Self {
        let folder = "keras-applications/"
        return top
            ? Self(
                "EfficientNetB0", folder, "efficientnetb0.h5", size: 21_834_768, md5: "902e53a9f72be733fc0bcb005b3ebbac"
            )
            : Self(
                "EfficientNetB0", folder, "efficientnetb0_notop.h5", size: 16_705_208,
                md5: "50bc09e76180e00e4465e1a485ddc09d")
    }
}
