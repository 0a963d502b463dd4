// usage: sluice-bench FOLDER [ROWS [RUNS]]
// P1: nanoseconds to decode a text-protocol value. W1: CPU seconds to write the rows as a Parquet file, which stays in FOLDER for
// others to read. B1: nanoseconds to decode a value of the binary log, in events of many rows and of one. One JSON object a line.
// usage: sluice-bench expressions [ROWS]
// E1: CPU nanoseconds a row that expressions take.
// usage: sluice-bench changes FOLDER [ROWS [COMMITS [CHANGES]]]
// M1: CPU seconds of random changes of a table that merges on write, in FOLDER.
// usage: sluice-bench nodes [ROWS [RUNS]]
// T1: CPU nanoseconds a row that T-nodes take.
import Glibc
import SluiceCore
import SluiceFormats
import SluiceStorage

guard CommandLine.arguments.count > 1 else {
  print("usage: sluice-bench FOLDER [ROWS [RUNS]]")
  exit(2)
}
if CommandLine.arguments[1] == "expressions" {
  try ExpressionRun(rows: CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 500_000 : 500_000).run()
  exit(0)
}
if CommandLine.arguments[1] == "changes" {
  let numbers = CommandLine.arguments.dropFirst(3).map { Int($0) ?? 0 }
  try ChangeRun(
    folder: CommandLine.arguments[2], rows: numbers.first ?? 3_000_000, commits: numbers.dropFirst().first ?? 20,
    changes: numbers.dropFirst(2).first ?? 100_000
  ).run()
  exit(0)
}
if CommandLine.arguments[1] == "nodes" {
  let numbers = CommandLine.arguments.dropFirst(2).map { Int($0) ?? 0 }
  try NodeRun(rows: numbers.first ?? 500_000, runs: numbers.dropFirst().first ?? 5).run()
  exit(0)
}
let (store, folder) = LocalStore.locate(CommandLine.arguments[1])
let rows = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 1_000_000 : 1_000_000
let runs = CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3]) ?? 3 : 3

let wire = WireRows(rows)
for _ in 0..<runs {
  let (batches, seconds) = Decoding().run(wire)
  let values = rows * wire.width
  print(#"{"bench":"P1","values":\#(values),"bytes":\#(wire.byteCount),"cpu":\#(seconds),"nanosecondsPerValue":\#(seconds * 1e9 / Double(values))}"#)

  let start = ProcessorClock.seconds
  let fields = Lineitem.columns.map { ParquetField(name: $0.name, type: $0.type, isNullable: $0.isNullable) }
  let file = try ParquetFileWriter(fields: fields, to: store.upload(to: folder + "/lineitem.parquet"))
  for batch in batches { try file.write(batch) }
  let facts = try file.finish()
  let spent = ProcessorClock.seconds - start
  print(#"{"bench":"W1","rows":\#(rows),"cpu":\#(spent),"rowsPerProcessorSecond":\#(Double(rows) / spent),"fileBytes":\#(facts.byteCount)}"#)
}

for (rowsPerEvent, change) in [(64, BinlogEvents.Change.insert), (64, .update), (1, .insert)] {
  let log = BinlogEvents(rows, rowsPerEvent: rowsPerEvent, change)
  let replaying = try Replaying()
  for _ in 0..<runs {
    let (decoded, seconds) = try replaying.run(log)
    precondition(decoded == rows, "\(decoded) rows of \(rows)")
    print(
      #"{"bench":"B1","change":"\#(change)","rowsPerEvent":\#(rowsPerEvent),"rows":\#(rows),"bytes":\#(log.byteCount),"cpu":\#(seconds),"rowsPerProcessorSecond":\#(Double(rows) / seconds),"nanosecondsPerValue":\#(seconds * 1e9 / Double(rows * 17))}"#
    )
  }
}
