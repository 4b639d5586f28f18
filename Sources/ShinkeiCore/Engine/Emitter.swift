import CShinkeiKernels

/// Memory that a plan uses, and when.
struct Storage {
    enum Kind {
        /// Given at launch.
        case leaf(Int)
        /// A structural constant.
        case constant(UInt64)
        /// A stretch of the arena.
        case temporary
        /// Memory that outlives the run.
        case output
    }
    var kind: Kind
    var byteCount: Int
    /// The first and last kernel that use it.
    var first: Int
    var last: Int
    /// The storage whose memory this one takes over, element by element.
    var inPlaceOf: Int?
    var slot: Int32
}

/// Turns kernels into calls: parameter structures, slots, and the memory they use.
final class Emitter {
    private let program: Program
    private let grouping: Grouping
    let parameters = ParameterMemory()
    private(set) var calls: [shk_call] = []
    private(set) var labels: [String] = []
    private(set) var storages: [Storage] = []
    private(set) var tags: [String] = []
    private var storageOf: [Int: Int] = [:]
    private var storageOfLeaf: [Int: Int] = [:]
    /// A result that may be written over an input whose last reader is the same kernel.
    private var takeovers: [(output: Int, input: Int, kernel: Int)] = []
    /// The same as a set, once all kernels are emitted. A result is written by one kernel.
    private var inPlace: Set<Takeover> = []
    private struct Takeover: Hashable {
        var output: Int
        var input: Int
    }
    private var kernel = 0

    init(_ program: Program) {
        self.program = program
        grouping = Grouping(program)
        for number in grouping.kernels.indices {
            kernel = number
            emit(grouping.kernels[number])
        }
        for output in program.outputs {
            let storage = self.storage(of: grouping.places[output].root)
            if case .temporary = storages[storage].kind { storages[storage].kind = .output }
            storages[storage].last = grouping.kernels.count
        }
        takeOver()
    }

    // MARK: Storage

    /// The storage of the program's `place`-th output.
    func outputStorage(_ place: Int) -> Int { storageOf[grouping.places[program.outputs[place]].root]! }

    private func addStorage(_ kind: Storage.Kind, byteCount: Int) -> Int {
        storages.append(
            Storage(kind: kind, byteCount: byteCount, first: kernel, last: kernel, slot: Int32(storages.count + 1)))
        return storages.count - 1
    }

    private func storage(of root: Int) -> Int {
        if let known = storageOf[root] { return known }
        let op = program.ops[root]
        let bytes = max(op.shape.count, 1) * op.dtype.byteCount
        let kind: Storage.Kind =
            if op.leaf >= 0 {
                .leaf(op.leaf)
            } else if let constant = op.primitive as? Constant {
                .constant(constant.bits(op.dtype))
            } else {
                .temporary
            }
        let added = addStorage(kind, byteCount: bytes)
        storageOf[root] = added
        if op.leaf >= 0 { storageOfLeaf[op.leaf] = added }
        return added
    }

    /// The slot of an operation's memory, in use by the current kernel.
    private func slot(_ root: Int) -> Int32 {
        let storage = self.storage(of: root)
        storages[storage].last = max(storages[storage].last, kernel)
        return storages[storage].slot
    }

    private func scratchSlot(byteCount: Int) -> Int32 {
        storages[addStorage(.temporary, byteCount: byteCount)].slot
    }

    /// Lets results take over the memory of inputs that nobody reads afterwards.
    private func takeOver() {
        inPlace = Set(takeovers.map { Takeover(output: $0.output, input: $0.input) })
        var taken = Set<Int>()
        for (output, input, kernel) in takeovers {
            guard case .temporary = storages[output].kind, case .temporary = storages[input].kind,
                storages[input].last == kernel, storages[output].inPlaceOf == nil,
                storages[output].byteCount == storages[input].byteCount, taken.insert(input).inserted
            else { continue }
            storages[output].inPlaceOf = input
        }
    }

    /// Whether `output` may be written straight over the leaf's memory.
    func canDonate(leaf: Int, to output: Int) -> Bool {
        let target = outputStorage(output)
        guard case .output = storages[target].kind, let source = storageOfLeaf[leaf] else { return false }
        let written = storages[target].first
        if storages[source].last < written { return true }
        return storages[source].last == written && inPlace.contains(Takeover(output: target, input: source))
    }

    // MARK: Kernels

    private func call(
        _ function: @escaping shk_kernel, _ parameters: UnsafeRawPointer, chunks: Int64,
        _ label: @autoclosure () -> String
    ) {
        calls.append(shk_call(kernel: function, params: parameters, chunks: chunks))
        leader = nil
        if Runtime.traceLevel != .none { labels.append(label()) }
    }

    /// The last call, if it wrote a result that its chunks could write sample by sample.
    private var leader: Leader?
    private struct Leader {
        var result: Int32
        var bytesPerSample: Int
        var batch: Int
        var kernel: Int
        /// Cuts its chunks to so many samples; how many there are then.
        var cut: (Int64) -> Int64
    }
    /// What the caches that are each thread's own hold besides everything else.
    private static let cachedBytes = 256 << 10
    /// Chunks of samples at most: each has sums of its own.
    private static let mostChunks = 64

    /// How many chunks a call has that follows the last one sample by sample, where that pays: the last one's result,
    /// which this one reads from `slot`, is larger than the caches and its samples are not. `nil` where the calls stay
    /// apart.
    ///
    /// - Parameter map: What the call computes element by element.
    /// - Parameter whole: A slot of which each chunk may read anything.
    private func chunksAfterLeader(
        reading slot: Int32, batch: Int64, map: UnsafePointer<shk_map>?, whole: Int32? = nil, cut: (Int64) -> Int64?
    ) -> Int64? {
        guard let leader, leader.result == slot, leader.batch == batch, leader.bytesPerSample <= Self.cachedBytes,
            leader.bytesPerSample * leader.batch > 4 * Self.cachedBytes, whole.map(isWrittenByLeader) != true,
            map.map({ readsBySamples($0.pointee) }) != false
        else { return nil }
        let fitting = Self.cachedBytes / max(leader.bytesPerSample, 1)
        let samples = Int64(max(fitting, (leader.batch + Self.mostChunks - 1) / Self.mostChunks))
        // Even where the sizes allow it, so that two threads end together.
        let even = ((batch + samples - 1) / samples + 1) / 2 * 2
        let share = (batch + even - 1) / even
        guard let chunks = cut(share) else { return nil }
        _ = leader.cut(share)
        return chunks
    }

