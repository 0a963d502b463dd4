internal import CParquet
public import SluiceCore

/// Reads one Parquet file from an object. Used by one thread at a time, together with its streams.
///
/// Decimals come as the types say (`DataType.layout`), whatever the file stores; JSON comes as `string`, a time as
/// `time(3)` or `time(6)`, a timestamp with precision 3, 6 or 9.
public final class ParquetFileReader {
  /// The file's top-level columns.
  public let fields: [ParquetField]
  public let rowCount: Int
  private let source: ParquetSource
  private var handle: ParquetReaderHandle

  /// Reads the footer. Throws `target-damaged` when the object is no Parquet file or has a type that is not supported,
  /// and what the object's `read` throws.
  public init(_ object: any ObjectReader) throws {
    source = ParquetSource(object)
    handle = try ParquetReaderHandle(source)
    rowCount = handle.rowCount
    var schema = ArrowSchema()
    let opened = handle
    try opened.call { sl_parquet_reader_schema(opened.reader, &schema, $0) }
    defer { schema.release?(&schema) }
    fields = try ArrowSchemaImport.fields(of: schema).map { ParquetField($0) }
  }

  /// Starts reading the columns at `columns`, in that order, or all of them; batches have up to `batchRows` rows.
  ///
  /// Memory is bounded by one row group's pages and one batch. Streams are independent of each other.
  public func makeStream(columns: [Int]? = nil, batchRows: Int = 8192) throws -> ParquetBatchStream {
    // A handle has one stream: another stream that still lives has it.
    let isFree = isKnownUniquelyReferenced(&handle)
    return try ParquetBatchStream(isFree ? handle : ParquetReaderHandle(source), columns: columns, batchRows: batchRows)
  }
}
