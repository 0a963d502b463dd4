internal import CParquet
public import SluiceCore

/// The rows of a Parquet file, batch by batch, in the file's order. Used by one thread at a time.
public final class ParquetBatchStream {
  private let handle: ParquetReaderHandle
  private var schema = ArrowSchema()
  private let fields: [ArrowField]
  private var isOver = false

  init(_ handle: ParquetReaderHandle, columns: [Int]?, batchRows: Int) throws {
    self.handle = handle
    let chosen = columns.map { $0.map { Int32($0) } }
    try handle.call { error in
      guard let chosen else { return sl_parquet_reader_open_stream(handle.reader, nil, 0, nil, 0, Int64(batchRows), error) }
      return chosen.withUnsafeBufferPointer { chosen in
        sl_parquet_reader_open_stream(handle.reader, chosen.baseAddress, Int32(chosen.count), nil, 0, Int64(batchRows), error)
      }
    }
    var schema = ArrowSchema()
    try handle.call { sl_parquet_reader_stream_schema(handle.reader, &schema, $0) }
    do {
      fields = try ArrowSchemaImport.fields(of: schema)
    } catch {
      schema.release?(&schema)
      throw error
    }
    self.schema = schema
  }

  deinit {
    schema.release?(&schema)
  }

  /// The next batch, never empty; `nil` at the end. A batch may outlive the stream and move to another thread.
  ///
  /// Throws `target-damaged` for bytes that are not valid, and what the object's `read` throws; the stream is over then.
  public func next() throws -> Batch? {
    while !isOver {
      var array = ArrowArray()
      var hasMore: Int32 = 0
      isOver = true
      try handle.call { sl_parquet_reader_next(handle.reader, &array, &hasMore, $0) }
      guard hasMore != 0 else { return nil }
      let batch = try ArrowImport.batch(adopting: &array, schema: schema, fields: fields)
      isOver = false
      if batch.rowCount > 0 { return batch }
    }
    return nil
  }
}
