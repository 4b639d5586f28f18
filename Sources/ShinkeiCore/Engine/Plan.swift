import CShinkeiKernels

/// A program ready to run: a flat list of kernel calls and the memory they use. Immutable; any number of runs may share it.
final class Plan: @unchecked Sendable {
    // Unchecked: nothing changes after init; the pointers are into memory that the plan owns.
    private let calls: UnsafeMutablePointer<shk_call>
    private let callCount: Int
    private let usesThreads: Bool
    private let parameters: ParameterMemory
    private let tags: [String]
    private let labels: [String]
    private let slotCount: Int
    /// The slot of each leaf; 0 if nothing reads it.
    private let leafSlots: [Int]
    private let arenaByteCount: Int
    private let arenaSlots: [(slot: Int, offset: Int)]
    private let constantSlots: [(slot: Int, value: UnsafeMutablePointer<UInt64>)]
    private let fresh: [(slot: Int, byteCount: Int)]
    private let outputs: [Source]
    /// For each leaf that an output may be written over: the place of that output in `fresh`.
    private let donations: [(leaf: Int, fresh: Int)]
    private let number: Int

    private enum Source {
        case fresh(Int)
        case leaf(Int)
    }

    /// About how much memory the plan itself takes, for the cache's limit.
    let byteCount: Int

    init(_ program: Program, number: Int) {
        let emitter = Emitter(program.simplified().withFusedSteps().legalized())
        let arena = Arena(emitter.storages)
        self.number = number
        parameters = emitter.parameters
        callCount = emitter.calls.count
        calls = .allocate(capacity: max(1, callCount))
        calls.initialize(from: emitter.calls, count: callCount)
        usesThreads = emitter.calls.contains { $0.chunks > 1 }
        tags = emitter.tags
        labels = emitter.labels
        slotCount = emitter.storages.count + 1
        arenaByteCount = arena.byteCount
        var leafSlots = [Int](repeating: 0, count: program.leafCount)
        var arenaSlots: [(Int, Int)] = []
        var constantSlots: [(Int, UnsafeMutablePointer<UInt64>)] = []
        var fresh: [(slot: Int, byteCount: Int)] = []
        var freshOf: [Int: Int] = [:]
        for (index, storage) in emitter.storages.enumerated() {
            let slot = Int(storage.slot)
            switch storage.kind {
            case .leaf(let leaf): leafSlots[leaf] = slot
            case .constant(let bits): constantSlots.append((slot, parameters.store(bits)))
            case .temporary: arenaSlots.append((slot, arena.offsets[index]!))
            case .output:
                freshOf[index] = fresh.count
                fresh.append((slot, storage.byteCount))
            }
        }
        self.leafSlots = leafSlots
        self.arenaSlots = arenaSlots
        self.constantSlots = constantSlots
        self.fresh = fresh
        outputs = program.outputs.indices.map { output in
            let storage = emitter.outputStorage(output)
            if case .leaf(let leaf) = emitter.storages[storage].kind { return .leaf(leaf) }
            return .fresh(freshOf[storage]!)
        }
        var donations: [(Int, Int)] = []
        var given = Set<Int>()
        for (leaf, output) in program.donations where emitter.canDonate(leaf: leaf, to: output) {
            let target = freshOf[emitter.outputStorage(output)]!
            let isReturned = outputs.contains { if case .leaf(leaf) = $0 { true } else { false } }
            if !isReturned, given.insert(target).inserted { donations.append((leaf, target)) }
        }
        self.donations = donations
        byteCount = parameters.byteCount + callCount * MemoryLayout<shk_call>.size + 1024
        if Runtime.traceLevel != .none { printPlan() }
    }

    deinit { calls.deallocate() }

