internal import CParquet
internal import Glibc
internal import SluiceCore

/// Hands batches and schemas to the Arrow C Data Interface.
///
/// No buffer is copied, except times that are milliseconds outside and the validity bits of a sliced row type. What
/// is exported keeps the columns alive until the receiver calls `release`, on any thread.
enum ArrowExport {
  /// A struct schema of `fields`, owned by the caller until it is handed over.
  static func schema(of fields: [ArrowField]) -> ArrowSchema {
    schema(name: "", format: "+s", isNullable: false, metadata: [:], children: fields)
  }

  /// A struct array of the batch's columns, owned by the caller until it is handed over.
  static func array(of batch: Batch) -> ArrowArray {
    node(ExportedNode(count: batch.rowCount, nullCount: 0, offset: 0, buffers: [nil], children: batch.columns, owners: []))
  }

  private static func schema(_ field: ArrowField) -> ArrowSchema {
    schema(
      name: field.name, format: field.type.arrowFormat, isNullable: field.isNullable, metadata: field.metadata, children: field.children)
  }

  private static func schema(
    name: String, format: String, isNullable: Bool, metadata: [String: String], children: [ArrowField]
  ) -> ArrowSchema {
    let exported = UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>.allocate(capacity: max(children.count, 1))
    for (index, child) in children.enumerated() {
      let target = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
      target.initialize(to: schema(child))
      (exported + index).initialize(to: target)
    }
    return ArrowSchema(
      format: strdup(format), name: strdup(name), metadata: encode(metadata), flags: isNullable ? Int64(ARROW_FLAG_NULLABLE) : 0,
      n_children: Int64(children.count), children: exported, dictionary: nil, release: releaseSchema, private_data: nil)
  }

  /// The C Data Interface's own layout of metadata: counts and lengths as 32-bit numbers before the texts.
  private static func encode(_ metadata: [String: String]) -> UnsafePointer<CChar>? {
    if metadata.isEmpty { return nil }
    var bytes: [UInt8] = []
    func append(_ count: Int) { withUnsafeBytes(of: Int32(truncatingIfNeeded: count)) { bytes.append(contentsOf: $0) } }
    append(metadata.count)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      append(key.utf8.count)
      bytes.append(contentsOf: key.utf8)
      append(value.utf8.count)
      bytes.append(contentsOf: value.utf8)
    }
    guard let copy = malloc(bytes.count) else { return nil }
    copy.copyMemory(from: bytes, byteCount: bytes.count)
    return UnsafePointer(copy.assumingMemoryBound(to: CChar.self))
  }

  private static let releaseSchema: @convention(c) (UnsafeMutablePointer<ArrowSchema>?) -> Void = { schema in
    guard let schema else { return }
    for index in 0..<Int(schema.pointee.n_children) {
      guard let child = schema.pointee.children[index] else { continue }
      if let release = child.pointee.release { release(child) }
      child.deallocate()
    }
    schema.pointee.children.deallocate()
    free(UnsafeMutableRawPointer(mutating: schema.pointee.format))
    free(UnsafeMutableRawPointer(mutating: schema.pointee.name))
    free(UnsafeMutableRawPointer(mutating: schema.pointee.metadata))
    schema.pointee.release = nil
  }

  private static func array(of column: Column) -> ArrowArray {
    node(ExportedNode(column))
  }

  private static func node(_ exported: ExportedNode) -> ArrowArray {
    let children = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(capacity: max(exported.children.count, 1))
    for (index, child) in exported.children.enumerated() {
      let target = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
      target.initialize(to: array(of: child))
      (children + index).initialize(to: target)
    }
    return ArrowArray(
      length: Int64(exported.count), null_count: Int64(exported.nullCount), offset: Int64(exported.offset), n_buffers: Int64(exported.bufferCount),
      n_children: Int64(exported.children.count), buffers: exported.buffers, children: children, dictionary: nil, release: releaseArray,
      private_data: Unmanaged.passRetained(exported).toOpaque())
  }

  /// The receiver may have moved children out: those have no `release` any more.
  private static let releaseArray: @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void = { array in
    guard let array else { return }
    for index in 0..<Int(array.pointee.n_children) {
      guard let child = array.pointee.children[index] else { continue }
      if let release = child.pointee.release { release(child) }
      child.deallocate()
    }
    array.pointee.children.deallocate()
    if let exported = array.pointee.private_data { Unmanaged<ExportedNode>.fromOpaque(exported).release() }
    array.pointee.release = nil
  }
}