    /// Whether the last call writes what is in a slot. Of that, a call that follows it has no more than its samples.
    private func isWrittenByLeader(_ slot: Int32) -> Bool {
        let storage = storages[Int(slot) - 1]
        switch storage.kind {
        case .leaf, .constant: return false
        case .temporary, .output: return storage.first == leader?.kernel
        }
    }

    /// Whether of what the last call writes an element reads its own place in the result alone.
    private func readsBySamples(_ map: shk_map) -> Bool {
        guard let leader else { return false }
        return (0..<Int(map.inputs)).allSatisfy {
            let input = map.input[$0]
            guard isWrittenByLeader(input.slot) else { return true }
            return input.slot == leader.result && input.isLinear && input.offset == 0
                && Int(map.count) * Int(input.bytes) == leader.bytesPerSample * leader.batch
        }
    }

    /// Makes the last call and this one a pair, which begin together: what this one writes must not lie where the other
    /// still reads.
    private func follow(
        _ function: @escaping shk_kernel, _ parameters: UnsafeRawPointer, chunks: Int64,
        _ label: @autoclosure () -> String
    ) {
        guard let leader, let first = calls.popLast() else { trap("engine: a call follows none") }
        for index in storages.indices {
            if storages[index].first == kernel { storages[index].first = leader.kernel }
        }
        let pair = shk_pair(
            first: first.kernel, second: function, first_params: first.params, second_params: parameters)
        calls.append(shk_call(kernel: shk_pair_run, params: self.parameters.store(pair), chunks: chunks))
        if Runtime.traceLevel != .none { labels.append("\(labels.removeLast()), with it \(label())") }
        self.leader = nil
    }

    private func emit(_ kernel: Grouping.Kernel) {
        switch kernel.kind {
        case .map:
            let map = parameters.store(self.map(kernel, order: Array(0..<kernel.shape.rank)).map)
            let chunks = shk_map_prepare(map)
            call(shk_map_run, map, chunks: chunks, describe(kernel))
        case .product(let op):
            switch program.ops[op].lowering {
            case .convolution(let geometry, let part): emitConvolution(op, kernel, geometry, part)
            case .pooling(let geometry, let part): emitPooling(op, kernel, geometry, part)
            default: emitMatMul(op, kernel)
            }
        case .reduce(let op): emitReduction(op, kernel)
        case .own(let op): emitOwn(op)
        }
    }

    private func describe(_ kernel: Grouping.Kernel) -> String {
        let names = kernel.members.map { type(of: program.ops[$0].primitive).name }.joined(separator: "+")
        return "map \(kernel.shape) \(names)"
    }

    // MARK: Maps

    private struct BuiltMap {
        var map: shk_map
        var registerOf: [Int: Int32]
        var operandRegister: [Grouping.OperandKey: Int32]
    }

    /// The program of a kernel's members over its shape with axes in `order`.
    ///
    /// - Parameter whole: The root of a result that is read as register 0, already in memory: the matrix product whose
    ///   epilogue this is.
    /// - Parameter extra: An operand to load although no member reads it.
    private func map(
        _ kernel: Grouping.Kernel, order: [Int], epilogueOf product: Int? = nil, extra: Grouping.OperandKey? = nil
    ) -> BuiltMap {
        let ops = program.ops
        var registerOf: [Int: Int32] = [:]
        var operandRegister: [Grouping.OperandKey: Int32] = [:]
        var operands: [(root: Int, layout: Layout, register: Int32)] = []
        var registers: Int32 = 0
        func newRegister() -> Int32 {
            registers += 1
            return registers - 1
        }
        func load(_ key: Grouping.OperandKey) -> Int32 {
            if let known = operandRegister[key] { return known }
            let register = newRegister()
            operandRegister[key] = register
            operands.append((key.root, key.layout, register))
            return register
        }
        if let product {
            let register = newRegister()
            registerOf[product] = register
            operands.append((product, Layout(kernel.shape), register))
        }
        if let extra { _ = load(extra) }

        var steps: [shk_step_call] = []
        /// The step that gives each member its value.
        var stepOf: [Int: Int] = [:]
        let isMove = product == nil && isMove(kernel)
        let condition = guardCondition(kernel)
        for member in kernel.members {
            let op = ops[member]
            if condition != nil, grouping.isStored[member] {  // the new value is the result
                _ = load(key(op.inputs[2], kernel))
                registerOf[member] = registerOf[op.inputs[1]]
                stepOf[member] = stepOf[op.inputs[1]]
                continue
            }
            if isMove {  // no steps: what is loaded is what is stored
                registerOf[member] = load(key(op.inputs[0], kernel))
                continue
            }
            let sources = op.inputs.map { input -> Int32 in
                let place = grouping.places[input]
                if place.root == input, let register = registerOf[input] { return register }
                return load(key(input, kernel))
            }
            let register = newRegister()
            registerOf[member] = register
            stepOf[member] = steps.count
            steps.append(
                shk_step_call(
                    fn: function(op), dst: register, a: sources[0], b: sources.count > 1 ? sources[1] : -1,
                    c: sources.count > 2 ? sources[2] : -1))
        }

        // Axes that every operand walks with one stride are one axis.
        let sizes = order.map { kernel.shape[$0] }
        let strides = operands.map { operand in order.map { operand.layout.strides[$0] } }
        let collapsed = Collapsed(sizes: sizes, strides: strides)
        var inputs: [shk_operand] = []
        var bound = [Bool](repeating: false, count: Int(registers))
        var bytesOf = [Int](repeating: 0, count: Int(registers))
        for (i, operand) in operands.enumerated() {
            let access = collapsed.access(i)
            if access == SHK_LINEAR { bound[Int(operand.register)] = true }
            bytesOf[Int(operand.register)] = ops[operand.root].dtype.byteCount
            inputs.append(
                shk_operand(
                    slot: slot(operand.root), reg: operand.register, bytes: Int32(ops[operand.root].dtype.byteCount),
                    access: Int32(bitPattern: UInt32(access.rawValue)), offset: Int64(operand.layout.offset),
                    strides: fixed(collapsed.strides[i])))
        }
        var outputs: [shk_operand] = []
        var kept: [Int32] = []
        for member in kernel.members {
            let register = registerOf[member]!
            let bytes = ops[member].dtype.byteCount
            bytesOf[Int(register)] = bytes
            guard grouping.isStored[member] else { continue }
            bound[Int(register)] = true
            outputs.append(
                shk_operand(
                    slot: slot(member), reg: register, bytes: Int32(bytes),
                    access: Int32(bitPattern: UInt32(SHK_LINEAR.rawValue)), offset: 0, strides: fixed([])))
            if condition != nil {
                let old = operandRegister[key(ops[member].inputs[2], kernel)]!
                kept.append(Int32(operands.firstIndex { $0.register == old }!))
            }
            noteTakeovers(of: member, step: stepOf[member] ?? 0, steps: steps, operands: operands, inputs: inputs)
        }
        let offsets = RegisterFile(
            registers: Int(registers), bound: bound, bytes: bytesOf, steps: steps,
            kept: Set(
                operands.map { Int($0.register) }
                    + [extra.flatMap { operandRegister[$0] }].compactMap { $0.map(Int.init) }),
            result: kernel.members.last.flatMap { registerOf[$0] }.map(Int.init)
        ).offsets

        var map = shk_map()
        map.count = Int64(kernel.shape.count)
        map.rank = Int32(collapsed.sizes.count)
        map.inputs = Int32(inputs.count)
        map.steps = Int32(steps.count)
        map.outputs = Int32(outputs.count)
        map.registers = registers
        map.dims = fixed(collapsed.sizes)
        map.input = parameters.store(inputs)
        map.step = parameters.store(steps)
        map.output = parameters.store(outputs)
        map.register_offset = parameters.store(offsets)
        map.kept = parameters.store(kept)
        map.guard_slot = condition.map { slot($0) } ?? 0
        return BuiltMap(map: map, registerOf: registerOf, operandRegister: operandRegister)
    }

