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

    /// The plan for a structure, if it is known. Call under `Graph.lock`.
    static func plan(for signature: Signature) -> Plan? {
        clock += 1
        guard let index = entries.index(forKey: signature) else { return nil }
        entries.values[index].lastUse = clock
        return entries.values[index].plan
    }

    /// Makes the plan for a structure. Call without the lock: it may take long, and others may run meanwhile.
    static func make(_ program: Program, for signature: Signature) -> Plan {
        _ = Runtime.isa  // kernels are chosen before the first plan takes their addresses
        Graph.lock.lock()
        let number = made
        made += 1
        Graph.lock.unlock()
        let plan = Plan(program, number: number)
        Graph.lock.lock()
        defer { Graph.lock.unlock() }
        if let other = self.plan(for: signature) { return other }  // another task was quicker
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
