internal import ArgumentParser
internal import Foundation
internal import SluiceCore

/// `sluice peek`: looks into a lake table.
struct PeekCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peek",
    abstract: "Look into a table of the lake.",
    discussion: """
      Shows facts about the current snapshot and its first rows, merged as every reader sees them.

        sluice peek shop.orders --spec shop.json
        sluice peek /data/lake/shop.db/orders --limit 5 --columns id,total      a Paimon table
        sluice peek /data/lake/shop/orders                                      an Iceberg table
        sluice peek shop.orders --warehouse /data/lake --count
        sluice peek shop.orders --warehouse /data/lake --limit 0 --format jsonl > orders.jsonl
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, jsonl, csv
  }

  @Argument(help: "db.table with --warehouse or --spec, or the path of the table's folder.")
  var table: String

  @Option(help: "The warehouse: a path or URI. A table of a catalog needs --spec.")
  var warehouse: String?

  @Option(help: "The job's spec, which names the warehouse.")
  var spec: String?

  @Option(help: "Rows to show; 0 for all.")
  var limit = 20

  @Option(help: "Columns to show, parted by commas.")
  var columns: String?

  @Option(help: "How to show rows: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = Format.table

  @Flag(help: "Count the rows by reading them.")
  var count = false

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is a number of rows; 0 shows all.") }
    if warehouse != nil && spec != nil { throw ValidationError("--warehouse and --spec name the same thing; give one.") }
  }

  func run() throws {
    let opened = try open()
    let names = columns?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    try check(names, of: opened)
    if count { return try printCount(opened) }
    let reader = try opened.makeReader(columns: names, limit: limit == 0 ? nil : limit)
    switch format {
    case .table: try RowsTable(table: opened, reader: reader, limit: limit).print()
    case .jsonl: try RowsText.printJSON(reader, limit: limit)
    case .csv: try RowsText.printCSV(reader, limit: limit)
    }
  }

  private func open() throws -> any LakeTable {
    if let spec { return try Composition.lake(of: SpecFile.load(spec, sinkOnly: true)).open(identifier()) }
    if let warehouse { return try Composition.open(identifier(), warehouse: warehouse) }
    let parts = table.split(separator: "/", omittingEmptySubsequences: false).map(String.init).reversed().drop { $0.isEmpty }
    guard let name = parts.first, let folder = parts.dropFirst().first, !folder.isEmpty, folder != ".db" else {
      throw SluiceError(
        .specInvalid, "\(table) is not a path that ends in <db>.db/<table>, or <db>/<table>",
        remedy: "Give the path of the table, or db.table with --warehouse or --spec.")
    }
    let root = parts.dropFirst(2).reversed().joined(separator: "/")
    let warehouse = root.isEmpty ? (table.hasPrefix("/") ? "/" : ".") : root
    let database = folder.hasSuffix(".db") ? String(folder.dropLast(3)) : folder
    return try Composition.open(TableID(database: database, name: name), warehouse: warehouse)
  }

  private func identifier() throws -> TableID {
    let parts = table.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw SluiceError(.specInvalid, "\(table) is not db.table", remedy: "Name the database too: shop.\(table)")
    }
    return TableID(database: parts[0], name: parts[1])
  }

  private func check(_ names: [String]?, of table: any LakeTable) throws {
    let known = table.columns.map(\.name)
    for name in names ?? [] where !known.contains(name) {
      let nearest = NearestName.of(name, in: known).map { "; did you mean \($0)?" } ?? "; it has \(known.joined(separator: ", "))"
      throw SluiceError(.specInvalid, "\(table.id) has no column \(name)\(nearest)", remedy: "Correct --columns.")
    }
  }

  private func printCount(_ table: any LakeTable) throws {
    let first = table.columns.first.map { [$0.name] }
    let reader = try table.makeReader(columns: first, limit: nil)
    var rows = 0
    while let batch = try reader.next() { rows += batch.rowCount }
    Output.line("\(rows)")
  }
}
