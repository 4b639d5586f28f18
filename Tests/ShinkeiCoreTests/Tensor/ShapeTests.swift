import Testing

@testable import ShinkeiCore

@Suite struct ShapeTests {
    @Test func `Sizes, count, strides`() throws {
        let shape: Shape = [2, 3, 4]
        #expect(shape.rank == 3)
        #expect(shape.count == 24)
        #expect(shape.strides == [12, 4, 1])
        #expect(shape.last == 4)
        #expect(shape.description == "[2, 3, 4]")
        #expect(Shape.scalar.count == 1)
        #expect(Shape([0, 3]).count == 0)
        #expect(try shape.resolve(axis: -1, op: "sum") == 2)
        #expect(throws: ShapeError.self) { try shape.resolve(axis: 3, op: "sum") }
        #expect(throws: ShapeError.self) { try shape.resolve(axis: -4, op: "sum") }
    }

    @Test func `Broadcasting`() throws {
        func both(_ a: Shape, _ b: Shape) throws -> Shape {
            let result = try Shape.broadcast(a, b, op: "add")
            #expect(try Shape.broadcast(b, a, op: "add") == result)
            return result
        }
        #expect(try both([3, 1], [1, 4]) == [3, 4])
        #expect(try both([], [2, 3]) == [2, 3])
        #expect(try both([0], [1]) == [0])
        #expect(try both([0, 1], [1, 5]) == [0, 5])
        #expect(try both([5, 1, 3], [2, 1]) == [5, 2, 3])
        #expect(throws: ShapeError.self) { try both([2], [3]) }
        #expect(throws: ShapeError.self) { try both([0], [2]) }
    }

    @Test func `Layouts follow views`() {
        let layout = Layout([4, 6])
        #expect(layout.isPacked)
        let turned = layout.applying(.permute([1, 0]))
        #expect(turned.strides == [1, 6])
        #expect(!turned.isPacked)
        let sliced = layout.applying(
            .slice([AxisSlice(start: 3, step: -1, count: 4), AxisSlice(start: 1, step: 2, count: 2)]))
        #expect(sliced.offset == 19)
        #expect(sliced.strides == [-6, 2])
        let row = layout.applying(
            .slice([AxisSlice(start: 2, step: 1, count: 1), AxisSlice(start: 0, step: 1, count: 6)]))
        #expect(row.isPacked)
        #expect(row.offset == 12)
        #expect(Layout([1, 6]).broadcast(to: [5, 6]).strides == [0, 1])
        #expect(Layout([2, 0, 3]).applying(.permute([2, 1, 0])).isPacked)
    }
}