    private func key(_ input: Int, _ kernel: Grouping.Kernel) -> Grouping.OperandKey {
        let place = grouping.places[input]
        return Grouping.OperandKey(root: place.root, layout: place.layout.broadcast(to: kernel.shape))
    }

    /// The one condition under which a kernel's results are new values, and else all stay what they were, as in an optimizer's
    /// step that is left out when the loss is not finite: the kernel then asks once instead of at every element.
    private func guardCondition(_ kernel: Grouping.Kernel) -> Int? {
        guard case .map = kernel.kind, kernel.shape.count > 1 else { return nil }
        let members = Set(kernel.members)
        var condition: Int?
        var news = Set<Int>()
        for member in kernel.members where grouping.isStored[member] {
            let op = program.ops[member]
            guard case .map(.select) = op.lowering else { return nil }
            let (asked, new, old) = (key(op.inputs[0], kernel), op.inputs[1], key(op.inputs[2], kernel))
            let isOne = asked.layout.offset == 0 && asked.layout.strides.allSatisfy { $0 == 0 }
            guard isOne, condition == nil || condition == asked.root, !members.contains(asked.root),
                members.contains(new), !grouping.isStored[new], grouping.places[new].root == new,
                news.insert(new).inserted, !members.contains(old.root), old.layout.isPacked,
                old.layout.count == kernel.shape.count
            else { return nil }
            condition = asked.root
        }
        let isRead = kernel.members.contains { member in
            program.ops[member].inputs.contains { members.contains($0) && grouping.isStored[$0] }
        }
        return isRead ? nil : condition
    }

    /// An operand read element for element, and for the last time at or before the step that writes a result, may give
    /// the result its memory.
    private func noteTakeovers(
        of member: Int, step: Int, steps: [shk_step_call], operands: [(root: Int, layout: Layout, register: Int32)],
        inputs: [shk_operand]
    ) {
        guard let target = storageOf[member], !steps.isEmpty else { return }
        for (operand, input) in zip(operands, inputs)
        where input.isLinear && input.offset == 0 {
            let register = operand.register
            let isReadLater = steps[(step + 1)...].contains { $0.a == register || $0.b == register || $0.c == register }
            let isAlone = operands.count { $0.root == operand.root } == 1
            // Of another width, an element would be written over others that are still to be read.
            let isSameWidth = program.ops[operand.root].dtype.byteCount == program.ops[member].dtype.byteCount
            if isReadLater || !isAlone || !isSameWidth { continue }
            takeovers.append((output: target, input: storage(of: operand.root), kernel: kernel))
        }
    }

    /// Whether a kernel only moves elements: then what is loaded is what is stored, without a step between.
    private func isMove(_ kernel: Grouping.Kernel) -> Bool {
        guard kernel.members.count == 1, grouping.isStored[kernel.members[0]],
            case .map(.copy) = program.ops[kernel.members[0]].lowering
        else { return false }
        // One element for all fills a register of its own.
        let source = grouping.places[program.ops[kernel.members[0]].inputs[0]].layout
        return kernel.shape.count == 1 || zip(source.sizes, source.strides).contains { $0 != 1 && $1 != 0 }
    }

    private func function(_ op: Program.Op) -> shk_step_fn {
        let source = program.ops[op.inputs[0]].dtype
        let found: shk_step_fn?
        switch op.lowering {
        case .cast: found = shk_cast(source.kernel, op.dtype.kernel)
        case .map(.select): found = shk_step(SHK_OP_SELECT, op.dtype.kernel)
        case .map(let operation): found = shk_step(operation.kernel, source.kernel)
        default: found = nil
        }
        guard let found else { trap("\(type(of: op.primitive).name): has no meaning for \(source)") }
        return found
    }

    // MARK: Reductions

