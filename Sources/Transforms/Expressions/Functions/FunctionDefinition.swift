import SluiceCore

/// A function of the dialect: what the reference page says of it, what it takes, and how it is evaluated.
struct FunctionDefinition: Sendable {
  enum Category: String, CaseIterable, Sendable {
    case conditional = "Conditional"
    case text = "Text"
    case pattern = "Regular expressions"
    case number = "Numbers"
    case time = "Dates and times"
    case json = "JSON"
    case digest = "Hashes and encodings"
  }

  /// What a parameter takes.
  enum Kind: Sendable {
    case text, binary, whole, exactOrFloat, float, boolean, date, moment, json, any
    /// Checked by the function itself.
    case temporal, unit
    /// A scalar of any type, rendered as text.
    case rendered
    /// Text that does not depend on the row.
    case constantText
    case constantWhole

    var words: String {
      switch self {
      case .text: "text"
      case .binary: "text or binary"
      case .whole: "integer"
      case .exactOrFloat: "number"
      case .float: "number"
      case .boolean: "boolean"
      case .date: "date, timestamp or instant"
      case .moment: "timestamp or instant"
      case .json: "JSON text"
      case .any: "any type"
      case .temporal: "date, time, timestamp or instant"
      case .unit: "unit"
      case .rendered: "any scalar type"
      case .constantText: "constant text"
      case .constantWhole: "constant integer"
      }
    }
  }

  struct Parameter: Sendable {
    let name: String
    let kind: Kind
    var isOptional = false
    /// Any number of them, also none.
    var isRepeated = false
  }

  /// An expression without columns and its value as text, which a test compares.
  struct Example: Sendable {
    let expression: String
    let value: String?
  }

  typealias Bind = @Sendable (Binder, [Node], TextPlace) throws(ExpressionIssue) -> Node

  let name: String
  var aliases: [String] = []
  let category: Category
  let parameters: [Parameter]
  /// The result's type in words.
  let result: String
  /// What it does, and its edge cases; one line.
  let summary: String
  /// NULL behaviour where it differs from "NULL when an argument is NULL".
  var nulls: String?
  let examples: [Example]
  let bind: Bind
}

extension FunctionDefinition {
  /// A strict function of fixed parameter types and one result type.
  static func strict(
    _ name: String, aliases: [String] = [], _ category: Category, _ parameters: [Parameter], _ type: DataType, _ summary: String,
    nulls: String? = nil, canFail: Bool = false, givesNull: Bool = false, _ examples: [Example], kernel: @escaping Kernel
  ) -> FunctionDefinition {
    FunctionDefinition(
      name: name, aliases: aliases, category: category, parameters: parameters, result: "\(type)", summary: summary, nulls: nulls, examples: examples
    ) { binder, nodes, place throws(ExpressionIssue) in
      binder.operation(name, type, nodes, place, canFail: canFail, isNullable: givesNull ? true : nil, isCostly: category == .digest, kernel: kernel)
    }
  }

  /// A function that makes its node by itself.
  static func form(
    _ name: String, aliases: [String] = [], _ category: Category, _ parameters: [Parameter], result: String, _ summary: String,
    nulls: String? = nil, _ examples: [Example], bind: @escaping Bind
  ) -> FunctionDefinition {
    FunctionDefinition(
      name: name, aliases: aliases, category: category, parameters: parameters, result: result, summary: summary, nulls: nulls, examples: examples,
      bind: bind)
  }

  /// How it is called: `substring(text, start [, length])`.
  var signature: String {
    var text = name + "("
    for (index, parameter) in parameters.enumerated() {
      let separator = index == 0 ? "" : ", "
      if parameter.isRepeated {
        text += "\(separator)\(parameter.name), …"
      } else {
        text += parameter.isOptional ? "[\(separator)\(parameter.name)]" : separator + parameter.name
      }
    }
    return text + ")"
  }
}

extension FunctionDefinition.Parameter {
  static func text(_ name: String = "text") -> Self { .init(name: name, kind: .text) }
  static func whole(_ name: String) -> Self { .init(name: name, kind: .whole) }
  static func number(_ name: String = "x") -> Self { .init(name: name, kind: .exactOrFloat) }
  static func float(_ name: String = "x") -> Self { .init(name: name, kind: .float) }
  static func date(_ name: String = "date") -> Self { .init(name: name, kind: .date) }
  static func moment(_ name: String = "time") -> Self { .init(name: name, kind: .moment) }
  static func any(_ name: String) -> Self { .init(name: name, kind: .any) }
  static func temporal(_ name: String) -> Self { .init(name: name, kind: .temporal) }
  static func unit(_ name: String) -> Self { .init(name: name, kind: .unit) }
  static func json(_ name: String = "json") -> Self { .init(name: name, kind: .json) }
  static func binary(_ name: String = "data") -> Self { .init(name: name, kind: .binary) }
  static func rendered(_ name: String) -> Self { .init(name: name, kind: .rendered) }
  static func constant(_ name: String) -> Self { .init(name: name, kind: .constantText) }
  static func constantWhole(_ name: String) -> Self { .init(name: name, kind: .constantWhole) }

  var optional: Self { .init(name: name, kind: kind, isOptional: true) }
  var repeated: Self { .init(name: name, kind: kind, isOptional: true, isRepeated: true) }
}

extension FunctionDefinition.Example {
  init(_ expression: String, _ value: String?) {
    self.init(expression: expression, value: value)
  }
}
