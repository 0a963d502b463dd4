import Foundation
import SluiceCore
import SluiceTransforms
import TestKit
import Testing

/// The same expressions, evaluated by a real MariaDB and by the dialect.
@Suite struct MariaDBComparisonTests {
  @Test func `Expressions of the common ground give what MariaDB gives`() throws {
    let path = "\(Checkout.root)/Tests/Vectors/expressions/mariadb.txt"
    let expressions = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    #expect(expressions.count > 200)
    let database = try TestDatabase(on: .mariadb)
    try MariaDBRows.create(in: database)
    let rows = try MariaDBRows()
    let theirs = try database.query(
      "\(MariaDBRows.session) SELECT \(expressions.map { "(\($0))" }.joined(separator: ", ")) FROM rows_of_all ORDER BY id")
    #expect(theirs.count == rows.batch.rowCount)
    for (index, expression) in expressions.enumerated() {
      let type: DataType
      let ours: (texts: [String?], evaluation: Evaluation)
      do {
        type = try Expression(parsing: expression).bound(to: rows.columns).type
        ours = try Expression.texts(of: expression, over: rows.columns, rows.batch)
      } catch {
        Issue.record("\(expression): \(error)")
        continue
      }
      let failed = Set(ours.evaluation.failures.map(\.row))
      for row in 0..<rows.batch.rowCount {
        let their = theirs[row][index]
        // What fails here is NULL and a warning there.
        if failed.contains(row) {
          #expect(their == nil, "\(expression), row \(row): it fails here, there it is \(their ?? "NULL")")
        } else {
          #expect(Self.agree(ours.texts[row], their, type), "\(expression), row \(row): here \(ours.texts[row] ?? "NULL"), there \(their ?? "NULL")")
        }
      }
    }
  }

  /// Numbers by value, booleans as 1 and 0, everything else as text.
  private static func agree(_ ours: String?, _ theirs: String?, _ type: DataType) -> Bool {
    guard let ours, let theirs else { return ours == nil && theirs == nil }
    switch type {
    case .boolean: return (ours == "true" ? "1" : "0") == theirs
    case .float32, .float64:
      guard let left = Double(ours), let right = Double(theirs) else { return false }
      return abs(left - right) <= 1e-12 * max(abs(left), abs(right))
    case .decimal: return ours == theirs || (Decimal(string: ours) != nil && Decimal(string: ours) == Decimal(string: theirs))
    case .timestamp(let digits) where digits > 0 && !theirs.contains("."): return ours == theirs + "." + String(repeating: "0", count: digits)
    default: return ours == theirs
    }
  }

  @Test func `Three-valued logic is MariaDB's, for random conditions over every combination`() throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    let conditions = (0..<150).map { _ in Self.condition(depth: 4, &random) }
    let database = try TestDatabase(on: .mariadb)
    let values: [Bool?] = [true, false, nil]
    let combinations = values.flatMap { x in values.flatMap { y in values.map { [x, y, $0] } } }
    let inserted = combinations.enumerated().map { number, row in
      "(\(number), " + row.map { $0.map { $0 ? "TRUE" : "FALSE" } ?? "NULL" }.joined(separator: ", ") + ")"
    }
    try database.execute(
      "CREATE TABLE logic (id INT PRIMARY KEY, x BOOLEAN, y BOOLEAN, z BOOLEAN); INSERT INTO logic VALUES \(inserted.joined(separator: ", "))")
    let theirs = try database.query("\(MariaDBRows.session) SELECT \(conditions.map { "(\($0))" }.joined(separator: ", ")) FROM logic ORDER BY id")
    let columns = ["x", "y", "z"].map { ColumnDefinition(name: $0, type: .boolean, nativeType: "tinyint(1)", isNullable: true) }
    var builder = BatchBuilder(types: columns.map(\.type))
    for row in combinations {
      for (index, value) in row.enumerated() {
        if let value { builder.columns[index].append(boolean: value) } else { builder.columns[index].appendNull() }
      }
      builder.finishRow()
    }
    let batch = builder.finish()
    for (index, condition) in conditions.enumerated() {
      let bound = try Expression(parsing: condition).condition(over: columns)
      let column = bound.evaluate(batch).column
      let ours = (0..<batch.rowCount).map { column.isNull($0) ? nil : column.boolean($0) ? "1" : "0" }
      #expect(ours == theirs.map { $0[index] }, "\(condition), seed \(SeededRandom.processSeed)")
      let selected = bound.select(batch).rows.map { Int($0) }
      #expect(selected == ours.indices.filter { ours[$0] == "1" }, "\(condition)")
    }
  }

  private static func condition(depth: Int, _ random: inout SeededRandom) -> String {
    let leaves = ["x", "y", "z", "TRUE", "FALSE", "NULL", "x", "y", "z"]
    guard depth > 0, Int.random(in: 0..<6, using: &random) > 0 else { return leaves.randomElement(using: &random) ?? "x" }
    func part() -> String { condition(depth: depth - 1, &random) }
    switch Int.random(in: 0..<11, using: &random) {
    case 0, 1: return "(\(part()) AND \(part()))"
    case 2, 3: return "(\(part()) OR \(part()))"
    case 4: return "(NOT \(part()))"
    case 5:
      return "(\(part()) IS \(["NULL", "NOT NULL", "TRUE", "NOT TRUE", "FALSE", "NOT FALSE", "UNKNOWN"].randomElement(using: &random) ?? "NULL"))"
    case 6: return "(\(part()) \(["=", "<>", "<", "<=", ">", ">=", "<=>"].randomElement(using: &random) ?? "=") \(part()))"
    case 7: return "(CASE WHEN \(part()) THEN \(part()) ELSE \(part()) END)"
    case 8: return "coalesce(\(part()), \(part()))"
    case 9: return "if(\(part()), \(part()), \(part()))"
    default: return "(\(part()) \(Bool.random(using: &random) ? "NOT " : "")IN (\(part()), \(part())))"
    }
  }
}