    private func emitReduction(_ index: Int, _ kernel: Grouping.Kernel) {
        let op = program.ops[index]
        guard case .reduce(let reduction, let axes) = op.lowering else { return }
        let input = op.inputs[0]
        let rank = kernel.shape.rank
        // Adjacent axes are reduced where they stand; others are walked last.
        let kept = (0..<rank).filter { !axes.contains($0) }
        let isAdjacent = axes.isEmpty || axes.last! - axes.first! == axes.count - 1
        let order = isAdjacent ? Array(0..<rank) : kept + axes
        func size(_ axes: [Int]) -> Int64 { Int64(axes.map { kernel.shape[$0] }.reduce(1, *)) }
        let before = isAdjacent ? kept.filter { $0 < axes.first ?? 0 } : kept
        let after = isAdjacent ? kept.filter { $0 > axes.first ?? 0 } : []

        var reduce = shk_reduce()
        if kernel.members.isEmpty {
            let place = grouping.places[input]
            let key = Grouping.OperandKey(root: place.root, layout: place.layout)
            let built = map(kernel, order: order, extra: key)
            reduce.map = built.map
            reduce.reg = built.operandRegister[key]!
        } else {
            let built = map(kernel, order: order)
            reduce.map = built.map
            reduce.reg = built.registerOf[input]!
        }
        reduce.op = Int32(bitPattern: UInt32(reduction.kernel.rawValue))
        reduce.dtype = op.dtype.code
        reduce.outer = size(before)
        reduce.mid = size(axes)
        reduce.inner = size(after)
        reduce.out_slot = slot(index)
        let stored = parameters.store(reduce)
        let chunks = shk_reduce_prepare(stored)
        if stored.pointee.blocks > 1 {
            let count = stored.pointee.outer * stored.pointee.blocks * stored.pointee.inner
            stored.pointee.partial_slot = scratchSlot(byteCount: Int(count) * op.dtype.byteCount)
        }
        let label = "\(reduction) \(kernel.shape) over \(axes): \(describe(kernel))"
        if isAdjacent, (axes.first ?? 0) > 0, let paired = chunksOfReductionAfterLeader(stored, kernel.shape[0]) {
            follow(shk_reduce_run, stored, chunks: paired, label)
            return
        }
        call(shk_reduce_run, stored, chunks: chunks, label)
        if stored.pointee.blocks > 1 {
            call(shk_reduce_combine, stored, chunks: shk_reduce_combine_chunks(stored), "\(reduction) combine")
        }
    }

    /// As `chunksAfterLeader`, for a reduction that reads the last call's result element for element.
    private func chunksOfReductionAfterLeader(_ reduce: UnsafeMutablePointer<shk_reduce>, _ batch: Int) -> Int64? {
        guard let leader, shk_reduce_has_samples(reduce, Int64(batch)) else { return nil }
        return withUnsafePointer(to: reduce.pointee.map) { map in
            guard (0..<Int(map.pointee.inputs)).contains(where: { map.pointee.input[$0].slot == leader.result }) else {
                return nil
            }
            return chunksAfterLeader(reading: leader.result, batch: Int64(batch), map: map) {
                shk_reduce_cut_samples(reduce, Int64(batch), $0)
            }
        }
    }

    // MARK: Matrix products

    private func emitMatMul(_ index: Int, _ kernel: Grouping.Kernel) {
        let op = program.ops[index]
        let (left, right) = (grouping.places[op.inputs[0]], grouping.places[op.inputs[1]])
        let batch = Array(op.shape.sizes.dropLast(2))
        guard let a = MatMulOperand(left.layout, batch: batch), let b = MatMulOperand(right.layout, batch: batch) else {
            trap("engine: a matrix product was not legalized")
        }
        var gemm = shk_gemm()
        gemm.dtype = op.dtype.code
        gemm.trans_a = a.isTransposed ? 1 : 0
        gemm.trans_b = b.isTransposed ? 1 : 0
        gemm.m = Int64(op.shape[op.shape.rank - 2])
        gemm.n = Int64(op.shape.last)
        gemm.k = Int64(left.layout.sizes.last!)
        gemm.batch = Int64(batch.reduce(1, *))
        (gemm.lda, gemm.ldb) = (Int64(a.leading), Int64(b.leading))
        (gemm.batch_a, gemm.batch_b) = (Int64(a.batchStride), Int64(b.batchStride))
        (gemm.offset_a, gemm.offset_b) = (Int64(a.offset), Int64(b.offset))
        if gemm.batch > 1, b.batchStride == 0, !a.isTransposed, a.batchStride == a.leading * Int(gemm.m) {
            gemm.m *= gemm.batch  // one matrix for all: a taller product
            gemm.batch = 1
        }
        gemm.a_slot = slot(left.root)
        gemm.b_slot = slot(right.root)

        (gemm.c_slot, gemm.epilogue) = epilogue(of: index, kernel, factors: [left.root, right.root])
        let stored = parameters.store(gemm)
        call(
            shk_gemm_run, stored, chunks: shk_gemm_prepare(stored),
            "matmul \(gemm.m)x\(gemm.n)x\(gemm.k)\(gemm.trans_a != 0 ? " Aᵀ" : "")\(gemm.trans_b != 0 ? " Bᵀ" : "")"
                + (kernel.members.isEmpty ? "" : " then \(describe(kernel))"))
    }

    /// Where a product's sums go, and the map that is computed on them.
    private func epilogue(
        of index: Int, _ kernel: Grouping.Kernel, factors: [Int]
    ) -> (slot: Int32, map: UnsafePointer<shk_map>?) {
        // The sums need memory over the blocks of k: an epilogue's result of the same width if the product itself is not
        // asked for.
        let lastReader = kernel.members.lastIndex { program.ops[$0].inputs.contains(index) } ?? 0
        let accumulator =
            grouping.isStored[index]
            ? index
            : kernel.members.dropFirst(lastReader).first {
                grouping.isStored[$0] && program.ops[$0].dtype == program.ops[index].dtype
            } ?? index
        if accumulator != index { storageOf[index] = storage(of: accumulator) }
        let target = slot(index)
        if kernel.members.isEmpty { return (target, nil) }
        let before = takeovers.count
        let built = map(kernel, order: Array(0..<kernel.shape.rank), epilogueOf: index)
        let epilogue = parameters.store(built.map)
        _ = shk_map_prepare(epilogue)
        // The product's own memory is written before the epilogue reads the other operands.
        let product = storage(of: index)
        let factors = factors.map { storage(of: $0) }
        let safe = takeovers[before...].filter {
            $0.output != product && $0.input != product && !factors.contains($0.input)
        }
        takeovers.replaceSubrange(before..., with: safe)
        return (target, UnsafePointer(epilogue))
    }

    // MARK: Convolution and pooling

