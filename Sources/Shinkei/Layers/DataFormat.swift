/// Where the channels of images stand: `[batch, height, width, channels]` or `[batch, channels, height, width]`.
public enum DataFormat: String, ConfigWord, Sendable {
    case channelsLast = "channels_last"
    case channelsFirst = "channels_first"
}
