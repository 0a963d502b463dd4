// The C face of Apache Arrow's Parquet library: a streaming writer, a streaming reader, zstd, and the memory pool.
//
// Rules of every function here:
// - It returns `SL_OK` (0) or another `sl_code`; on failure it fills `error` (may be NULL) and leaves `out` parameters
//   NULL or zero. No C++ exception leaves this library. Error texts hold no cell values.
// - A handle belongs to its creator and is freed once, by the `_free` function of its kind (NULL is allowed). One thread
//   at a time may use a handle; it may move between threads. Different handles are independent.
// - All work, callbacks included, runs on the calling thread. No thread pool is used.
// - Strings given to a function are copied; strings and bytes handed out live as long as the handle they came from.
// - A zeroed options struct means: all defaults.
#ifndef SLUICE_CPARQUET_H
#define SLUICE_CPARQUET_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Arrow C Data Interface (as specified by Apache Arrow; the guard lets other headers define it too)

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif  // ARROW_C_DATA_INTERFACE

// MARK: - Errors

typedef enum sl_code {
  SL_OK = 0,
  SL_INVALID = 1,          // an argument, an option, or data that contradicts its schema
  SL_UNSUPPORTED = 2,      // a type or a feature this library does not write or read
  SL_CORRUPT = 3,          // bytes that are not valid Parquet or zstd
  SL_IO = 4,               // a sink or source callback failed; `callback` holds its return value
  SL_OUT_OF_MEMORY = 5,
  SL_CAPACITY = 6,         // the output buffer is too small
  SL_STATE = 7,            // the handle is closed, failed, or not yet closed
  SL_INTERNAL = 8,
} sl_code;

typedef struct sl_error {
  int32_t code;            // sl_code
  int32_t callback;        // with SL_IO: the nonzero value that the callback returned
  char message[1024];      // UTF-8, NUL-terminated, cut at the end if too long
} sl_error;

/// The text of `error`: a pointer to its message.
const char* sl_error_message(const sl_error* error);

// MARK: - Options of the writer

typedef enum sl_compression {
  SL_COMPRESSION_DEFAULT = 0,  // zstd
  SL_COMPRESSION_NONE = 1,
  SL_COMPRESSION_SNAPPY = 2,
  SL_COMPRESSION_LZ4 = 3,      // LZ4_RAW, the interoperable one
  SL_COMPRESSION_ZSTD = 4,
} sl_compression;

typedef enum sl_toggle {
  SL_TOGGLE_DEFAULT = 0,
  SL_TOGGLE_ON = 1,
  SL_TOGGLE_OFF = 2,
} sl_toggle;

/// How a column's values are encoded where no dictionary is in use. (A dictionary that overflows gives way to plain.)
/// All readers know plain and dictionary. Paimon's Java reader knows the delta encodings in its present releases, and
/// byte_stream_split only since August 2026.
typedef enum sl_encoding {
  SL_ENCODING_DEFAULT = 0,             // plain
  SL_ENCODING_PLAIN = 1,
  SL_ENCODING_DELTA_BINARY_PACKED = 2,     // INT32 and INT64 columns
  SL_ENCODING_BYTE_STREAM_SPLIT = 3,       // fixed-width columns
  SL_ENCODING_DELTA_LENGTH_BYTE_ARRAY = 4, // strings and binaries
  SL_ENCODING_DELTA_BYTE_ARRAY = 5,        // strings and binaries with common prefixes
  SL_ENCODING_DICTIONARY = 6,              // same as dictionary = SL_TOGGLE_ON
} sl_encoding;

/// What differs for one column from the file's options.
typedef struct sl_parquet_column_options {
  const char* path;        // a top-level field's name (all leaves under it) or a leaf's dotted path; NULL: use `leaf`
  int32_t leaf;            // leaf index in schema order, used when `path` is NULL
  int32_t dictionary;      // sl_toggle
  int32_t encoding;        // sl_encoding; an encoding other than dictionary turns the default dictionary off
  int32_t statistics;      // sl_toggle
  int32_t compression;     // sl_compression
  int32_t compression_level; // 0: the file's
} sl_parquet_column_options;

