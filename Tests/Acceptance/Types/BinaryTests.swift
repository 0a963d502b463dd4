import TestKit
import Testing

@Suite struct BinaryTests {
  @Test("Bytes of every type arrive as they are, all 256 of them", arguments: DatabaseServer.Product.allCases)
  func bytes(_ product: DatabaseServer.Product) throws {
    let all = (0...255).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    let short = ["X''", "X'00'", "X'FF'", "X'0a0d5c27221a'", "'a  '", "X'0000'"]
    let long = short + ["X'\(all)'"]
    let table = TypeTable(
      "bytes",
      [
        ("BINARY(8)", short), ("BINARY", ["X'00'", "X'27'"]), ("BINARY(255)", ["X'\(all.prefix(510))'"]), ("VARBINARY(300)", long),
        ("TINYBLOB", short), ("BLOB", long), ("MEDIUMBLOB", long + ["REPEAT(X'\(all)', 4096)"]), ("LONGBLOB", long + ["REPEAT(X'00ff5c', 500000)"]),
        ("CHAR(8) CHARACTER SET binary", short), ("VARCHAR(300) CHARACTER SET binary", long), ("TEXT CHARACTER SET binary", long),
        ("LONG VARBINARY", long),
      ])
    try CopiedDatabase.expectEqual([table], on: product)
  }

  @Test("Geometries arrive as the bytes that the server keeps", arguments: DatabaseServer.Product.allCases)
  func geometries(_ product: DatabaseServer.Product) throws {
    let reference = product == .mysql ? "GEOMETRY SRID 4326" : "GEOMETRY REF_SYSTEM_ID=4326"
    let shape = { (text: String, srid: Int) in "ST_GeomFromText('\(text)', \(srid))" }
    let ring = "(0 0, 0 10, 10 10, 0 0), (1 2, 1 3, 2 3, 1 2)"
    let table = TypeTable(
      "shapes",
      [
        ("POINT", [shape("POINT(1.5 -2.25)", 0), shape("POINT(10 20)", 4326)]), (reference, [shape("POINT(10 20)", 4326)]),
        ("LINESTRING", [shape("LINESTRING(0 0, 1 1, 2 5)", 0), shape("LINESTRING(0 0, 1 1)", 4326)]), ("POLYGON", [shape("POLYGON(\(ring))", 0)]),
        ("MULTIPOINT", [shape("MULTIPOINT(0 0, 1 1)", 0)]), ("MULTILINESTRING", [shape("MULTILINESTRING((0 0, 1 1), (2 2, 3 3))", 0)]),
        ("MULTIPOLYGON", [shape("MULTIPOLYGON((\(ring)))", 0)]),
        ("GEOMETRYCOLLECTION", [shape("GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(0 0, 1 1))", 0)]),
        ("GEOMETRY", [shape("POINT(0 0)", 0), shape("POLYGON(\(ring))", 0), shape("POINT(-90 180)", 4326)]),
      ])
    try CopiedDatabase.expectEqual([table], on: product)
  }
}
