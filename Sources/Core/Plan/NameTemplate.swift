/// A target's name with references: `ods.${table}`, `${database}_all.orders_$1`.
///
/// `${database}` and `${table}` are the source's, `$1` or `${1}` what a group of the pattern matched, `$$` a dollar sign. What a reference
/// gives is never read again as a template.
public struct NameTemplate: Sendable {
  private enum Part: Hashable, Sendable {
    case text(String)
    case database
    case table
    case group(Int)
  }

  public let text: String
  /// Empty for the database that the table has anyway.
  private let database: [Part]
  private let name: [Part]

  /// What is wrong is told as a sentence without its subject.
  public struct Malformed: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// `groups` is how many groups the pattern has.
  public init(_ text: String, groups: Int) throws(Malformed) {
    self.text = text
    var parts = try Self.parse(text)
    for case .group(let number) in parts where number < 1 || number > groups {
      throw Malformed(
        description: "refers to $\(number), and the pattern has \(groups == 0 ? "no group" : groups == 1 ? "one group" : "\(groups) groups")")
    }
    // The first dot that stands in the template itself parts database and table.
    let dot = parts.firstIndex { if case .text(let piece) = $0 { piece.contains(".") } else { false } }
    if let dot, case .text(let piece) = parts[dot], let place = piece.firstIndex(of: ".") {
      let head = String(piece[..<place])
      let tail = String(piece[piece.index(after: place)...])
      database = Array(parts[..<dot]) + (head.isEmpty ? [] : [.text(head)])
      parts = (tail.isEmpty ? [] : [.text(tail)]) + parts[(dot + 1)...]
      if database.isEmpty || parts.isEmpty { throw Malformed(description: "is no table name; allowed is for example \"ods.${table}\"") }
    } else {
      database = []
    }
    if parts.isEmpty { throw Malformed(description: "is no table name; allowed is for example \"ods.${table}\"") }
    name = parts
  }

  /// `database` is that of a template without one; the source's where it is `nil`.
  func name(for table: TableID, groups: [String], database: String?) -> TableID {
    func text(_ parts: [Part]) -> String {
      parts.reduce(into: "") { text, part in
        switch part {
        case .text(let piece): text += piece
        case .database: text += table.database
        case .table: text += table.name
        case .group(let number): text += number <= groups.count ? groups[number - 1] : ""
        }
      }
    }
    return TableID(database: self.database.isEmpty ? database ?? table.database : text(self.database), name: text(name))
  }

  private static func parse(_ text: String) throws(Malformed) -> [Part] {
    var parts: [Part] = []
    var literal = ""
    var rest = Substring(text)
    func flush() {
      if !literal.isEmpty { parts.append(.text(literal)) }
      literal = ""
    }
    while let character = rest.popFirst() {
      guard character == "$" else {
        literal.append(character)
        continue
      }
      let reference: Substring
      if rest.first == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw Malformed(description: "has a ${ without its }") }
        reference = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
      } else if rest.first == "$" {
        rest = rest.dropFirst()
        literal.append("$")
        continue
      } else {
        reference = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(reference.count)
      }
      flush()
      switch reference {
      case "database": parts.append(.database)
      case "table": parts.append(.table)
      default:
        guard reference.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(reference), number < 100 else {
          throw Malformed(description: "has an unknown reference; known are ${database}, ${table}, $1 to $99, and $$ for a dollar sign")
        }
        parts.append(.group(number))
      }
    }
    flush()
    return parts
  }
}