typedef struct sl_key_value {
  const char* key;
  const char* value;
} sl_key_value;

/// Zero means default everywhere.
typedef struct sl_parquet_options {
  int32_t compression;           // sl_compression
  int32_t compression_level;     // zstd only; 0: level 1; negative levels are faster and larger
  int64_t row_group_rows;        // a row group is cut at this many rows; default 1,048,576
  int64_t row_group_bytes;       // ... or, after a batch, at this many buffered bytes; default 64 MiB
  int64_t data_page_bytes;       // size of a data page before compression; default 256 KiB
  int64_t dictionary_page_bytes; // a dictionary larger than this falls back to the plain encoding; default 1 MiB
  int64_t write_batch_size;      // rows encoded between two looks at the page size; default 4,096
  int32_t dictionary;            // sl_toggle; default for columns without their own option: off
  int32_t statistics;            // sl_toggle; min, max and null count of column chunks; default on
  int32_t page_index;            // sl_toggle; column and offset index; default off
  int32_t page_checksum;         // sl_toggle; default off
  int32_t store_arrow_schema;    // sl_toggle; Arrow's own schema in the footer; default off
  int32_t int96_timestamps;      // sl_toggle; all timestamps as INT96; default off
  const sl_parquet_column_options* columns;
  int32_t column_count;
  int32_t metadata_count;
  const sl_key_value* metadata;  // footer key-value pairs
  const char* created_by;        // NULL: the library's own text
  int64_t data_page_rows;        // a data page has at most about this many rows; default 65,536
} sl_parquet_options;

// MARK: - Writer

/// Where a file's bytes go: called in file order with consecutive pieces. `bytes` is valid during the call only.
/// Returns 0, or a value of its own that ends the file: it comes back as `SL_IO` with `sl_error.callback`.
typedef struct sl_sink {
  void* context;
  int32_t (*write)(void* context, const uint8_t* bytes, int64_t count);
} sl_sink;

typedef struct sl_parquet_writer sl_parquet_writer;

/// Starts a file. `schema` is a struct ("+s"); its ownership moves in, on failure too. Field ids are read from the field
/// metadata key `PARQUET:field_id`. A field without ARROW_FLAG_NULLABLE becomes REQUIRED. Decimals become INT32 up to
/// precision 9, INT64 up to 18, else FIXED_LEN_BYTE_ARRAY, whatever their width in memory. Timestamps keep their unit
/// (seconds become milliseconds). Lists are written with the three-level layout `list.element`.
/// The magic bytes may reach the sink during this call.
int32_t sl_parquet_writer_open(
    struct ArrowSchema* schema, const sl_parquet_options* options, sl_sink sink, sl_parquet_writer** out, sl_error* error);

/// Appends rows. `batch` is a struct array of the schema's fields without nulls of its own; its ownership moves in, on
/// failure too (`batch->release` is NULL afterwards), and it is released before the call returns. Values are encoded
/// straight from its buffers. Small batches gather in one row group; batches may cross row groups.
/// After an error the file is lost: only `_free` is of use.
int32_t sl_parquet_writer_write(sl_parquet_writer* writer, struct ArrowArray* batch, sl_error* error);

/// Ends the open row group now, which sends its bytes to the sink and frees its memory. No effect when it is empty.
int32_t sl_parquet_writer_flush(sl_parquet_writer* writer, sl_error* error);

/// Bytes of memory that the writer holds now: the open row group's pages, values, dictionaries.
int64_t sl_parquet_writer_buffered_bytes(const sl_parquet_writer* writer);

/// Bytes given to the sink so far, plus an estimate of what the open row group will add. Exact after close.
int64_t sl_parquet_writer_bytes_written(const sl_parquet_writer* writer);

/// Rows accepted so far.
int64_t sl_parquet_writer_rows(const sl_parquet_writer* writer);

/// Ends the last row group and writes the footer. The sink has all bytes when this returns SL_OK. A file without rows
/// is valid and has no row groups. The statistics below are readable from now on.
int32_t sl_parquet_writer_close(sl_parquet_writer* writer, sl_error* error);

