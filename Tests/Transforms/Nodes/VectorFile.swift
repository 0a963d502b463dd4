import Foundation
import SluiceCore
import TestKit
import Testing

/// The cases of a file in `Tests/Vectors/transforms`; its README says what they look like.
struct VectorFile: CustomTestStringConvertible, Sendable {
  let name: String
  let groups: [Group]

  var testDescription: String { name }

  /// Rows that go through one chain together.
  struct Group: Sendable {
    let name: String
    let columns: [ColumnDefinition]
    let nodes: SpecValue
    /// What leaves the chain, as `columns` is written; `nil` where the file does not say.
    let gives: SpecValue?
    let hasKey: Bool
    /// What the spec's or the binding's error says; the group has no rows then.
    let error: String?
    let cases: [Case]
  }

  struct Case: Sendable {
    /// `nil` for a row that is run as each kind.
    let kind: RowKind?
    let input: [SpecValue]
    let outcome: Outcome
    /// The kind that leaves the chain, where it is not the one that came.
    let becomes: RowKind?
  }

  enum Outcome: Sendable {
    case row([SpecValue])
    /// Not in the lake.
    case gone
    case dirty(code: String, column: String)
  }

  static let folder = "\(Checkout.root)/Tests/Vectors/transforms"

  static let all: [VectorFile] = {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".json") }.sorted()
    return names.map { name in
      do {
        return try VectorFile(name: name, text: String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8))
      } catch {
        return VectorFile(name: name, broken: "\(error)")
      }
    }
  }()

  /// Rows and groups that end in an error.
  var caseCount: Int { groups.reduce(0) { $0 + ($1.error == nil ? $1.cases.count : 1) } }

  private init(name: String, broken: String) {
    self.name = "\(name): \(broken)"
    groups = []
  }

  init(name: String, text: String) throws {
    self.name = name
    groups = try JSONReader.read(text).items.map { try Self.group($0) }
  }

  private static func group(_ value: SpecValue) throws -> Group {
    let name = value["name"]?.text ?? ""
    let columns = try (value["columns"]?.ordered ?? []).map { member in
      guard let column = column(member.key, member.value.text ?? "") else { throw TestFailure("\(name): no type \(member.value)") }
      return column
    }
    let cases = try (value["cases"]?.items ?? []).map { try Self.case($0, in: name) }
    guard let nodes = value["nodes"], value["error"] != nil || !cases.isEmpty else { throw TestFailure("\(name): nothing to run") }
    return Group(
      name: name, columns: columns, nodes: nodes, gives: value["gives"], hasKey: value["key"]?.flag ?? true, error: value["error"]?.text, cases: cases
    )
  }

  private static func `case`(_ value: SpecValue, in group: String) throws -> Case {
    if case .array(let parts) = value, parts.count == 2 {
      return Case(kind: nil, input: parts[0].items, outcome: try outcome(parts[1], in: group), becomes: nil)
    }
    guard let input = value["in"], let out = value["out"] else { throw TestFailure("\(group): no case: \(JSONText.compact(value))") }
    return Case(
      kind: value["kind"].flatMap(kind), input: input.items, outcome: try outcome(out, in: group), becomes: value["becomes"].flatMap(kind))
  }

  private static func kind(_ value: SpecValue) -> RowKind? {
    ["insert": .insert, "before": .updateBefore, "update": .updateAfter, "delete": .delete][value.text ?? ""]
  }

  private static func outcome(_ value: SpecValue, in group: String) throws -> Outcome {
    switch value {
    case .array(let row): return .row(row)
    case .string("gone"): return .gone
    default:
      guard let code = value["dirty"]?.text else { throw TestFailure("\(group): no outcome: \(JSONText.compact(value))") }
      return .dirty(code: code, column: value["column"]?.text ?? "")
    }
  }

  /// `int64!` is a type that cannot be NULL.
  private static func column(_ name: String, _ text: String) -> ColumnDefinition? {
    let isNullable = !text.hasSuffix("!")
    guard let type = VectorValue.type(isNullable ? text : String(text.dropLast())) else { return nil }
    return ColumnDefinition(name: name, type: type, nativeType: text, isNullable: isNullable)
  }
}

extension SpecValue {
  /// The members of an object in their order.
  var ordered: [Member] {
    if case .object(let members) = self { members } else { [] }
  }
}