    /// Runs the plan and returns the memory of each output.
    ///
    /// - Parameters:
    ///   - donated: For each leaf, whether its memory may be overwritten; empty if none may.
    ///   - arena: What `makeArena` gave, if no other run uses it; by default one of this run's own.
    func run(_ leaves: [Leaf], donated: [Bool] = [], arena: Buffer? = nil) -> [Buffer] {
        let buffers = withExtendedLifetime(leaves) { launch(leaves, donated, arena ?? makeArena()) }
        return outputs.map { source in
            switch source {
            case .fresh(let index): return buffers[index]
            case .leaf(let index):
                switch leaves[index] {
                case .buffer(let buffer): return buffer
                case .scalar(let bits):
                    let buffer = Buffer.allocate(byteCount: 8)
                    buffer.pointer.storeBytes(of: bits, as: UInt64.self)
                    return buffer
                }
            }
        }
    }

    /// Memory for what lies between the kernels; `nil` if nothing does.
    func makeArena() -> Buffer? { arenaByteCount > 0 ? Buffer.allocate(byteCount: arenaByteCount) : nil }

    private func launch(_ leaves: [Leaf], _ donated: [Bool], _ arena: Buffer?) -> [Buffer] {
        var buffers: [Buffer?] = .init(repeating: nil, count: fresh.count)
        if !donated.isEmpty {
            for (leaf, index) in donations where donated[leaf] {
                if case .buffer(let buffer) = leaves[leaf] { buffers[index] = buffer }
            }
        }
        var status = shk_status()
        withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: slotCount) { slots in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: leaves.count + 1) { scalars in
                withUnsafeMutablePointer(to: &status) { status in
                    slots[Int(SHK_STATUS_SLOT)] = UnsafeMutableRawPointer(status)
                    for (index, leaf) in leaves.enumerated() {
                        switch leaf {
                        case .buffer(let buffer): slots[leafSlots[index]] = buffer.pointer
                        case .scalar(let bits):
                            scalars[index] = bits
                            slots[leafSlots[index]] = UnsafeMutableRawPointer(scalars.baseAddress! + index)
                        }
                    }
                    slots[Int(SHK_STATUS_SLOT)] = UnsafeMutableRawPointer(status)  // unread leaves point at slot 0
                    if let arena {
                        for (slot, offset) in arenaSlots { slots[slot] = arena.pointer + offset }
                    }
                    for (slot, value) in constantSlots { slots[slot] = UnsafeMutableRawPointer(value) }
                    for index in fresh.indices {
                        let buffer = buffers[index] ?? Buffer.allocate(byteCount: fresh[index].byteCount)
                        buffers[index] = buffer
                        slots[fresh[index].slot] = buffer.pointer
                    }
                    execute(slots.baseAddress!)
                }
            }
        }
        withExtendedLifetime(arena) {}
        if status.code != SHK_STATUS_OK { report(status) }
        return buffers.map { $0! }
    }

    private func execute(_ slots: UnsafeMutablePointer<UnsafeMutableRawPointer?>) {
        if Runtime.traceLevel == .time {
            Trace.time(number, labels) { nanoseconds in
                Runtime.run(calls, callCount, slots, usesThreads: usesThreads, nanoseconds: nanoseconds)
            }
        } else {
            Runtime.run(calls, callCount, slots, usesThreads: usesThreads)
        }
    }

    /// Ends the program over data that an operation cannot take.
    private func report(_ status: shk_status) -> Never {
        let op = tags.indices.contains(Int(status.tag)) ? tags[Int(status.tag)] : "an operation"
        trap("\(op): index \(status.value) is out of range; there are \(status.limit)")
    }

    private func printPlan() {
        var lines = [
            "plan \(number): \(callCount) kernels, \(leafSlots.count) inputs, \(outputs.count) outputs, arena \(arenaByteCount) bytes, in place \(donations.count)"
        ]
        for (index, label) in labels.enumerated() {
            lines.append("  \(index): \(label)" + (calls[index].chunks > 1 ? " [\(calls[index].chunks) chunks]" : ""))
        }
        Runtime.warn(lines.joined(separator: "\n"))
    }
}