/// Frees the writer. One that was not closed is given up: its sink gets no further bytes.
void sl_parquet_writer_free(sl_parquet_writer* writer);

// MARK: - Statistics

typedef enum sl_physical_type {
  SL_PHYSICAL_BOOLEAN = 0,
  SL_PHYSICAL_INT32 = 1,
  SL_PHYSICAL_INT64 = 2,
  SL_PHYSICAL_INT96 = 3,
  SL_PHYSICAL_FLOAT = 4,
  SL_PHYSICAL_DOUBLE = 5,
  SL_PHYSICAL_BYTE_ARRAY = 6,
  SL_PHYSICAL_FIXED_LEN_BYTE_ARRAY = 7,
} sl_physical_type;

/// Statistics of one leaf column over a whole file, or of one column chunk.
///
/// `min` and `max` are plain-encoded: one byte for booleans, little-endian integers, IEEE floats, big-endian two's
/// complement of `type_length` bytes for wide decimals, the raw bytes of strings. They are ordered by the column's
/// logical type. `has_min_max` is 0 when there is no value at all, and when the bounds of any part with values are
/// unknown (statistics off, values above 4 KiB, nothing but NaN). NaN is otherwise ignored: it lies outside the bounds.
/// `null_count` counts, for leaves of nested columns, every slot that holds no value.
typedef struct sl_column_stats {
  const char* path;              // dotted path of the leaf
  int32_t field_id;              // -1: none
  int32_t physical_type;         // sl_physical_type
  int32_t type_length;           // of FIXED_LEN_BYTE_ARRAY, else 0
  int32_t has_min_max;
  int32_t has_null_count;
  int64_t null_count;
  int64_t value_count;           // slots, nulls included
  const uint8_t* min;
  int64_t min_size;
  const uint8_t* max;
  int64_t max_size;
  int64_t compressed_bytes;
  int64_t uncompressed_bytes;
} sl_column_stats;

typedef struct sl_file_stats {
  int64_t rows;
  int64_t row_groups;
  int64_t columns;               // leaves
  int64_t compressed_bytes;      // of all column chunks
  int64_t uncompressed_bytes;
  int64_t file_bytes;
} sl_file_stats;

/// Number of leaf columns. Usable at any time.
int32_t sl_parquet_writer_column_count(const sl_parquet_writer* writer);

/// Totals of the closed file; SL_STATE before.
int32_t sl_parquet_writer_file_stats(const sl_parquet_writer* writer, sl_file_stats* out, sl_error* error);

/// Statistics of a leaf over all row groups of the closed file; SL_STATE before. Pointers live until `_free`.
int32_t sl_parquet_writer_column_stats(
    const sl_parquet_writer* writer, int32_t leaf, sl_column_stats* out, sl_error* error);

// MARK: - Reader

/// Where a file's bytes come from. `read_at` fills exactly `count` bytes from `offset` and returns 0, or a value of its
/// own on failure. It is never asked for bytes outside 0..<size. The source must outlive the reader.
typedef struct sl_source {
  void* context;
  int64_t size;
  int32_t (*read_at)(void* context, int64_t offset, int64_t count, uint8_t* out);
} sl_source;

typedef struct sl_parquet_reader sl_parquet_reader;

/// Reads the footer. Corrupt bytes give SL_CORRUPT.
int32_t sl_parquet_reader_open(sl_source source, sl_parquet_reader** out, sl_error* error);

/// The schema of the whole file as a struct ("+s"); the caller releases it. Decimals are decimal128 of any precision,
/// strings utf8, byte arrays binary, no dictionary types, timestamps with "UTC" or no time zone, field ids in
/// `PARQUET:field_id` metadata.
int32_t sl_parquet_reader_schema(sl_parquet_reader* reader, struct ArrowSchema* out, sl_error* error);

