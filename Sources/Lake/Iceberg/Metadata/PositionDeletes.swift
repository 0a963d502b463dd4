internal import SluiceCore
internal import SluiceFormats

/// The columns of a position delete file (Iceberg specification, position delete files).
enum PositionDeletes {
  static let pathFieldID = 2_147_483_546
  static let positionFieldID = 2_147_483_545

  /// Rows are sorted by them.
  static let fields = [
    ParquetField(name: "file_path", type: .string, isNullable: false, id: Int32(pathFieldID)),
    ParquetField(name: "pos", type: .int64, isNullable: false, id: Int32(positionFieldID)),
  ]

  /// What manifests say of a file that holds the rows of one data file: bounds that are never cut, so that readers need not open it to know.
  static func file(
    path: String, size: Int, deletes rows: RoaringBitmap, of dataFile: String, partition: PartitionTuple
  ) -> DataFile {
    var file = DataFile(content: .positionDeletes, path: path, partition: partition, recordCount: rows.count, fileSize: size)
    file.referencedDataFile = dataFile
    file.lowerBounds[pathFieldID] = Array(dataFile.utf8)
    file.upperBounds[pathFieldID] = Array(dataFile.utf8)
    return file
  }

  /// The rows as a batch of those columns.
  static func batch(_ rows: RoaringBitmap, of dataFile: String) -> Batch {
    var paths = ColumnBuilder(type: .string, capacity: rows.count)
    var positions = ColumnBuilder(type: .int64, capacity: rows.count)
    rows.forEach { row in
      paths.append(text: dataFile)
      positions.append(Int64(row))
    }
    let count = positions.count
    return Batch(columns: [paths.finish(), positions.finish()], rowCount: count)
  }
}
