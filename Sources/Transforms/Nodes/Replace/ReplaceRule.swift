import SluiceCore

/// One rule of `replace`.
struct ReplaceRule: Sendable {
  private enum Search: Sendable {
    case literal(LiteralReplacement)
    case regex(RegularExpression, RegularExpression.Replacement)
  }

  private let search: Search
  private let isGlobal: Bool

  init(_ rule: OptionValues, at path: String) throws {
    let (find, with) = (rule.string("find") ?? "", rule.string("with") ?? "")
    if find.isEmpty { throw OptionIssues(path, key: "find", "found an empty text, allowed is what to look for") }
    isGlobal = rule.boolean("all") ?? true
    let isRegex = rule.boolean("regex") ?? false
    let ignoresCase = rule.boolean("ignoreCase") ?? false
    guard isRegex || ignoresCase else {
      search = .literal(LiteralReplacement(find: Array(find.utf8), with: Array(with.utf8), isGlobal: isGlobal))
      return
    }
    do {
      let regex = try RegularExpression(isRegex ? find : Self.quoted(find), ignoresCase: ignoresCase)
      do {
        search = .regex(
          regex, try regex.replacement(isRegex ? with : with.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")))
      } catch let error as SluiceError {
        throw OptionIssues(path, key: "with", error.message)
      }
    } catch let error as SluiceError {
      throw OptionIssues(path, key: "find", error.message)
    }
  }

  /// A pattern that matches the text and nothing else.
  private static func quoted(_ text: String) -> String {
    var pattern = ""
    for scalar in text.unicodeScalars {
      let isPlain = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || !scalar.isASCII
      if !isPlain { pattern += scalar.value == 0 ? "\\x0" : "\\" }
      pattern.unicodeScalars.append(scalar.value == 0 ? "0" : scalar)
    }
    return pattern
  }

  /// The texts with what was found replaced, and the rows whose texts became too long.
  func apply(_ column: Column) -> (Column, tooLong: [Int]) {
    switch search {
    case .literal(let literal): return literal.apply(column)
    case .regex(let regex, let replacement):
      let made = regex.replacing(in: column, with: replacement, isGlobal: isGlobal)
      guard made.count < column.count else { return (made, []) }
      // What is too long for one column together with the rows before it stays as it was, and its rows are told.
      let rest = column.slice(from: made.count, count: column.count - made.count)
      return (.concatenating([made, rest]), Array(made.count..<column.count))
    }
  }
}