    private func emitConvolution(
        _ index: Int, _ kernel: Grouping.Kernel?, _ geometry: ConvolutionGeometry, _ part: ConvolutionPart
    ) {
        let op = program.ops[index]
        let roots = op.inputs.map { grouping.places[$0].root }
        let shapes = op.inputs.map { program.ops[$0].shape }
        let (x, k, y) =
            switch part {
            case .output: (shapes[0], shapes[1], op.shape)
            case .input: (op.shape, shapes[1], shapes[0])
            case .kernel: (shapes[0], op.shape, shapes[1])
            }
        var conv = shk_conv()
        conv.dtype = op.dtype.code
        conv.kind = part.rawValue
        conv.batch = Int64(x[0])
        (conv.channels_in, conv.channels_out) = (Int64(x.last), Int64(y.last))
        conv.groups = Int64(geometry.groups)
        conv.in = spatial(Array(x.sizes.dropFirst().dropLast()), missing: 1)
        conv.out = spatial(Array(y.sizes.dropFirst().dropLast()), missing: 1)
        conv.window = spatial(Array(k.sizes.dropLast(2)), missing: 1)
        conv.stride = spatial(geometry.strides, missing: 1)
        conv.dilation = spatial(geometry.dilation, missing: 1)
        conv.before = spatial(geometry.before, missing: 0)
        conv.may_transform = Runtime.usesWinograd
        switch part {
        case .output:
            (conv.x_slot, conv.k_slot) = (slot(roots[0]), slot(roots[1]))
            if let kernel {
                (conv.y_slot, conv.epilogue) = epilogue(of: index, kernel, factors: roots)
            } else {
                conv.y_slot = slot(index)
            }
        case .input:
            (conv.y_slot, conv.k_slot) = (slot(roots[0]), slot(roots[1]))
            if let kernel {
                (conv.x_slot, conv.epilogue) = epilogue(of: index, kernel, factors: roots)
            } else {
                conv.x_slot = slot(index)
            }
        case .kernel: (conv.x_slot, conv.k_slot, conv.y_slot) = (slot(roots[0]), slot(index), slot(roots[1]))
        }
        let stored = parameters.store(conv)
        var chunks = shk_conv_prepare(stored)
        let paired = chunksAfterLeader(
            reading: part == .kernel ? conv.y_slot : conv.x_slot, batch: conv.batch, map: conv.epilogue,
            whole: part == .kernel ? nil : conv.k_slot
        ) {
            shk_conv_has_samples(stored) ? shk_conv_cut_samples(stored, $0) : nil
        }
        if let paired { chunks = paired }
        let spare = chunks > 0 ? Int(shk_conv_spare(stored)) : 0
        if spare > 0 { stored.pointee.spare_slot = scratchSlot(byteCount: spare * op.dtype.byteCount) }
        let label = "\(type(of: op.primitive).name) \(x) with \(k)"
        if spare > 0 && part != .kernel {
            call(shk_conv_turn, stored, chunks: shk_conv_turn_chunks(stored), "turn \(k)")
        }
        let whole = label + (kernel.map { $0.members.isEmpty ? "" : " then \(describe($0))" } ?? "")
        if paired != nil {
            follow(shk_conv_run, stored, chunks: chunks, whole)
        } else {
            call(shk_conv_run, stored, chunks: chunks, whole)
            if part == .output, shk_conv_has_samples(stored) {
                lead(conv.y_slot, y, op.dtype) { shk_conv_cut_samples(stored, $0) }
            }
        }
        if spare > 0 && part == .kernel {
            call(shk_conv_combine, stored, chunks: shk_conv_combine_chunks(stored), "combine \(k)")
        }
    }

    private func emitPooling(
        _ index: Int, _ kernel: Grouping.Kernel?, _ geometry: PoolingGeometry, _ part: PoolingPart
    ) {
        let op = program.ops[index]
        let roots = op.inputs.map { grouping.places[$0].root }
        let isBack = part == .maxGradient || part == .averageGradient
        let (x, y) =
            isBack ? (op.shape, program.ops[op.inputs.last!].shape) : (program.ops[op.inputs[0]].shape, op.shape)
        var pooling = shk_pooling()
        pooling.dtype = op.dtype.code
        pooling.kind = Int32(part.rawValue)
        (pooling.batch, pooling.channels) = (Int64(x[0]), Int64(x.last))
        pooling.in = spatial(Array(x.sizes.dropFirst().dropLast()), missing: 1)
        pooling.out = spatial(Array(y.sizes.dropFirst().dropLast()), missing: 1)
        pooling.window = spatial(geometry.window, missing: 1)
        pooling.stride = spatial(geometry.strides, missing: 1)
        pooling.before = spatial(geometry.before, missing: 0)
        pooling.x_slot = slot(roots[0])
        if let kernel {
            (pooling.y_slot, pooling.epilogue) = epilogue(of: index, kernel, factors: roots)
        } else {
            pooling.y_slot = slot(index)
        }
        if roots.count > 1 { pooling.other_slot = slot(roots[1]) }
        let stored = parameters.store(pooling)
        let chunks = shk_pooling_prepare(stored)
        let label =
            "\(type(of: op.primitive).name) \(x) by \(geometry.window)"
            + (kernel.map { $0.members.isEmpty ? "" : " then \(describe($0))" } ?? "")
        if let paired = chunksAfterLeader(
            reading: pooling.x_slot, batch: pooling.batch, map: pooling.epilogue,
            cut: { shk_pooling_has_samples(stored) ? shk_pooling_cut_samples(stored, $0) : nil })
        {
            follow(shk_pooling_run, stored, chunks: paired, label)
        } else {
            call(shk_pooling_run, stored, chunks: chunks, label)
            if shk_pooling_has_samples(stored) {
                lead(pooling.y_slot, op.shape, op.dtype) { shk_pooling_cut_samples(stored, $0) }
            }
        }
    }

    /// Lets the next call follow this one, which wrote `shape` to `result`.
    private func lead(_ result: Int32, _ shape: Shape, _ dtype: DType, cut: @escaping (Int64) -> Int64) {
        guard shape[0] > 0 else { return }
        leader = Leader(
            result: result, bytesPerSample: shape.count / shape[0] * dtype.byteCount, batch: shape[0], kernel: kernel,
            cut: cut)
    }

    /// Depth, height and width; the leading ones `missing` where there are fewer.
    private func spatial(_ values: [Int], missing: Int) -> (Int64, Int64, Int64) {
        let all = [Int](repeating: missing, count: 3 - values.count) + values
        return (Int64(all[0]), Int64(all[1]), Int64(all[2]))
    }

    // MARK: Kernels of their own

