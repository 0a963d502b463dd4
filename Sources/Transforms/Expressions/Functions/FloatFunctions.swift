import Glibc
import SluiceCore

/// Functions of floating point numbers. Where one is not defined, or not finite for finite arguments, the row fails.
enum FloatFunctions {
  private typealias Example = FunctionDefinition.Example

  static let all: [FunctionDefinition] = [
    unary("sqrt", "The square root; of a number that is not negative.", "sqrt(2.25)", "1.5") { sqrt($0) },
    unary("cbrt", "The cube root.", "round(cbrt(-27), 6)", "-3.0") { cbrt($0) },
    unary("exp", "e to the power of x.", "exp(0)", "1.0") { exp($0) },
    unary("ln", "The natural logarithm of a positive number.", "ln(1)", "0.0") { $0 > 0 ? log($0) : .nan },
    unary("log2", "The logarithm to base 2 of a positive number.", "log2(8)", "3.0") { $0 > 0 ? log2($0) : .nan },
    unary("log10", "The logarithm to base 10 of a positive number.", "log10(1000)", "3.0") { $0 > 0 ? log10($0) : .nan },
    unary("sin", "The sine of an angle in radians.", "sin(0)", "0.0") { sin($0) },
    unary("cos", "The cosine of an angle in radians.", "cos(0)", "1.0") { cos($0) },
    unary("tan", "The tangent of an angle in radians.", "tan(0)", "0.0") { tan($0) },
    unary("cot", "The cotangent of an angle in radians that is not 0.", "round(cot(1), 6)", "0.642093") { $0 == 0 ? .nan : 1 / tan($0) },
    unary("asin", "The angle of a sine, -1 to 1.", "asin(0)", "0.0") { asin($0) },
    unary("acos", "The angle of a cosine, -1 to 1.", "acos(1)", "0.0") { acos($0) },
    unary("atan", "The angle of a tangent.", "atan(0)", "0.0") { atan($0) },
    unary("degrees", "An angle in radians in degrees.", "degrees(pi())", "180.0") { $0 * 180 / .pi },
    unary("radians", "An angle in degrees in radians.", "radians(180) = pi()", "true") { $0 * .pi / 180 },
    binary("atan2", "The angle of the point at x to the right and y up.", "y", "x", "atan2(0, 1)", "0.0") { atan2($0, $1) },
    binary("power", aliases: ["pow"], "x to the power of y.", "x", "y", "power(2, 10)", "1024.0") { pow($0, $1) },
    binary("log", "The logarithm of a positive y to base x.", "base", "y", "log(2, 65536)", "16.0") { base, value in
      base > 0 && base != 1 && value > 0 ? log(value) / log(base) : .nan
    },
    .form("pi", .number, [], result: "float64", "π.", nulls: "never NULL", [Example("pi()", "3.141592653589793")]) {
      _, _, place throws(ExpressionIssue) in
      Node(constant: .constant(Double.pi, .float64), place: place)
    },
  ]

  @inline(__always)
  private static func unary(
    _ name: String, _ summary: String, _ expression: String, _ value: String, _ function: @escaping @Sendable (Double) -> Double
  ) -> FunctionDefinition {
    .strict(name, .number, [.float()], .float64, summary, canFail: true, [Example(expression, value)]) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Double.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Double in
        try defined(function(source[row]), given: source[row])
      }
    }
  }

  @inline(__always)
  private static func binary(
    _ name: String, aliases: [String] = [], _ summary: String, _ first: String, _ second: String, _ expression: String, _ value: String,
    _ function: @escaping @Sendable (Double, Double) -> Double
  ) -> FunctionDefinition {
    .strict(
      name, aliases: aliases, .number, [.float(first), .float(second)], .float64, summary, canFail: true, [Example(expression, value)]
    ) { call, vectors, log in
      let left = FixedReader(vectors[0], as: Double.self)
      let right = FixedReader(vectors[1], as: Double.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Double in
        try defined(function(left[row], right[row]), given: left[row] + right[row])
      }
    }
  }

  @inline(__always)
  private static func defined(_ result: Double, given argument: Double) throws(RowFailure.Reason) -> Double {
    if result.isFinite || !argument.isFinite { return result }
    throw result.isNaN ? .invalidArgument : .outOfRange
  }
}
