import Testing

@testable import ShinkeiCore

/// A shape that does not fit ends the program with both shapes in the text, in release too.
@Suite struct ShapeMistakeTests {
    @Test func `matmul`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3]).matmul(Tensor.zeros([4, 5]))
            }, "matmul: inner axes differ; got [2, 3], [4, 5]")
    }

    @Test func `matmul of vectors`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2]).matmul(Tensor.zeros([3]))
            }, "matmul", "[2]", "[3]")
    }

    @Test func `matmul of leading axes`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3, 4]).matmul(Tensor.zeros([3, 4, 5]))
            }, "matmul: shapes do not broadcast", "[2]", "[3]")
    }

    @Test func `add`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3]) + Tensor.zeros([2, 4])
            }, "add: shapes do not broadcast; got [2, 3], [2, 4]")
    }

    @Test func `where`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.where(Tensor.zeros([5]), Tensor.zeros([2, 3]), Tensor.zeros([3]))
            }, "where: shapes do not broadcast; got [5], [2, 3]")
    }

    @Test func `reshape`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3]).reshaped([4, 2])
            }, "reshape: [2, 3] has 6 elements, [4, 2] has 8")
    }

    @Test func `reshape with an unknown size`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3]).reshaped([4, -1])
            }, "reshape: 6 elements of [2, 3] do not divide into [4, -1]")
    }

    @Test func `concatenate`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.concatenate([Tensor.zeros([2, 3]), Tensor.zeros([2, 4])], axis: 0)
            }, "concatenate: sizes off axis 0 differ; got [2, 3], [2, 4]")
    }

    @Test func `concatenate of other ranks`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.concatenate([Tensor.zeros([2, 3]), Tensor.zeros([2])], axis: 0)
            }, "concatenate: ranks differ; got [2, 3], [2]")
    }

    @Test func `stack`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.stack([Tensor.zeros([2, 3]), Tensor.zeros([3, 2])])
            }, "stack: shapes differ; got [2, 3], [3, 2]")
    }

    @Test func `an axis that is not there`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3]).sum(axis: 2)
            }, "sum: there is no axis 2; got [2, 3]")
    }

    @Test func `an index out of range`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3])[0, 3]
            }, "subscript: index 3 is outside axis 1 of [2, 3]")
    }

    @Test func `a row number out of range is named when it is computed`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                Tensor.zeros([4, 3]).taking(Tensor([1, 7])).evaluate()
            }, "gather: axis 0 of [4, 3]: index 7 is out of range; there are 4")
    }

    @Test func `the largest of nothing`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 0]).max(axis: 1)
            }, "max: axis 1 is empty; got [2, 0]")
    }

    @Test func `values that do not fill the shape`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor([1.0, 2, 3], shape: [2, 2])
            }, "3 values do not fill the shape [2, 2]")
    }

    @Test func `take along with other shapes`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([2, 3]).takingAlong(Tensor([0, 1]), axis: 1)
            }, "gatherAlong", "[2, 3]", "[2]")
    }

    @Test func `a weight keeps its shape and type`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let weight = Weight("kernel", Tensor.zeros([2, 3]))
                weight.value = Tensor.zeros([3, 2])
            }, "\"kernel\"", "[2, 3]", "[3, 2]")
    }

    /// The same rules throw at a model's edge.
    @Test func `The rules throw what the trap prints`() {
        #expect(throws: ShapeError(op: "matmul", inputs: [[2, 3], [4, 5]], reason: "inner axes differ")) {
            try MatMul().shape(of: [[2, 3], [4, 5]])
        }
        #expect(throws: ShapeError(op: "add", inputs: [[2], [3]], reason: "shapes do not broadcast")) {
            try Add().shape(of: [[2], [3]])
        }
        #expect(
            ShapeError(op: "matmul", inputs: [[2, 3], [4, 5]], reason: "inner axes differ").description
                == "matmul: inner axes differ; got [2, 3], [4, 5]")
    }
}