    private func emitOwn(_ index: Int) {
        let op = program.ops[index]
        let name = type(of: op.primitive).name
        let inputs = op.inputs.map { grouping.places[$0].root }
        func shape(_ i: Int) -> Shape { program.ops[op.inputs[i]].shape }
        func dtype(_ i: Int) -> DType { program.ops[op.inputs[i]].dtype }
        func split(_ shape: Shape, _ axis: Int) -> (outer: Int64, size: Int64, inner: Int64) {
            (
                Int64(shape.sizes[..<axis].reduce(1, *)), Int64(shape[axis]),
                Int64(shape.sizes[(axis + 1)...].reduce(1, *))
            )
        }
        switch op.lowering {
        case .convolution(let geometry, let part): emitConvolution(index, nil, geometry, part)
        case .pooling(let geometry, let part): emitPooling(index, nil, geometry, part)
        case .place(let fill, let layout):
            emitFill(index, fill)
            emitCopy(op.inputs[0], to: index, layout)
        case .pad(let before, let value):
            emitFill(index, value)
            let inner = zip(before, shape(0).sizes).map { AxisSlice(start: $0, step: 1, count: $1) }
            emitCopy(op.inputs[0], to: index, Layout(op.shape).applying(.slice(inner)))
        case .concatenate(let axis):
            var start = 0
            for (i, input) in op.inputs.enumerated() {
                let slices = shape(i).sizes.enumerated().map {
                    AxisSlice(start: $0.offset == axis ? start : 0, step: 1, count: $0.element)
                }
                emitCopy(input, to: index, Layout(op.shape).applying(.slice(slices)))
                start += shape(i)[axis]
            }
        case .softmax(let logarithm):
            var softmax = shk_softmax()
            softmax.dtype = op.dtype.code
            softmax.logarithm = logarithm ? 1 : 0
            softmax.width = Int64(op.shape.last)
            softmax.rows = Int64(op.shape.sizes.dropLast().reduce(1, *))
            (softmax.x_slot, softmax.y_slot) = (slot(inputs[0]), slot(index))
            let stored = parameters.store(softmax)
            call(shk_softmax_run, stored, chunks: shk_softmax_prepare(stored), "\(name) \(op.shape)")
        case .argReduce(let axis, let smallest):
            var arg = shk_arg_reduce()
            arg.dtype = dtype(0).code
            arg.smallest = smallest ? 1 : 0
            (arg.outer, arg.mid, arg.inner) = split(shape(0), axis)
            (arg.x_slot, arg.y_slot) = (slot(inputs[0]), slot(index))
            let stored = parameters.store(arg)
            call(shk_arg_reduce_run, stored, chunks: shk_arg_reduce_prepare(stored), "\(name) \(shape(0))")
        case .scan(let axis, let product, let exclusive, let reverse):
            var scan = shk_scan_sum()
            scan.dtype = op.dtype.code
            scan.product = product ? 1 : 0
            scan.exclusive = exclusive ? 1 : 0
            scan.reverse = reverse ? 1 : 0
            (scan.outer, scan.mid, scan.inner) = split(op.shape, axis)
            (scan.x_slot, scan.y_slot) = (slot(inputs[0]), slot(index))
            let stored = parameters.store(scan)
            call(shk_scan_sum_run, stored, chunks: shk_scan_sum_prepare(stored), "\(name) \(op.shape)")
        case .gather(let axis):
            var gather = shk_gather()
            gather.tag = tag("gather: axis \(axis) of \(shape(0))")
            gather.bytes = Int32(op.dtype.byteCount)
            gather.index_dtype = dtype(1).code
            (gather.outer, gather.size, gather.inner) = split(shape(0), axis)
            gather.count = Int64(shape(1).count)
            (gather.x_slot, gather.index_slot, gather.y_slot) = (slot(inputs[0]), slot(inputs[1]), slot(index))
            let stored = parameters.store(gather)
            call(shk_gather_run, stored, chunks: shk_gather_prepare(stored), "\(name) \(shape(0)) at \(shape(1))")
            let (rows, batch) = (Int(gather.outer * gather.count), op.shape.rank > 0 ? op.shape[0] : 0)
            if batch > 0, rows >= batch, rows % batch == 0 {
                lead(gather.y_slot, op.shape, op.dtype) { shk_gather_cut_samples(stored, Int64(batch), $0) }
            }
        case .scatterAdd(let axis):
            var scatter = shk_scatter_add()
            scatter.tag = tag("scatterAdd: axis \(axis) of \(op.shape)")
            scatter.dtype = op.dtype.code
            scatter.index_dtype = dtype(1).code
            (scatter.outer, scatter.size, scatter.inner) = split(op.shape, axis)
            scatter.count = Int64(shape(1).count)
            let rows = grouping.places[op.inputs[0]].layout
            scatter.shared = Int64(rows.repeatedRows(axis, of: shape(1)) ?? 1)
            (scatter.x_slot, scatter.index_slot, scatter.y_slot) = (slot(inputs[0]), slot(inputs[1]), slot(index))
            let stored = parameters.store(scatter)
            call(shk_scatter_add_run, stored, chunks: shk_scatter_add_prepare(stored), "\(name) \(op.shape)")
        case .gatherAlong(let axis): emitAlong(index, axis, source: shape(0), indices: shape(1), scatter: false)
        case .scatterAlong(let axis): emitAlong(index, axis, source: op.shape, indices: shape(1), scatter: true)
        case .argSort(let descending):
            var sort = shk_argsort()
            sort.dtype = dtype(0).code
            sort.descending = descending ? 1 : 0
            sort.width = Int64(op.shape.rank == 0 ? 1 : op.shape.last)
            sort.rows = Int64(op.shape.sizes.dropLast().reduce(1, *))
            (sort.x_slot, sort.y_slot) = (slot(inputs[0]), slot(index))
            let stored = parameters.store(sort)
            call(shk_argsort_run, stored, chunks: shk_argsort_prepare(stored), "\(name) \(op.shape)")
        case .iota:
            var iota = shk_iota()
            iota.dtype = op.dtype.code
            iota.count = Int64(op.shape.count)
            (iota.start_slot, iota.step_slot, iota.y_slot) = (slot(inputs[0]), slot(inputs[1]), slot(index))
            let stored = parameters.store(iota)
            call(shk_iota_run, stored, chunks: shk_iota_prepare(stored), "\(name) \(op.shape)")
        case .random(let kind):
            var random = shk_random()
            random.kind = Int32(kind.rawValue)
            random.dtype = op.dtype.code
            random.count = Int64(op.shape.count)
            (random.seed_slot, random.stream_slot) = (slot(inputs[0]), slot(inputs[1]))
            (random.step_slot, random.y_slot) = (slot(inputs[2]), slot(index))
            let stored = parameters.store(random)
            call(shk_random_run, stored, chunks: shk_random_prepare(stored), "random \(kind) \(op.shape)")
        case .recurrence(let form, let gradient): emitRecurrence(index, form, gradient: gradient)
        case .attention(let form, let gradient): emitAttention(index, form, gradient: gradient)
        case .leaf, .alias, .reshape, .view, .map, .cast, .reduce, .matmul:
            trap("engine: \(name) has no kernel of its own")
        }
    }

