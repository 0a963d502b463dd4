internal import CParquet
public import SluiceCore

/// Writes one Parquet file to an object, batch by batch. Confined to one thread at a time.
///
/// Rows keep their order. Memory is bounded by one row group. After an error the file is given up: its object is
/// abandoned, and only `abandon` may be called. A writer that is dropped unfinished abandons its object.
public final class ParquetFileWriter {
  private let fields: [ParquetField]
  private let options: ParquetWriteOptions
  private let sink: ParquetSink
  private var state = State.sampling([])
  /// Rows accepted so far.
  public private(set) var rowCount = 0
  private var nullCounts: [Int]
  private var holdsNaN: [Bool]

  private enum State {
    /// The first rows wait until there are enough of them to choose the encodings.
    case sampling([Batch])
    case open(OpaquePointer)
    case ended
  }

  /// The first rows are held back up to this many bytes.
  private static let sampleBytes = 256 << 10

  /// Starts a file of `fields`, in that order. Nothing is written before the first rows.
  ///
  /// Throws `defect` for a file without fields.
  public init(fields: [ParquetField], options: ParquetWriteOptions = ParquetWriteOptions(), to object: any ObjectWriter) throws {
    guard !fields.isEmpty else { throw SluiceError(.defect, "a Parquet file needs a column") }
    self.fields = fields
    self.options = options
    sink = ParquetSink(object)
    nullCounts = Array(repeating: 0, count: fields.count)
    holdsNaN = Array(repeating: false, count: fields.count)
  }

  deinit {
    abandon()
  }

  /// Appends the rows of `batch`, whose columns are those of the fields. Its buffers are not used after the file is finished.
  ///
  /// Throws what the object's `write` throws; `defect` for a batch that does not fit the fields, or a null in a column
  /// that is not nullable.
  public func write(_ batch: Batch) throws {
    try check(batch)
    if batch.rowCount == 0 { return }
    for (index, column) in batch.columns.enumerated() {
      nullCounts[index] += column.nullCount
      if !holdsNaN[index] { holdsNaN[index] = column.holdsNaN }
    }
    rowCount += batch.rowCount
    switch state {
    case .sampling(var waiting):
      state = .sampling([])
      waiting.append(batch)
      if batchRows(waiting) >= DictionarySampler.sampleRows || batchBytes(waiting) >= Self.sampleBytes || options.dictionary != .sampled {
        try open(waiting)
      } else {
        state = .sampling(waiting)
      }
    case .open(let writer): try append(batch, to: writer)
    case .ended: throw SluiceError(.defect, "write to a Parquet file that has ended")
    }
  }

  /// Bytes of memory that the open row group and rows not yet encoded take.
  public var heldBytes: Int {
    switch state {
    case .sampling(let waiting): batchBytes(waiting)
    case .open(let writer): Int(sl_parquet_writer_buffered_bytes(writer))
    case .ended: 0
    }
  }

  /// About how large the file would be if it were finished now.
  public var estimatedFileBytes: Int {
    switch state {
    case .sampling(let waiting): batchBytes(waiting) / 2
    case .open(let writer): Int(sl_parquet_writer_bytes_written(writer))
    case .ended: 0
    }
  }

  /// Ends the open row group: what it held in memory goes into the file. More rows may follow.
  public func flush() throws {
    if case .sampling(let waiting) = state {
      if waiting.isEmpty { return }
      try open(waiting)
    }
    guard case .open(let writer) = state else { return }
    do {
      try call { sl_parquet_writer_flush(writer, $0) }
    } catch {
      abandon()
      throw error
    }
  }

  /// Writes the footer and finishes the object: on return the file is visible and durable. A file without rows is valid.
  public func finish() throws -> ParquetFileFacts {
    if case .sampling(let waiting) = state { try open(waiting) }
    guard case .open(let writer) = state else { throw SluiceError(.defect, "a Parquet file that has ended cannot be finished") }
    do {
      try call { sl_parquet_writer_close(writer, $0) }
      let facts = try facts(of: writer)
      try sink.object.finish()
      sl_parquet_writer_free(writer)
      state = .ended
      return facts
    } catch {
      abandon()
      throw error
    }
  }

  /// Gives the file up and removes what was written. No effect on a finished file.
  public func abandon() {
    switch state {
    case .sampling: break
    case .open(let writer): sl_parquet_writer_free(writer)
    case .ended: return
    }
    state = .ended
    sink.object.abandon()
  }

  private func open(_ waiting: [Batch]) throws {
    var sampler = DictionarySampler()
    let dictionaries: [Bool]
    switch options.dictionary {
    case .sampled: dictionaries = waiting.isEmpty ? fields.map { _ in false } : sampler.choose(waiting)
    case .always: dictionaries = fields.map { _ in true }
    case .never: dictionaries = fields.map { _ in false }
    }
    do {
      let writer = try ParquetWriterHandle.open(fields: fields, options: options, dictionaries: dictionaries, sink: sink)
      state = .open(writer)
      for batch in waiting { try append(batch, to: writer) }
    } catch {
      abandon()
      throw error
    }
  }

  private func append(_ batch: Batch, to writer: OpaquePointer) throws {
    do {
      var array = ArrowExport.array(of: batch)
      try call { sl_parquet_writer_write(writer, &array, $0) }
    } catch {
      abandon()
      throw error
    }
  }

  private func call(_ body: (UnsafeMutablePointer<sl_error>) -> Int32) throws {
    try ParquetError.check(stored: { sink.error }, body)
  }

  private func check(_ batch: Batch) throws {
    guard batch.columns.count == fields.count else {
      throw SluiceError(.defect, "a batch of \(batch.columns.count) columns for a Parquet file of \(fields.count)")
    }
    for (field, column) in zip(fields, batch.columns) {
      guard column.type == field.type || column.type.arrowFormat == field.type.arrowFormat, column.type.layout == field.type.layout else {
        throw SluiceError(.defect, "\(column.type) in a Parquet column of \(field.type)", at: .init(column: field.name))
      }
      guard field.isNullable || column.nullCount == 0 else {
        throw SluiceError(.defect, "null in a Parquet column that is not nullable", at: .init(column: field.name))
      }
    }
  }

  private func facts(of writer: OpaquePointer) throws -> ParquetFileFacts {
    var file = sl_file_stats()
    try call { sl_parquet_writer_file_stats(writer, &file, $0) }
    var leaf = 0
    var columns: [ParquetColumnFacts] = []
    for (index, field) in fields.enumerated() {
      let leaves = field.type.parquetLeafCount
      defer { leaf += leaves }
      var stats = sl_column_stats()
      if leaves == 1 { try call { sl_parquet_writer_column_stats(writer, Int32(leaf), &stats, $0) } }
      let isBounded = stats.has_min_max != 0 && !holdsNaN[index] && stats.physical_type != Int32(SL_PHYSICAL_INT96.rawValue)
      columns.append(
        ParquetColumnFacts(
          name: field.name, nullCount: nullCounts[index],
          minimum: isBounded ? ParquetBound(stats.min, count: stats.min_size).column(of: field.type) : nil,
          maximum: isBounded ? ParquetBound(stats.max, count: stats.max_size).column(of: field.type) : nil))
    }
    return ParquetFileFacts(rowCount: rowCount, byteCount: Int(file.file_bytes), columns: columns)
  }

  private func batchRows(_ batches: [Batch]) -> Int { batches.reduce(0) { $0 + $1.rowCount } }
  private func batchBytes(_ batches: [Batch]) -> Int { batches.reduce(0) { $0 + $1.byteSize } }
}
