import SluiceCore
import SluiceTransforms

/// E1: CPU time of typical expressions over the bench table's rows, in batches as they come from a source.
struct ExpressionRun {
  private static let batchRows = 16_384

  private static let expressions = [
    "l_quantity > 25", "l_linenumber = 3", "l_shipmode = 'AIR'", "l_shipmode IN ('AIR', 'RAIL', 'SHIP', 'MAIL')", "l_comment LIKE 'furiously%'",
    "l_comment LIKE '%deposits%'", "l_comment LIKE '%f_nal%re%'", "l_comment REGEXP '[0-9A-F]{6} deposits'", "l_shipmode = 'AIR' AND l_comment REGEXP '[0-9A-F]{6} deposits'", "l_tax IS NULL OR l_tax > 0.04",
    "l_shipdate BETWEEN '1994-01-01' AND '1994-12-31' AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24",
    "l_extendedprice * (1 - l_discount)", "l_extendedprice * (1 - l_discount) * (1 + l_tax)", "l_partkey + l_suppkey", "l_extendedprice / l_quantity",
    "l_returnflag || '-' || l_linestatus", "concat_ws('/', l_shipmode, l_shipinstruct, l_orderkey)", "upper(l_comment)", "substring(l_comment, 3, 8)",
    "split_part(l_comment, ' ', 2)", "replace(l_comment, 'a', 'b')", "regexp_replace(l_comment, '[0-9]+', '#')", "CAST(l_extendedprice AS STRING)",
    "CAST(l_shipdate AS STRING)", "CAST(CAST(l_orderkey AS STRING) AS BIGINT)", "year(l_shipdate)", "date_trunc(MONTH, l_receiptts)",
    "l_receiptts + INTERVAL 1 DAY", "date_format(l_receiptts, '%Y-%m-%d')", "l_receiptts AT TIME ZONE 'Europe/Berlin'",
    "CASE WHEN l_quantity > 40 THEN 'large' WHEN l_quantity > 10 THEN 'medium' ELSE 'small' END", "coalesce(l_tax, 0.00)",
    "if(l_discount = 0, NULL, l_tax / l_discount)", "md5(l_comment)", "sha256(l_comment)", "hmac_sha256(l_comment, 'key')", "crc32(l_comment)",
    "xxhash64(l_comment)",
    "json_object('k', l_orderkey, 'c', l_comment)", "json_value(json_object('k', l_orderkey, 'c', l_comment), '$.c')",
  ]

  private let batches: [Batch]
  private let columns: [ColumnDefinition]
  private let rows: Int

  init(rows: Int) throws {
    self.rows = rows
    columns = Lineitem.columns.map { ColumnDefinition(name: $0.name, type: $0.type, nativeType: "\($0.type)", isNullable: $0.isNullable) }
    let texts = Lineitem.columns.map { ColumnDefinition(name: $0.name, type: .string, nativeType: "text", isNullable: true) }
    let casts = try Lineitem.columns.map { column in
      let type = "\(column.type)".replacing("int32", with: "INT").replacing("int64", with: "BIGINT")
      return try Expression(parsing: "CAST(\(column.name) AS \(type))").bound(to: texts)
    }
    var lineitem = Lineitem()
    var batches: [Batch] = []
    var builder = BatchBuilder(types: texts.map(\.type))
    func flush(_ builder: inout BatchBuilder) {
      let batch = builder.finish()
      batches.append(Batch(columns: casts.map { $0.evaluate(batch).column }, rowCount: batch.rowCount))
    }
    for row in 0..<rows {
      for (index, text) in lineitem.texts(row).enumerated() {
        if let text { builder.columns[index].append(text: text) } else { builder.columns[index].appendNull() }
      }
      builder.finishRow()
      if builder.rowCount == Self.batchRows { flush(&builder) }
    }
    if builder.rowCount > 0 { flush(&builder) }
    self.batches = batches
  }

  /// Prints one JSON object an expression.
  func run() throws {
    for text in Self.expressions {
      let bound = try Expression(parsing: text).bound(to: columns)
      var best = Double.infinity
      var failed = 0
      for _ in 0..<5 {
        let start = ProcessorClock.seconds
        failed = 0
        for batch in batches { failed += bound.evaluate(batch).failures.count }
        best = min(best, (ProcessorClock.seconds - start) * 1e9 / Double(rows))
      }
      print(
        #"{"bench":"E1","expression":\#(JSONText.quoted(text)),"type":"\#(bound.type)","rows":\#(rows),"failed":\#(failed),"nanosecondsPerRow":\#(best)}"#
      )
    }
  }
}
