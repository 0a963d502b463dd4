import SluiceCore

/// `parseJson` bound to a table: one pass over each document, then a loop over the rows for each field.
struct BoundJSON: BoundTransform {
  let output: TableDefinition
  private let column: Int
  private let name: String
  private let fields: [JSONField]
  private let rest: JSONRest?
  private let keeps: Bool
  private let nullsErrors: Bool
  private let tree: FieldTree
  /// The slot that tells whether there is an object whose rest is collected.
  private let restSlot: Int

  init(_ table: TableDefinition, column: Int, fields: [JSONField], rest: JSONRest?, keeps: Bool, nullsErrors: Bool) {
    self.column = column
    self.fields = fields
    self.rest = rest
    self.keeps = keeps
    self.nullsErrors = nullsErrors
    name = table.columns[column].name
    tree = FieldTree(fields.map(\.path) + (rest.map { [$0.path] } ?? []), rest: rest?.path)
    restSlot = rest == nil ? 0 : tree.slots[fields.count]
    var columns = table.columns
    if !keeps { columns.remove(at: column) }
    columns += fields.map { .added($0.name, $0.type, isNullable: true, comment: "") }
    if let rest { columns.append(.added(rest.name, rest.type, isNullable: true)) }
    output = table.replacing(columns: columns)
  }

  func apply(_ batch: ChangeBatch, failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
    let source = batch.rows.columns[column]
    var cells = CellFailures()
    var columns = batch.rows.columns
    if !keeps { columns.remove(at: column) }
    columns += made(of: source, &cells)
    return cells.settle(batch, columns: columns, as: output, failures: &failures)
  }

  private func made(of source: Column, _ cells: inout CellFailures) -> [Column] {
    let stride = max(tree.slotCount, 1)
    let spanCount = max(source.count * stride, 1)
    let spans = UnsafeMutablePointer<JSONSpan>.allocate(capacity: spanCount)
    spans.initialize(repeating: .missing, count: spanCount)
    defer { spans.deallocate() }
    let empty = [UInt8](repeating: 0, count: 1)
    return empty.withUnsafeBufferPointer { empty -> [Column] in
      // A column in which no byte was ever stored may have no buffer; every text is empty then.
      let stored = source.bytes.map { UnsafePointer($0.base.assumingMemoryBound(to: UInt8.self)) }
      guard let base = stored ?? empty.baseAddress else { return [] }
      var restBuilder = ColumnBuilder(type: rest?.type ?? .json, capacity: rest == nil ? 8 : max(source.count, 8))
      let broken = walk(source, base, spans, stride, &restBuilder)
      if !nullsErrors {
        for row in broken.sorted() { cells.add(row: row, column: name, code: "json-syntax", reason: "the text is no JSON document", blanks: false) }
      }
      var made = fields.indices.map { index in
        fields[index].column(spans + tree.slots[index], stride: stride, of: source, base: base, broken: broken, failures: &cells)
      }
      if rest != nil { made.append(restBuilder.finish()) }
      return made
    }
  }

  /// Fills the spans, and answers the rows that are no documents.
  private func walk(
    _ source: Column, _ base: UnsafePointer<UInt8>, _ spans: UnsafeMutablePointer<JSONSpan>, _ stride: Int, _ restBuilder: inout ColumnBuilder
  ) -> Set<Int> {
    var broken: Set<Int> = []
    guard source.count > 0 else { return broken }
    let offsets = source.offsets
    tree.withPass(base: base, spans: spans) { pass in
      for row in 0..<source.count {
        let first = spans + row &* stride
        if source.isNull(row) {
          if rest != nil { restBuilder.appendNull() }
          continue
        }
        let start = Int(offsets[row])
        if !pass.walk(from: start, count: Int(offsets[row &+ 1]) &- start, into: first) {
          broken.insert(row)
          for slot in 0..<stride { first[slot] = .missing }
        }
        if let rest {
          let object = first[restSlot]
          let hasObject = object.kind == .container && base[Int(object.start)] == 0x7b
          rest.append(pass.members, base: base, hasObject: hasObject, to: &restBuilder)
        }
      }
    }
    return broken
  }
}

extension FieldTree {
  /// Gives `body` a pass whose pointers are valid for that long.
  func withPass(base: UnsafePointer<UInt8>, spans: UnsafeMutablePointer<JSONSpan>, _ body: (inout JSONPass) -> Void) {
    // Empty arrays have no address; what stands in for it is never read.
    func address<Element>(_ buffer: UnsafeBufferPointer<Element>) -> UnsafePointer<Element> {
      buffer.baseAddress ?? UnsafeRawPointer(base).assumingMemoryBound(to: Element.self)
    }
    nodes.withUnsafeBufferPointer { nodes in
      keys.withUnsafeBufferPointer { keys in
        indexes.withUnsafeBufferPointer { indexes in
          keyBytes.withUnsafeBufferPointer { keyBytes in
            var pass = JSONPass(
              nodes: address(nodes), keys: address(keys), indexes: address(indexes), keyBytes: address(keyBytes), base: base, spans: spans)
            body(&pass)
          }
        }
      }
    }
  }
}
