internal import CParquet
internal import Glibc
internal import SluiceCore

/// Opens writers of the Parquet library.
enum ParquetWriterHandle {
  /// `dictionaries` says for each field whether its values get a dictionary; whole numbers without one are packed by their differences,
  /// which costs no more than writing them plain and leaves the compressor less to do. `sink` must outlive the writer.
  static func open(fields: [ParquetField], options: ParquetWriteOptions, dictionaries: [Bool], sink: ParquetSink) throws -> OpaquePointer {
    var columns: [sl_parquet_column_options] = []
    var leaf: Int32 = 0
    for (field, hasDictionary) in zip(fields, dictionaries) {
      for _ in 0..<field.type.parquetLeafCount {
        var column = sl_parquet_column_options()
        column.leaf = leaf
        if hasDictionary {
          column.dictionary = Int32(SL_TOGGLE_ON.rawValue)
          columns.append(column)
        } else if field.type.isWholeNumber {
          column.encoding = Int32(SL_ENCODING_DELTA_BINARY_PACKED.rawValue)
          columns.append(column)
        }
        leaf += 1
      }
    }
    // The library copies texts during the call.
    let texts = options.metadata.sorted { $0.key < $1.key }.map { sl_key_value(key: strdup($0.key), value: strdup($0.value)) }
    defer {
      for text in texts {
        free(UnsafeMutableRawPointer(mutating: text.key))
        free(UnsafeMutableRawPointer(mutating: text.value))
      }
    }
    var settings = sl_parquet_options()
    (settings.compression, settings.compression_level) = compression(options.compression)
    settings.row_group_bytes = Int64(options.rowGroupBytes)
    settings.data_page_bytes = Int64(options.pageBytes)
    settings.int96_timestamps = Int32((options.usesInt96Timestamps ? SL_TOGGLE_ON : SL_TOGGLE_OFF).rawValue)
    var schema = ArrowExport.schema(of: fields.map(\.arrow))
    var writer: OpaquePointer?
    try columns.withUnsafeBufferPointer { columns in
      try texts.withUnsafeBufferPointer { texts in
        settings.columns = columns.baseAddress
        settings.column_count = Int32(columns.count)
        settings.metadata = texts.baseAddress
        settings.metadata_count = Int32(texts.count)
        let target = sl_sink(context: Unmanaged.passUnretained(sink).toOpaque(), write: ParquetSink.write)
        try ParquetError.check(stored: { sink.error }) { error in
          sl_parquet_writer_open(&schema, &settings, target, &writer, error)
        }
      }
    }
    guard let writer else { throw SluiceError(.defect, "the Parquet library opened no writer") }
    return writer
  }

  private static func compression(_ compression: ParquetWriteOptions.Compression) -> (Int32, Int32) {
    switch compression {
    case .none: (Int32(SL_COMPRESSION_NONE.rawValue), 0)
    case .snappy: (Int32(SL_COMPRESSION_SNAPPY.rawValue), 0)
    case .lz4: (Int32(SL_COMPRESSION_LZ4.rawValue), 0)
    case .zstd(let level): (Int32(SL_COMPRESSION_ZSTD.rawValue), Int32(level))
    }
  }
}

extension DataType {
  /// Whether Parquet keeps the values as 32 or 64-bit integers.
  fileprivate var isWholeNumber: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .date, .time: true
    case .decimal(let precision, _): precision <= 18
    // Nanoseconds may be asked for as INT96.
    case .timestamp(let precision), .instant(let precision): precision <= 6
    default: false
    }
  }
}
