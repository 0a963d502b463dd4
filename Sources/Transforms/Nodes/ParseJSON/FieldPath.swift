import SluiceCore

/// A place in a JSON document: `$.user.name`, `$.items[0]['unit price']`, `$`.
struct FieldPath: Hashable, Sendable {
  enum Step: Hashable, Sendable {
    case key(String)
    case index(Int)
  }

  let steps: [Step]
  let text: String

  /// What is wrong is told as a sentence without its subject.
  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  init(parsing text: String) throws(Malformed) {
    self.text = text
    let characters = Array(text)
    guard characters.first == "$" else { throw Malformed(description: "does not begin with `$`; a path is written `$.user.name` or `$.items[0]`") }
    var steps: [Step] = []
    var at = 1
    while at < characters.count {
      switch characters[at] {
      case ".": steps.append(.key(try Self.plainKey(characters, &at)))
      case "[": steps.append(try Self.bracket(characters, &at))
      default: throw Malformed(description: "has `\(characters[at])` at character \(at + 1), expected `.` or `[`")
      }
      if steps.count > 64 { throw Malformed(description: "is deeper than 64 levels") }
    }
    self.steps = steps
  }

  /// The name of what it leads to: its last key; `nil` when there is none.
  var name: String? {
    for case .key(let key) in steps.reversed() { return key }
    return nil
  }

  private static func plainKey(_ characters: [Character], _ at: inout Int) throws(Malformed) -> String {
    at += 1
    if at < characters.count, characters[at] == "\"" { return try quoted(characters, &at) }
    let start = at
    while at < characters.count, characters[at] != ".", characters[at] != "[" { at += 1 }
    let key = String(characters[start..<at])
    guard !key.isEmpty, !key.contains("*"), !key.contains("]") else {
      throw Malformed(
        description: "has no key at character \(start + 1); keys with other characters are written `['a key']`, and there are no wildcards")
    }
    return key
  }

  private static func bracket(_ characters: [Character], _ at: inout Int) throws(Malformed) -> Step {
    let start = at
    at += 1
    let step: Step
    if at < characters.count, characters[at] == "'" || characters[at] == "\"" {
      step = .key(try quoted(characters, &at))
    } else {
      let digits = characters[at...].prefix { $0.isASCII && $0.isNumber }
      guard let index = Int(String(digits)) else {
        throw Malformed(description: "has no number and no quoted key after the `[` at character \(start + 1); there are no wildcards")
      }
      at += digits.count
      step = .index(index)
    }
    guard at < characters.count, characters[at] == "]" else { throw Malformed(description: "has no `]` for the `[` at character \(start + 1)") }
    at += 1
    return step
  }

  private static func quoted(_ characters: [Character], _ at: inout Int) throws(Malformed) -> String {
    let quote = characters[at]
    let start = at
    var key = ""
    at += 1
    while at < characters.count, characters[at] != quote {
      if characters[at] == "\\", at + 1 < characters.count { at += 1 }
      key.append(characters[at])
      at += 1
    }
    guard at < characters.count else { throw Malformed(description: "has no end of the key that begins at character \(start + 1)") }
    at += 1
    return key
  }
}
