internal import SluiceCore
internal import SluiceFormats

extension DataFile {
  /// Counts and bounds out of what the writer of a Parquet file knows of it. `fields` are those of the file, in order.
  ///
  /// Nested columns have neither. A column with a NaN has no bounds.
  mutating func setMetrics(_ facts: ParquetFileFacts, fields: [IcebergField]) {
    for (column, field) in zip(facts.columns, fields) where field.type.isPrimitive && field.type != .unknown {
      valueCounts[field.id] = facts.rowCount
      nullValueCounts[field.id] = column.nullCount
      if let minimum = column.minimum { lowerBounds[field.id] = SingleValue.lowerBound(minimum, as: field.type) }
      if let maximum = column.maximum { upperBounds[field.id] = SingleValue.upperBound(maximum, as: field.type) }
    }
  }
}
