/// TensorBoard's file of events: records of protocol buffers, each with its length and checksums.
///
/// Record: length (8 bytes), checksum of the length, data, checksum of the data; checksums are CRC-32C, turned by 15
/// bits and moved by a constant. Source: TensorFlow's `record_writer.h` and `event.proto`.
package final class EventFile {
    /// What is written under a tag.
    package enum Value {
        case scalar(Double)
        case histogram(EventHistogram)
    }
    private let file: AppendingFile

    /// Makes a file in the directory, which is made as well, with a name that TensorBoard looks for.
    package init(directory: String) throws(FormatError) {
        AppendingFile.makeDirectory(directory)
        let time = AppendingFile.now
        var number = 0
        var path = ""
        repeat {
            path = "\(directory)/events.out.tfevents.\(Int(time)).shinkei.\(AppendingFile.processID).\(number).v2"
            number += 1
        } while AppendingFile.size(of: path) > 0
        file = try AppendingFile(path)
        var event = Message()
        event.add(1, time)
        event.add(3, Array("brain.Event:2".utf8))
        try write(event)
    }

    /// Adds values at a step.
    package func add(_ values: [(tag: String, value: Value)], step: Int) throws(FormatError) {
        var summary = Message()
        for (tag, value) in values {
            var entry = Message()
            entry.add(1, Array(tag.utf8))
            switch value {
            case .scalar(let number): entry.add(2, Float(number))
            case .histogram(let histogram): entry.add(5, message(histogram).bytes)
            }
            summary.add(1, entry.bytes)
        }
        var event = Message()
        event.add(1, AppendingFile.now)
        event.add(2, step)
        event.add(5, summary.bytes)
        try write(event)
    }

    private func message(_ histogram: EventHistogram) -> Message {
        var message = Message()
        message.add(1, histogram.least)
        message.add(2, histogram.most)
        message.add(3, Double(histogram.count))
        message.add(4, histogram.sum)
        message.add(5, histogram.sumOfSquares)
        message.add(6, histogram.limits)
        message.add(7, histogram.counts)
        return message
    }

    private func write(_ event: Message) throws(FormatError) {
        let length = littleEndian(UInt64(event.bytes.count))
        try file.append(
            length + littleEndian(CRC32C.masked(length)) + event.bytes + littleEndian(CRC32C.masked(event.bytes)))
    }
}

private func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
}

/// A protocol buffer's fields, as they are written.
private struct Message {
    var bytes: [UInt8] = []

    private mutating func key(_ field: Int, _ kind: Int) { varint(UInt64(field << 3 | kind)) }
    private mutating func varint(_ number: UInt64) {
        var rest = number
        while rest > 127 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
    mutating func add(_ field: Int, _ value: Int) {
        key(field, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }
    mutating func add(_ field: Int, _ value: Double) {
        key(field, 1)
        bytes += littleEndian(value.bitPattern)
    }
    mutating func add(_ field: Int, _ values: [Double]) {
        add(field, values.flatMap { littleEndian($0.bitPattern) })
    }
    mutating func add(_ field: Int, _ value: [UInt8]) {
        key(field, 2)
        varint(UInt64(value.count))
        bytes += value
    }
    mutating func add(_ field: Int, _ value: Float) {
        key(field, 5)
        bytes += littleEndian(value.bitPattern)
    }
}

/// Castagnoli's checksum.
package enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }
    package static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
    }
    /// As records hold it, so that the checksum of data that holds checksums is none of a kind.
    static func masked(_ bytes: [UInt8]) -> UInt32 {
        let sum = of(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }
}