    private func emitRecurrence(_ index: Int, _ form: RecurrenceForm, gradient: Bool) {
        let op = program.ops[index]
        let slots = op.inputs.map { slot(grouping.places[$0].root) }
        let (z, kernel) = (program.ops[op.inputs[0]].shape, program.ops[op.inputs[1]].shape)
        var recurrent = shk_recurrent()
        recurrent.kind = Int32(bitPattern: UInt32(form.kind.kernel.rawValue))
        recurrent.dtype = op.dtype.code
        recurrent.reverse = form.goesBackwards ? 1 : 0
        recurrent.gradient = gradient ? 1 : 0
        (recurrent.batch, recurrent.time, recurrent.units) = (Int64(z[0]), Int64(z[1]), Int64(kernel[0]))
        (recurrent.z_slot, recurrent.kernel_slot, recurrent.h_slot) = (slots[0], slots[1], slots[2])
        if form.kind == .lstm { recurrent.c_slot = slots[3] }
        if let place = form.biasPlace { recurrent.bias_slot = slots[place] }
        if let place = form.maskPlace { recurrent.mask_slot = slots[place] }
        if gradient {
            (recurrent.y_slot, recurrent.upstream_slot) = (slots[form.inputCount], slots[form.inputCount + 1])
            recurrent.gradient_slot = slot(index)
        } else {
            recurrent.y_slot = slot(index)
        }
        let stored = parameters.store(recurrent)
        call(
            shk_recurrent_run, stored, chunks: shk_recurrent_prepare(stored),
            "\(type(of: op.primitive).name) \(form.kind) \(z)")
    }

    private func emitAttention(_ index: Int, _ form: AttentionForm, gradient: Bool) {
        let op = program.ops[index]
        let slots = op.inputs.map { slot(grouping.places[$0].root) }
        let shapes = op.inputs.map { program.ops[$0].shape }
        let hasMask = op.inputs.count > (gradient ? 5 : 3)
        var attention = shk_attention()
        attention.dtype = op.dtype.code
        attention.gradient = gradient ? 1 : 0
        attention.zeroes_hidden = form.zeroesHidden ? 1 : 0
        (attention.scale, attention.least) = (form.scale, form.least)
        (attention.batch, attention.places, attention.seen) = (
            Int64(shapes[0][0]), Int64(shapes[0][1]), Int64(shapes[1][1])
        )
        (attention.heads, attention.key_heads) = (Int64(shapes[0][2]), Int64(shapes[1][2]))
        (attention.size, attention.value_size) = (Int64(shapes[0][3]), Int64(shapes[2][3]))
        (attention.q_slot, attention.k_slot, attention.v_slot) = (slots[0], slots[1], slots[2])
        if hasMask {
            let mask = shapes[3]
            attention.mask_slot = slots[3]
            attention.mask_place = mask[2] == 1 ? 0 : Int64(mask[3])
            attention.mask_head = mask[1] == 1 ? 0 : Int64(mask[2] * mask[3])
            attention.mask_batch = mask[0] == 1 ? 0 : Int64(mask[1] * mask[2] * mask[3])
        }
        if gradient {
            (attention.y_slot, attention.upstream_slot) = (slots[slots.count - 2], slots[slots.count - 1])
            attention.gradient_slot = slot(index)
        } else {
            attention.y_slot = slot(index)
        }
        let stored = parameters.store(attention)
        call(
            shk_attention_run, stored, chunks: shk_attention_prepare(stored),
            "\(type(of: op.primitive).name) \(shapes[0]) \(shapes[1])")
    }

    private func emitAlong(_ index: Int, _ axis: Int, source: Shape, indices: Shape, scatter: Bool) {
        let op = program.ops[index]
        var along = shk_along()
        along.tag = tag("\(type(of: op.primitive).name): axis \(axis) of \(source)")
        along.dtype = op.dtype.code
        along.index_dtype = program.ops[op.inputs[1]].dtype.code
        along.scatter = scatter ? 1 : 0
        along.outer = Int64(source.sizes[..<axis].reduce(1, *))
        along.size = Int64(source[axis])
        along.inner = Int64(source.sizes[(axis + 1)...].reduce(1, *))
        along.count = Int64(indices[axis])
        along.x_slot = slot(grouping.places[op.inputs[0]].root)
        along.index_slot = slot(grouping.places[op.inputs[1]].root)
        along.y_slot = slot(index)
        let stored = parameters.store(along)
        call(shk_along_run, stored, chunks: shk_along_prepare(stored), "\(type(of: op.primitive).name) \(op.shape)")
    }

    private func tag(_ text: String) -> Int32 {
        tags.append(text)
        return Int32(tags.count - 1)
    }

    /// Every element of a result is `value`.
    private func emitFill(_ index: Int, _ value: Double) {
        let op = program.ops[index]
        let constant = Constant(value: value, integer: Int64(fromDouble: value))
        let source = addStorage(.constant(constant.bits(op.dtype)), byteCount: 8)
        emitCopy(
            slot: storages[source].slot,
            Layout(offset: 0, sizes: op.shape.sizes, strides: op.shape.sizes.map { _ in 0 }),
            to: index, Layout(op.shape), "fill")
    }

    /// An input, wherever it lies, copied to a stretch of a result.
    private func emitCopy(_ input: Int, to index: Int, _ target: Layout) {
        let place = grouping.places[input]
        emitCopy(slot: slot(place.root), place.layout, to: index, target, "copy")
    }

