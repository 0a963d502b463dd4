internal import SluiceCore
internal import SluiceFormats

/// Which rows of which data files the delete files of a snapshot delete, by position. Equality deletes are listed only. Confined to one thread.
final class IcebergDeletes {
  private let files: IcebergFiles
  /// All delete files.
  let all: [IcebergFile]
  private var byFile: [String: [IcebergFile]] = [:]
  /// Position deletes that do not say which file they are about.
  private var wide: [IcebergFile] = []
  private var read: [String: [String: RoaringBitmap]] = [:]

  init(_ deletes: [IcebergFile], _ files: IcebergFiles) {
    self.files = files
    all = deletes
    for delete in deletes where delete.data.content == .positionDeletes {
      if let path = Self.reference(of: delete.data) { byFile[path, default: []].append(delete) } else { wide.append(delete) }
    }
  }

  /// The data file that a position delete file is about, when it is one only.
  static func reference(of file: DataFile) -> String? {
    if let path = file.referencedDataFile { return path }
    guard let low = file.lowerBounds[PositionDeletes.pathFieldID], low == file.upperBounds[PositionDeletes.pathFieldID] else { return nil }
    return String(validating: low, as: UTF8.self)
  }

  /// Whether some position deletes may be about any file of their partition.
  var hasWide: Bool { !wide.isEmpty }

  var equalityDeletes: [IcebergFile] { all.filter { $0.data.content == .equalityDeletes } }

  /// The delete files that are about this data file alone.
  func files(of path: String) -> [IcebergFile] { byFile[path] ?? [] }

  /// The rows of a data file that are dead; `nil` for none.
  func rows(of file: IcebergFile) throws -> RoaringBitmap? {
    var rows: RoaringBitmap?
    // A delete of before the file, which a rewrite may bring back under an old number, is none of its.
    for delete in byFile[file.data.path] ?? [] where (delete.sequenceNumber ?? .max) >= (file.sequenceNumber ?? 0) {
      let found =
        delete.data.isDeletionVector
        ? try DeletionVectorBlob.read(delete.data, files: files) : try positions(delete)[file.data.path] ?? RoaringBitmap()
      rows = rows.map { $0.union(found) } ?? found
    }
    if let found = try wideRows(of: file.data.path, file.data.partition, sequenceNumber: file.sequenceNumber ?? 0) {
      rows = rows.map { $0.union(found) } ?? found
    }
    return rows.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The rows of a data file that are dead by delete files which are about several data files; `nil` for none.
  func wideRows(of path: String, _ partition: PartitionTuple, sequenceNumber: Int64) throws -> RoaringBitmap? {
    var rows: RoaringBitmap?
    for delete in wide where (delete.sequenceNumber ?? .max) >= sequenceNumber && delete.data.partition == partition {
      guard let found = try positions(delete)[path] else { continue }
      rows = rows.map { $0.union(found) } ?? found
    }
    return rows
  }

  /// How many rows of a data file are dead, as far as that can be told without reading much.
  func count(of file: IcebergFile) throws -> Int {
    let own = byFile[file.data.path] ?? []
    if wide.isEmpty, own.count <= 1 { return own.first?.data.recordCount ?? 0 }
    return try rows(of: file)?.count ?? 0
  }

  /// All positions that a Parquet file of them holds, by the path of the data file.
  private func positions(_ delete: IcebergFile) throws -> [String: RoaringBitmap] {
    if let known = read[delete.data.path] { return known }
    let reader = try ParquetFileReader(try files.store.open(files.path(of: delete.data.path)))
    func place(_ id: Int, _ name: String) throws -> Int {
      let place = reader.fields.firstIndex { $0.id == Int32(id) } ?? reader.fields.firstIndex { $0.name == name }
      guard let place else { throw SluiceError(.targetDamaged, "a position delete file lacks \(name)", at: .init(path: delete.data.path)) }
      return place
    }
    let stream = try reader.makeStream(
      columns: [try place(PositionDeletes.pathFieldID, "file_path"), try place(PositionDeletes.positionFieldID, "pos")], batchRows: 8192)
    var rows: [String: [UInt32]] = [:]
    while let batch = try stream.next() {
      let (paths, positions) = (batch.columns[0], batch.columns[1])
      guard paths.type == .string, positions.type == .int64 else {
        throw SluiceError(.targetDamaged, "a position delete file has columns of other types", at: .init(path: delete.data.path))
      }
      var last = ""
      var run: [UInt32] = []
      for row in 0..<batch.rowCount {
        let bytes = paths.bytes(at: row)
        if !last.utf8.elementsEqual(bytes) {
          rows[last, default: []] += run
          run = []
          last = String(decoding: bytes, as: UTF8.self)
        }
        if let position = UInt32(exactly: positions.fixed(as: Int64.self)[row]) { run.append(position) }
      }
      rows[last, default: []] += run
    }
    let found = rows.mapValues { RoaringBitmap(ascending: $0.sorted()) }
    read[delete.data.path] = found
    return found
  }
}
