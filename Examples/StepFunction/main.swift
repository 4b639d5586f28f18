// A function with a Japanese name, as in the tutorial: names in Swift may be written in any script. 50 and more becomes
// 1, less becomes 0, for all elements at once. What is printed looks as in NumPy, with a point behind whole numbers of
// a floating type.
import ExampleSupport
import Shinkei

func ステップ関数(_ x: Tensor) -> Tensor { Tensor.where(x .>= 50, 1.0, 0.0) }
let y: Tensor = [26, 47, 68, 89, 110, 131]
let a = ステップ関数(y)
print(a)
conclude("neurons that fire, of 6", a.sum().scalar(of: Double.self), atLeast: 4, atMost: 4)
