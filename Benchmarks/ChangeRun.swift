import Foundation
import SluiceCore
import SluiceLake
import SluiceStorage

/// M1: random updates, inserts and deletes of a table of the bench table's shape that merges on write.
struct ChangeRun {
  let folder: String
  let rows: Int
  let commits: Int
  let changes: Int

  /// What a lane would let the writer hold.
  private static let budget = 64 << 20
  private static let batchRows = 8192

  func run() throws {
    let values = OptionValues(["warehouse": .string(folder + "/lake")])
    let format = try PaimonPlugin.make(values, stores: StoreRegistry(["file": LocalStore.locate]))
    let columns = Lineitem.columns.map { TargetTable.Column(name: $0.name, type: $0.type, isNullable: $0.isNullable) }
    let target = TargetTable(id: ChangeRows.table, columns: columns, primaryKey: ["id"], buckets: 4)
    try format.drop(ChangeRows.table)
    let table = try format.openOrCreate(target, writer: WriterIdentity(id: "bench"))
    let router = try table.makeRouter()
    let committer = try table.makeCommitter()
    var source = ChangeRows()
    try load(table, router, committer, &source)

    let scratch = folder + "/scratch"
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 128 << 20, isAligned: true, scratch: scratch))
    let maintenance = try table.makeMaintenance(
      MaintenanceOptions(label: "m", targetFileSize: 128 << 20, memory: Self.budget, scratch: scratch))
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    var (writing, preparing, committing, maintaining) = (0.0, 0.0, 0.0, 0.0)
    var next = Int64(rows)
    for commit in 1...commits {
      for batch in batches(&source, &next) {
        writing += try timed {
          for part in try router.route(batch) { try writer.write(part.rows, slot: part.slot, origin: .stream) }
          if writer.heldBytes > Self.budget { try writer.relieve(to: Self.budget * 3 / 4) }
        }
      }
      var prepared: [PreparedFile] = []
      preparing += try timed { prepared = try writer.prepareCommit() }
      committing += try timed { try committer.commit(prepared, checkpoint: Int64(commit + 1), properties: [:]) }
      maintaining += try timed {
        if try maintenance.prepare(isCancelled: { false }) { try maintenance.publish(checkpoint: Int64(commit + 1)) }
      }
    }
    let total = Double(commits * changes)
    let own = writing + preparing + committing
    let files = try table.summary().fileCount
    let parts = #""write":\#(writing),"prepare":\#(preparing),"commit":\#(committing),"maintenance":\#(maintaining)"#
    print(
      #"{"bench":"M1","rows":\#(rows),"changes":\#(Int(total)),\#(parts),"changesPerProcessorSecond":\#(total / own),"withMaintenance":\#(total / (own + maintaining)),"files":\#(files),"peakMiB":\#(Self.peakMebibytes)}"#
    )
  }

  private func load(
    _ table: any LakeTable, _ router: any RowRouter, _ committer: any TableCommitter, _ source: inout ChangeRows
  ) throws {
    let writer = try table.makeWriter(TableWriterOptions(label: "l", targetFileSize: 128 << 20))
    for start in stride(from: 0, to: rows, by: Self.batchRows) {
      let ids = (start..<min(start + Self.batchRows, rows)).map { Int64($0) }
      for part in try router.route(source.batch(ids)) {
        try writer.write(part.rows, slot: part.slot, origin: .snapshot(range: 0, isOrdered: true))
      }
    }
    try committer.commit(try writer.prepareCommit(), checkpoint: 1, properties: [:])
  }

  /// One commit's changes: half of them updates, a quarter inserts, a quarter deletes.
  private func batches(_ source: inout ChangeRows, _ next: inout Int64) -> [ChangeBatch] {
    var batches: [ChangeBatch] = []
    for start in stride(from: 0, to: changes, by: Self.batchRows) {
      var ids: [Int64] = []
      var kinds: [RowKind] = []
      for _ in start..<min(start + Self.batchRows, changes) {
        let kind = source.draw(4)
        if kind == 0 {
          ids.append(next)
          next += 1
        } else {
          ids.append(Int64(source.draw(Int(next))))
        }
        kinds.append([RowKind.insert, .delete, .updateAfter, .updateAfter][kind])
      }
      batches.append(source.batch(ids, kinds: kinds))
    }
    return batches
  }

  private func timed(_ work: () throws -> Void) rethrows -> Double {
    let start = ProcessorClock.seconds
    try work()
    return ProcessorClock.seconds - start
  }

  private static var peakMebibytes: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
  }
}
