// What one neuron computes, what six do at once, and what one step of learning changes.
import ExampleSupport
import Shinkei

// A number in, a weight, a bias: 3 · 4 + 5 = 17. A larger weight makes the line steeper (a negative one makes it fall),
// the bias lifts it.
let one = 3 * 4 + 5
print("one neuron:", one)

// A neuron with a threshold of 3 fires when what reaches it adds up to 3 or more.
let arriving: Tensor = [[0.99, 1, 1], [1, 1, 1], [1.01, 1, 1]]
let fires = Tensor.where(arriving.sum(axis: 1) .>= 3, 1, 0)
print("fires:", fires)

// Six numbers in. The tutorial works out w · x + b for each and adds these up, which counts the bias six times; a
// neuron has its bias once.
let x: Tensor = [1, 2, 3, 4, 5, 6]
let w: Tensor = [1, 2, 3, 4, 5, 6]
print("bias six times:", (x * w + 5).sum(), "once, as it should be:", x.matmul(w) + 5)

// Six neurons are a matrix with a column for each: one product gives all of their outputs.
let weights = w.broadcast(to: [6, 6])
let y = x.matmul(weights) + 5
print("six neurons:", y)

// Scores for the numbers 1 to 6 as probabilities. The network says 6 with 49%, but 3 would have been right (its place
// is 2: one counts from 0). The derivative of the crossentropy with respect to the scores points away from the answer;
// a step against it makes 3 more likely.
var scores = log(Tensor([0.08, 0.10, 0.12, 0.12, 0.09, 0.49]))
let answer = Tensor(2).oneHot(6)
let (loss, change) = valueAndGradient(at: scores) { -(answer * $0.logSoftmax()).sum() }
scores -= change
let newLoss = -(answer * scores.logSoftmax()).sum()
print("loss:", loss, "after a step:", newLoss, "probabilities:", scores.softmax())
conclude("probability of the right answer, from 0.12", scores.softmax()[2].scalar(of: Double.self), atLeast: 0.2)
