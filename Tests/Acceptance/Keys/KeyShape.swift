import SluiceCore
import TestKit
import Testing

/// A table with a key of some kind, filled from the numbers 0, 1, 2 ...
struct KeyShape: CustomTestStringConvertible {
  let name: String
  /// The key's columns: name, definition, and the expression of the number `n` that gives its value.
  let columns: [Column]
  /// What makes it a key.
  private(set) var constraint: String
  /// The key's columns in its own order.
  private(set) var keys: [String]
  private(set) var rows = 5_000
  private(set) var products = DatabaseServer.Product.allCases

  struct Column {
    let name: String
    let type: String
    let value: String
  }

  init(_ name: String, _ columns: (String, String, String)...) {
    self.name = name
    self.columns = columns.map { Column(name: $0.0, type: $0.1, value: $0.2) }
    keys = columns.map(\.0)
    constraint = "PRIMARY KEY (\(keys.joined(separator: ", ")))"
  }

  var testDescription: String { name }

  /// Iceberg allows no keys of floating point numbers.
  var isFloating: Bool { columns.contains { $0.type == "DOUBLE" || $0.type == "FLOAT" } }

  func only(_ product: DatabaseServer.Product) -> KeyShape {
    var copy = self
    copy.products = [product]
    return copy
  }

  func with(rows: Int) -> KeyShape {
    var copy = self
    copy.rows = rows
    return copy
  }

  func with(constraint: String, keys: [String]? = nil) -> KeyShape {
    var copy = self
    copy.keys = keys ?? copy.keys
    copy.constraint = constraint
    return copy
  }

  /// Creates and fills the table `k`; every row also has its number and a text.
  var statements: String {
    let definitions = columns.map { "\($0.name) \($0.type) NOT NULL" } + ["number INT", "note VARCHAR(30)", constraint].filter { !$0.isEmpty }
    let values = columns.map(\.value) + ["n", "IF(n MOD 10 = 0, NULL, CONCAT('note ', n))"]
    return """
      SET time_zone = '+00:00';
      CREATE TABLE k (\(definitions.joined(separator: ", ")));
      INSERT INTO k SELECT \(values.joined(separator: ", ")) FROM \(TestDatabase.numbers(below: rows));
      ANALYZE TABLE k;
      """
  }
}

/// A shape on a product that knows it.
struct KeyCase: CustomTestStringConvertible {
  let product: DatabaseServer.Product
  let shape: KeyShape
  var format = LakeFormatName.paimon

  var testDescription: String { "\(shape.name) on \(product) into \(format)" }

  /// Every shape from every product into Paimon tables, and every other shape from one product into those of the other formats.
  static func all(_ shapes: [KeyShape]) -> [KeyCase] {
    shapes.enumerated().flatMap { number, shape in
      let paimon = shape.products.map { KeyCase(product: $0, shape: shape) }
      guard number.isMultiple(of: 2), !shape.isFloating, let product = shape.products.first else { return paimon }
      return paimon + LakeFormatName.allCases.filter { $0 != .paimon }.map { KeyCase(product: product, shape: shape, format: $0) }
    }
  }

  /// Small pages, several readers, lanes and buckets, so that ranges are halved and every bucket gets rows of every range.
  static let spec: SpecValue = [
    "source": ["pageBytes": "4KiB"], "sink": ["table": ["bucket": 3]], "settings": ["readers": 3, "lanes": 2],
  ]

  /// Copies the table and expects every row once, sorted files at the top level alone, and nothing beside them.
  func expectExactCopy() throws {
    let copied = try CopiedDatabase(on: product, shape.statements, spec: Self.spec, into: format)
    try copied.expectEqual("k", rows: shape.rows, keys: shape.keys)

    let table = copied.job.lake.table(copied.database, "k")
    #expect(try table.schema()["primary_keys"]?.items.compactMap(\.text) == shape.keys)
    let files = try table.files()
    let top = try table.topLevel()
    #expect(files.allSatisfy { $0.level == top && $0.isRawConvertible }, "\(files.map(\.description))")
    #expect(files.map(\.rows).reduce(0, +) == shape.rows)
    #expect(Set(files.map(\.bucket)).isSubset(of: [0, 1, 2]))
    if shape.rows > 1_000 { #expect(Set(files.map(\.bucket)).count == 3) }
    #expect(try table.references().isExact)
  }
}
