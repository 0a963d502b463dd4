internal import ArgumentParser
internal import Foundation
internal import SluiceCore

/// `sluice preview`: shows what routes and T-nodes make of a few real rows.
struct PreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Show a few rows of a table before and after each T-node.",
    discussion: """
      Reads the first rows of one table and takes them through its routes and T-nodes, as a run would. Writes nothing.

        sluice preview shop.json --table shop.users
        sluice preview shop.json --table shop.users --rows 20 --json | jq '.targets[].rows[].values'
      """)

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @Option(help: "The source table: database.table.")
  var table: String

  @Option(help: "Rows to show.")
  var rows = 3

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if !(1...1000).contains(rows) { throw ValidationError("--rows is a number from 1 to 1000.") }
  }

  func run() throws {
    let job = try SpecFile.load(spec)
    let source = try Composition.source(of: job)
    let definition = try find(source, job)
    let shaping = Composition.shaping(of: job)
    let ways = shaping.ways(of: definition.id)
    let batch = try read(source, definition)
    let time = Int64(Date().timeIntervalSince1970 * 1_000_000)
    let previews = try ways.map { way in
      try RowPreview(batch, try shaping.chain(of: definition, on: way), target: way.target, at: time)
    }
    if json {
      Output.line(JSONText.compact(.object([.init("job", .string(job.job)), .init("targets", .array(previews.map(PreviewJSON.value)))])))
    } else if previews.isEmpty {
      Output.print("\(definition.id) is left out: no route matches it\n")
    } else {
      Output.print(previews.map { PreviewText($0).text }.joined(separator: "\n"))
    }
  }

  private func find(_ source: any Source, _ job: JobSpec) throws -> TableDefinition {
    let tables = try source.discover(job.tables)
    if let found = tables.first(where: { $0.id.description == table }) { return found }
    let nearest = NearestName.of(table, in: tables.map(\.id.description)).map { "Did you mean \($0)?" }
    throw SluiceError(
      .sourceTableMissing, "\(JSONText.quoted(table)) is not among the tables of the job", at: .init(job: job.job),
      remedy: nearest ?? "Name it as database.table, and select it in `source.tables`.")
  }

  /// The first rows in key order.
  private func read(_ source: any Source, _ definition: TableDefinition) throws -> ChangeBatch {
    let reader = try source.makeSnapshotReader(definition)
    reader.mostRows = rows
    var batches: [ChangeBatch] = []
    var count = 0
    let range = SnapshotRange(id: 0, lower: nil, upper: nil, rowsLeft: rows)
    _ = try reader.read(range, dirty: { _ in }) { batch, _ in
      let wanted = min(batch.rowCount, rows - count)
      batches.append(wanted < batch.rowCount ? batch.taking((0..<wanted).map { Int32($0) }) : batch)
      count += wanted
      return count >= rows ? .pause : .more
    }
    let types = definition.columns.map(\.type)
    let all = batches.isEmpty ? Batch(columns: types.map { .nulls(of: $0, count: 0) }, rowCount: 0) : Batch.concatenating(batches.map(\.rows))
    return ChangeBatch(table: definition.id, schemaVersion: 0, rows: all)
  }
}