int64_t sl_parquet_reader_rows(const sl_parquet_reader* reader);
int32_t sl_parquet_reader_row_group_count(const sl_parquet_reader* reader);
/// Rows of a row group; -1 for a bad index.
int64_t sl_parquet_reader_row_group_rows(const sl_parquet_reader* reader, int32_t row_group);
/// Number of leaf columns.
int32_t sl_parquet_reader_column_count(const sl_parquet_reader* reader);
/// A footer key-value pair's value, or NULL.
const char* sl_parquet_reader_metadata(const sl_parquet_reader* reader, const char* key);
/// Statistics of a leaf in one row group, or over all of them with `row_group` = -1. Pointers live until `_free`.
int32_t sl_parquet_reader_column_stats(
    sl_parquet_reader* reader, int32_t row_group, int32_t leaf, sl_column_stats* out, sl_error* error);

/// Starts reading. `columns` are indices of top-level fields (NULL: all), batches have them in the given order;
/// `row_groups` are read in the given order (NULL: all). Batches have up to `batch_rows` rows (0: 8,192). Memory is
/// bounded by one row group's pages, read as needed, and one batch. Replaces a stream opened before.
int32_t sl_parquet_reader_open_stream(
    sl_parquet_reader* reader, const int32_t* columns, int32_t column_count, const int32_t* row_groups,
    int32_t row_group_count, int64_t batch_rows, sl_error* error);

/// The schema of the open stream's batches; the caller releases it.
int32_t sl_parquet_reader_stream_schema(sl_parquet_reader* reader, struct ArrowSchema* out, sl_error* error);

/// The next batch. `has_more` = 1: `out` holds a struct array that the caller releases (it may outlive the reader);
/// 0: the end, `out->release` is NULL. After an error the stream is over.
int32_t sl_parquet_reader_next(sl_parquet_reader* reader, struct ArrowArray* out, int32_t* has_more, sl_error* error);

void sl_parquet_reader_free(sl_parquet_reader* reader);

// MARK: - Zstandard

/// The largest compressed size of `count` bytes.
int64_t sl_zstd_max_compressed(int64_t count);

/// Compresses into one frame that states its content size. `level` 0 means 1.
int32_t sl_zstd_compress(
    int32_t level, const uint8_t* in, int64_t count, uint8_t* out, int64_t capacity, int64_t* written, sl_error* error);

/// Decompresses into `out`; SL_CAPACITY when it is too small, SL_CORRUPT when the input is not zstd.
int32_t sl_zstd_decompress(
    const uint8_t* in, int64_t count, uint8_t* out, int64_t capacity, int64_t* written, sl_error* error);

/// The content size stated by the first frame's header; -1: not stated; -2: not a zstd frame. Do not trust it with memory.
int64_t sl_zstd_content_size(const uint8_t* in, int64_t count);

/// Decompresses frames of unknown size into a new buffer of at most `limit` bytes (else SL_CAPACITY), that the caller
/// frees with `sl_bytes_free`.
int32_t sl_zstd_decompress_alloc(
    const uint8_t* in, int64_t count, int64_t limit, uint8_t** out, int64_t* written, sl_error* error);

void sl_bytes_free(uint8_t* bytes);

// MARK: - Memory and version

typedef enum sl_pool {
  SL_POOL_DEFAULT = 0,
  SL_POOL_SYSTEM = 1,
  SL_POOL_JEMALLOC = 2,
  SL_POOL_MIMALLOC = 3,
} sl_pool;

/// Chooses the pool of handles opened afterwards; the default is jemalloc where Arrow has it (fastest here, and it gives
/// memory back within a second), else Arrow's own choice; SL_UNSUPPORTED when Arrow was built without it.
int32_t sl_arrow_use_pool(int32_t pool, sl_error* error);
/// The pool in use: "system", "jemalloc" or "mimalloc".
const char* sl_arrow_pool_name(void);
/// Bytes that the pool in use has handed out now, and at its peak. Any thread.
int64_t sl_arrow_allocated_bytes(void);
int64_t sl_arrow_peak_bytes(void);
/// Asks the pool to give unused memory back to the system. Any thread.
void sl_arrow_release_unused(void);
/// Arrow's version, like "26.0.1".
const char* sl_arrow_version(void);

#ifdef __cplusplus
}
#endif

#endif  // SLUICE_CPARQUET_H
