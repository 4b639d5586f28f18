/// Plans by structure, the least recently used going first.
package enum PlanCache {
    private struct Entry {
        var plan: Plan
        var lastUse: UInt64
    }
    static let countLimit = 1024
    static let byteLimit = 64 << 20

    // All guarded by `Graph.lock`.
    nonisolated(unsafe) private static var entries: [Signature: Entry] = [:]
    nonisolated(unsafe) private static var byteCount = 0
    nonisolated(unsafe) private static var clock: UInt64 = 0
    nonisolated(unsafe) private static var made = 0

    /// How many plans have been made since the program started.
    package static var compilations: Int {
        Graph.lock.lock()
        defer { Graph.lock.unlock() }
        return made
    }

    /// The plan for a structure, made if it is new. Call under `Graph.lock`.
    static func plan(for signature: Signature, _ program: () -> Program) -> Plan {
        clock += 1
        if let index = entries.index(forKey: signature) {
            entries.values[index].lastUse = clock
            return entries.values[index].plan
        }
        _ = Runtime.isa  // kernels are chosen before the first plan takes their addresses
        let plan = Plan(program(), number: made)
        made += 1
        byteCount += plan.byteCount
        entries[signature] = Entry(plan: plan, lastUse: clock)
        if entries.count > countLimit || byteCount > byteLimit { evict() }
        return plan
    }

    /// Drops the older half.
    private static func evict() {
        let oldest = entries.sorted { $0.value.lastUse < $1.value.lastUse }
        for (signature, entry) in oldest.prefix(entries.count / 2) {
            entries[signature] = nil
            byteCount -= entry.plan.byteCount
        }
    }
}
