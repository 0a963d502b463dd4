import SluiceCore

@testable import SluiceLake

extension Column {
  /// A column of values as `ValueText` spells them; `nil` is null.
  static func of(_ type: DataType, _ texts: [String?]) throws -> Column {
    concatenating(
      try texts.map { text in
        guard let text else { return .nulls(of: type, count: 1) }
        guard let column = ConstantColumn.parse(text, as: type) else { throw SluiceError(.defect, "\(text) is no \(type)") }
        return column
      })
  }

  /// Its values as `ValueText` spells them.
  var texts: [String?] {
    let text = ValueText(self)
    return (0..<count).map { text.text($0) }
  }
}
