internal import CParquet
internal import SluiceCore

/// Takes batches over from the Arrow C Data Interface, and normalises them to the layouts of `Column`.
///
/// Buffers are borrowed and live as long as a column of the batch does. Copied are only values that lie differently
/// here: decimals of up to 18 digits in another width than 64 bits, times in another unit, fixed-size binaries.
struct ArrowImport {
  private let owner: ImportedArray

  /// Takes over `array`, a struct array without nulls of its own; `array.release` is `nil` afterwards.
  /// `schema` is the struct schema of it and stays the caller's.
  static func batch(adopting array: inout ArrowArray, schema: ArrowSchema, fields: [ArrowField]) throws -> Batch {
    let owner = ImportedArray(adopting: &array)
    let importer = ArrowImport(owner: owner)
    let root = owner.array.pointee
    guard Int(root.n_children) == fields.count, Int(schema.n_children) == fields.count, root.length >= 0, root.offset >= 0 else {
      throw malformed("children")
    }
    let columns = try fields.indices.map { index in
      guard let child = root.children[index], let childSchema = schema.children[index] else { throw malformed("children") }
      let column = try importer.column(child.pointee, childSchema.pointee, fields[index].type)
      return try slice(column, root)
    }
    return Batch(columns: columns, rowCount: Int(root.length))
  }

  private func column(_ array: ArrowArray, _ schema: ArrowSchema, _ type: DataType) throws -> Column {
    let count = Int(array.length)
    let offset = Int(array.offset)
    let validity = buffer(array, 0, byteCount: (offset + count + 7) / 8)
    var nullCount = Int(array.null_count)
    if nullCount < 0 { nullCount = validity.map { BitRun.unsetCount($0.base, from: offset, count: count) } ?? 0 }
    if validity == nil && nullCount > 0 { throw Self.malformed("validity") }

    func converted(_ values: Buffer, bytes: Buffer? = nil) -> Column {
      let ownValidity = offset == 0 || nullCount == 0 ? validity : validity.map { BitRun.copy($0, from: offset, count: count) }
      return Column(type: type, count: count, nullCount: nullCount, validity: ownValidity, values: values, bytes: bytes)
    }

    switch type.layout {
    case .bits:
      let values = buffer(array, 1, byteCount: (offset + count + 7) / 8) ?? .allocated(byteCount: (offset + count + 7) / 8)
      return Column(type: type, count: count, nullCount: nullCount, offset: offset, validity: validity, values: values)
    case .fixed(let width):
      let conversion = ArrowConversion(format: String(cString: schema.format), width: width)
      let values = try required(array, 1, byteCount: (offset + count) * conversion.sourceWidth)
      if let copied = conversion.convert(values, from: offset, count: count) { return converted(copied) }
      return Column(type: type, count: count, nullCount: nullCount, offset: offset, validity: validity, values: values)
    case .bytes:
      if let width = Self.fixedBinaryWidth(schema) {
        let bytes = try required(array, 1, byteCount: (offset + count) * width)
        return converted(ArrowConversion.offsets(step: width, from: offset, count: count), bytes: bytes)
      }
      let offsets = try required(array, 1, byteCount: (offset + count + 1) * 4)
      let end = Int(offsets.base.load(fromByteOffset: (offset + count) * 4, as: Int32.self))
      let bytes = try required(array, 2, byteCount: end)
      return Column(type: type, count: count, nullCount: nullCount, offset: offset, validity: validity, values: offsets, bytes: bytes)
    case .list:
      guard array.n_children == 1, let child = array.children[0], let childSchema = schema.children[0] else { throw Self.malformed("list") }
      let offsets = try required(array, 1, byteCount: (offset + count + 1) * 4)
      let elements = try column(child.pointee, childSchema.pointee, type.childTypes[0])
      return Column(
        type: type, count: count, nullCount: nullCount, offset: offset, validity: validity, values: offsets, children: [elements])
    case .row:
      let types = type.childTypes
      guard array.n_children == types.count, schema.n_children == types.count else { throw Self.malformed("row") }
      let children = try types.indices.map { index in
        guard let child = array.children[index], let childSchema = schema.children[index] else { throw Self.malformed("row") }
        return try Self.slice(try column(child.pointee, childSchema.pointee, types[index]), array)
      }
      return Column(type: type, count: count, nullCount: nullCount, offset: offset, validity: validity, values: nil, children: children)
    }
  }

  /// The rows of a struct's child that the struct itself covers.
  private static func slice(_ column: Column, _ parent: ArrowArray) throws -> Column {
    guard column.count >= Int(parent.offset + parent.length) else { throw malformed("lengths") }
    return column.slice(from: Int(parent.offset), count: Int(parent.length))
  }

  private func buffer(_ array: ArrowArray, _ index: Int, byteCount: Int) -> Buffer? {
    guard index < Int(array.n_buffers), let base = array.buffers[index] else { return nil }
    return Buffer(borrowing: UnsafeMutableRawPointer(mutating: base), byteCount: byteCount, owner: owner)
  }

  private func required(_ array: ArrowArray, _ index: Int, byteCount: Int) throws -> Buffer {
    if let found = buffer(array, index, byteCount: byteCount) { return found }
    guard array.length == 0 || byteCount == 0 else { throw Self.malformed("buffers") }
    return .allocated(byteCount: byteCount)
  }

  private static func fixedBinaryWidth(_ schema: ArrowSchema) -> Int? {
    let format = String(cString: schema.format)
    return format.hasPrefix("w:") ? Int(format.dropFirst(2)) : nil
  }

  private static func malformed(_ part: String) -> SluiceError {
    SluiceError(.targetDamaged, "an Arrow array and its schema do not fit each other: \(part)")
  }
}

/// An array that was handed over to us, released with its last buffer.
private final class ImportedArray {
  let array: UnsafeMutablePointer<ArrowArray>

  init(adopting source: inout ArrowArray) {
    array = .allocate(capacity: 1)
    array.initialize(to: source)
    source.release = nil
  }

  deinit {
    if let release = array.pointee.release { release(array) }
    array.deallocate()
  }
}
