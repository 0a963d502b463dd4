/// The changes of a document that a partial update logs in place of the whole.
enum JSONDifferences {
  /// Appends the document after the changes as the server prints it; `false` for bytes that make no sense, or do not fit the document.
  static func render(_ before: UnsafeRawBufferPointer, applying differences: UnsafeRawBufferPointer, to text: inout [UInt8]) -> Bool {
    do {
      var document = try BinaryJSON.node(before)
      var cursor = BinlogCursor(differences, "a change of a document")
      while !cursor.isAtEnd { try apply(&cursor, to: &document) }
      document.render(to: &text)
      return true
    } catch {
      return false
    }
  }

  private static func apply(_ cursor: inout BinlogCursor, to document: inout JSONNode) throws {
    let operation = try cursor.uint8()
    let path = try JSONPath(try cursor.bytes(try cursor.packedCount()))
    guard let last = path.legs.last else { throw BinaryJSON.Malformed() }
    let isDone: Bool
    switch operation {
    case 0:
      let value = try BinaryJSON.node(try cursor.bytes(try cursor.packedCount()))
      isDone = document.update(path.legs[...]) { node in
        node = value
        return true
      }
    case 1:
      let value = try BinaryJSON.node(try cursor.bytes(try cursor.packedCount()))
      isDone = document.update(path.legs.dropLast()) { $0.insert(value, at: last) }
    case 2: isDone = document.update(path.legs.dropLast()) { $0.remove(at: last) }
    default: isDone = false
    }
    guard isDone else { throw BinaryJSON.Malformed() }
  }
}