    private func emitCopy(slot source: Int32, _ from: Layout, to index: Int, _ target: Layout, _ label: String) {
        let op = program.ops[index]
        let collapsed = Collapsed(sizes: from.sizes, strides: [from.strides, target.strides])
        let bytes = op.dtype.byteCount
        func operand(_ i: Int, slot: Int32, register: Int32, offset: Int) -> shk_operand {
            var access = collapsed.access(i)
            if i == 1 && access == SHK_SCALAR { access = SHK_STRIDED }
            return shk_operand(
                slot: slot, reg: register, bytes: Int32(bytes), access: Int32(bitPattern: UInt32(access.rawValue)),
                offset: Int64(offset), strides: fixed(collapsed.strides[i]))
        }
        // What is loaded is what is stored, without a step between; but one element for all fills a register of its own.
        let isFill = collapsed.access(0) == SHK_SCALAR
        let input = operand(0, slot: source, register: 0, offset: from.offset)
        let output = operand(1, slot: slot(index), register: isFill ? 1 : 0, offset: target.offset)
        let linear = Int32(bitPattern: UInt32(SHK_LINEAR.rawValue))
        let isBound = input.access == linear || output.access == linear
        var map = shk_map()
        map.count = Int64(from.count)
        map.rank = Int32(collapsed.sizes.count)
        (map.inputs, map.outputs, map.registers) = (1, 1, isFill ? 2 : 1)
        map.steps = isFill ? 1 : 0
        map.dims = fixed(collapsed.sizes)
        map.input = parameters.store([input])
        map.step = parameters.store(
            isFill ? [shk_step_call(fn: shk_step(SHK_OP_COPY, op.dtype.kernel), dst: 1, a: 0, b: -1, c: -1)] : [])
        map.output = parameters.store([output])
        map.register_offset = parameters.store(
            isFill ? [0, output.access == linear ? -1 : Int32(Grouping.tile * bytes)] : [isBound ? -1 : 0])
        let stored = parameters.store(map)
        call(shk_map_run, stored, chunks: shk_map_prepare(stored), "\(label) \(from.sizes)")
    }
}

extension RecurrenceKind {
    var kernel: shk_recurrence {
        switch self {
        case .simple: SHK_SIMPLE_RNN
        case .gru: SHK_GRU
        case .lstm: SHK_LSTM
        }
    }
}

extension Reduction {
    var kernel: shk_reduction {
        switch self {
        case .sum: SHK_REDUCE_SUM
        case .product: SHK_REDUCE_PROD
        case .max: SHK_REDUCE_MAX
        case .min: SHK_REDUCE_MIN
        }
    }
}

/// Axes of a loop joined wherever every operand walks them with one stride.
struct Collapsed {
    private(set) var sizes: [Int] = []
    /// Per operand.
    private(set) var strides: [[Int]]

    init(sizes: [Int], strides all: [[Int]]) {
        strides = [[Int]](repeating: [], count: all.count)
        for axis in sizes.indices where sizes[axis] != 1 {
            let joins =
                !self.sizes.isEmpty
                && all.indices.allSatisfy { strides[$0].last! == all[$0][axis] * sizes[axis] }
            if joins {
                self.sizes[self.sizes.count - 1] *= sizes[axis]
                for i in all.indices { strides[i][strides[i].count - 1] = all[i][axis] }
            } else {
                self.sizes.append(sizes[axis])
                for i in all.indices { strides[i].append(all[i][axis]) }
            }
        }
        if self.sizes.count > Int(SHK_MAX_RANK) {
            trap("engine: more than \(SHK_MAX_RANK) axes that do not join; got \(sizes)")
        }
    }

    func access(_ operand: Int) -> shk_access {
        if strides[operand].allSatisfy({ $0 == 0 }) && !sizes.isEmpty { return SHK_SCALAR }
        var expected = 1
        for axis in sizes.indices.reversed() {
            if strides[operand][axis] != expected { return SHK_STRIDED }
            expected *= sizes[axis]
        }
        return SHK_LINEAR
    }
}

/// Where registers that are not bound to memory lie in a tile's scratch: reused after their last reader.
private struct RegisterFile {
    var offsets: [Int32]

    /// - Parameters:
    ///   - kept: Registers filled before the first step (operands), which no step may overwrite.
    ///   - result: A register read after the last step.
    init(registers: Int, bound: [Bool], bytes: [Int], steps: [shk_step_call], kept: Set<Int>, result: Int?) {
        offsets = [Int32](repeating: -1, count: registers)
        var lastRead = [Int](repeating: -1, count: registers)
        for (i, step) in steps.enumerated() {
            for register in [step.a, step.b, step.c] where register >= 0 { lastRead[Int(register)] = i }
        }
        if let result { lastRead[result] = .max }
        var top = 0
        var free: [Int: [Int]] = [:]
        func take(_ bytes: Int) -> Int {
            if let offset = free[bytes]?.popLast() { return offset }
            defer { top += (bytes * Grouping.tile + 63) & ~63 }
            return top
        }
        for register in kept where !bound[register] { offsets[register] = Int32(take(bytes[register])) }
        for (i, step) in steps.enumerated() {
            let target = Int(step.dst)
            if !bound[target] { offsets[target] = Int32(take(bytes[target])) }
            for register in Set([step.a, step.b, step.c]) where register >= 0 {
                let source = Int(register)
                if lastRead[source] == i, !bound[source], !kept.contains(source) {
                    free[bytes[source], default: []].append(Int(offsets[source]))
                }
            }
        }
        if top > Int(SHK_SCRATCH_BYTES) { trap("engine: a kernel needs \(top) bytes of scratch") }
    }
}

/// Memory for parameter structures, freed with the plan.
final class ParameterMemory: @unchecked Sendable {
    // Unchecked: filled by one planner, read-only afterwards.
    private var blocks: [UnsafeMutableRawPointer] = []
    private(set) var byteCount = 0

    func store<T>(_ value: T) -> UnsafeMutablePointer<T> {
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
        pointer.initialize(to: value)
        blocks.append(UnsafeMutableRawPointer(pointer))
        byteCount += MemoryLayout<T>.size
        return pointer
    }

    func store<T>(_ values: [T]) -> UnsafePointer<T> {
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
        pointer.initialize(from: values, count: values.count)
        blocks.append(UnsafeMutableRawPointer(pointer))
        byteCount += MemoryLayout<T>.stride * values.count
        return UnsafePointer(pointer)
    }

    deinit {
        for block in blocks { block.deallocate() }
    }
}

/// A C array of SHK_MAX_RANK numbers.
private func fixed(_ values: [Int]) -> (Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64) {
    func at(_ i: Int) -> Int64 { i < values.count ? Int64(values[i]) : 0 }
    return (at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7))
}

extension shk_operand {
    /// Whether element i of the map is element i of the memory, from the offset on.
    fileprivate var isLinear: Bool { access == Int32(bitPattern: UInt32(SHK_LINEAR.rawValue)) }
}
