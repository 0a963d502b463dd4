internal import SluiceCore
internal import Yams

/// Reads YAML text into a `SpecValue`; syntax errors name line and column.
enum YAMLReader {
  static func read(_ text: String) throws(JSONReader.SyntaxError) -> SpecValue {
    do {
      return try Yams.compose(yaml: text).map { try value($0) } ?? .null
    } catch let error as JSONReader.SyntaxError {
      throw error
    } catch let error as YamlError {
      throw syntaxError(error)
    } catch {
      throw JSONReader.SyntaxError(line: 1, column: 1, message: "\(error)")
    }
  }

  private static func value(_ node: Node) throws(JSONReader.SyntaxError) -> SpecValue {
    switch node {
    case .mapping(let mapping):
      var members: [SpecValue.Member] = []
      for (key, item) in mapping {
        guard let name = key.string else {
          throw JSONReader.SyntaxError(line: key.mark?.line ?? 1, column: key.mark?.column ?? 1, message: "a key must be a text")
        }
        members.append(.init(name, try value(item)))
      }
      return .object(members)
    case .sequence(let sequence):
      var items: [SpecValue] = []
      for item in sequence { items.append(try value(item)) }
      return .array(items)
    case .scalar(let scalar): return plain(node, scalar.string)
    case .alias(let alias):
      throw JSONReader.SyntaxError(line: alias.mark?.line ?? 1, column: alias.mark?.column ?? 1, message: "an alias of nothing")
    }
  }

  private static func plain(_ node: Node, _ text: String) -> SpecValue {
    switch Resolver.default.resolveTag(of: node) {
    case .null: .null
    case .bool: node.bool.map { .boolean($0) } ?? .string(text)
    case .int: Int(text).map { .integer($0) } ?? .string(text)
    case .float: Double(text).map { .number($0) } ?? .string(text)
    default: .string(text)
    }
  }

  private static func syntaxError(_ error: YamlError) -> JSONReader.SyntaxError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      JSONReader.SyntaxError(line: mark.line, column: mark.column, message: problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      JSONReader.SyntaxError(
        line: context.mark.line, column: context.mark.column, message: "given twice: \(duplicates.map { "\($0)" }.joined(separator: ", "))")
    default: JSONReader.SyntaxError(line: 1, column: 1, message: "\(error)")
    }
  }
}
