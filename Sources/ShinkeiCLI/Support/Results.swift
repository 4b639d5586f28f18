import Shinkei

/// How well the last epoch went, on what was trained on and what was kept to validate.
func printAccuracy(_ history: History) {
    print("accuracy: \(fixed(history["accuracy"]?.last ?? .nan, 4))")
    if let accuracy = history["val_accuracy"]?.last { print("validation accuracy: \(fixed(accuracy, 4))") }
}

/// The last epoch's loss, and how well the test went.
func printResult(_ history: History, _ result: EvaluationResult) {
    print("final loss: \(history.loss.last ?? .nan)")
    print("test loss: \(result.loss)")
    print("test accuracy: \(fixed(result.accuracy, 4))")
}
