#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include <arrow/c/bridge.h>
#include <arrow/io/interfaces.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/base64.h>
#include <arrow/util/compression.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/file_writer.h>
#include <parquet/properties.h>

#include "internal.h"
#include "statistics.h"

namespace sluice {

namespace {

constexpr int64_t kRowGroupRows = 1 << 20;
constexpr int64_t kRowGroupBytes = 64 << 20;
constexpr int64_t kDataPageBytes = 256 << 10;
// A page of a dictionary column is tiny in bytes but its indices are held as 32-bit values until it is cut.
constexpr int64_t kDataPageRows = 64 << 10;
constexpr int64_t kDictionaryPageBytes = 1 << 20;
constexpr int64_t kWriteBatchSize = 4096;
constexpr int kZstdLevel = 1;

/// The caller's sink as a stream. Remembers a failure, because Parquet keeps only its text.
class CallbackStream final : public arrow::io::OutputStream {
 public:
  explicit CallbackStream(sl_sink sink) : sink_(sink) {}

  arrow::Status Write(const void* bytes, int64_t count) override {
    if (failure_ != 0 || abandoned_) return arrow::Status::Cancelled("the file was given up");
    if (count == 0) return arrow::Status::OK();
    failure_ = sink_.write(sink_.context, static_cast<const uint8_t*>(bytes), count);
    if (failure_ != 0) return arrow::Status::IOError("the sink failed");
    position_ += count;
    return arrow::Status::OK();
  }
  using OutputStream::Write;
  arrow::Status Flush() override { return arrow::Status::OK(); }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }

  int64_t position() const { return position_; }
  int32_t failure() const { return failure_; }
  void abandon() { abandoned_ = true; }

 private:
  sl_sink sink_;
  int64_t position_ = 0;
  int32_t failure_ = 0;
  bool abandoned_ = false;
  bool closed_ = false;
};

/// Stands between Arrow's file writer and Parquet's to keep hold of the open row group, which Arrow hides.
class RowGroupObserver final : public parquet::ParquetFileWriter::Contents {
 public:
  RowGroupObserver(
      std::unique_ptr<parquet::ParquetFileWriter> file, std::shared_ptr<parquet::schema::GroupNode> schema,
      parquet::RowGroupWriter** open)
      : Contents(std::move(schema), nullptr), file_(std::move(file)), open_(open) {}

  void Close() override {
    *open_ = nullptr;
    file_->Close();
    file_metadata_ = file_->metadata();
  }
  parquet::RowGroupWriter* AppendRowGroup() override { return *open_ = file_->AppendRowGroup(); }
  parquet::RowGroupWriter* AppendBufferedRowGroup() override { return *open_ = file_->AppendBufferedRowGroup(); }
  int64_t num_rows() const override { return file_->num_rows(); }
  int num_columns() const override { return file_->num_columns(); }
  int num_row_groups() const override { return file_->num_row_groups(); }
  const std::shared_ptr<parquet::WriterProperties>& properties() const override { return file_->properties(); }
  void AddKeyValueMetadata(const std::shared_ptr<const arrow::KeyValueMetadata>& pairs) override {
    file_->AddKeyValueMetadata(pairs);
  }

 private:
  std::unique_ptr<parquet::ParquetFileWriter> file_;
  parquet::RowGroupWriter** open_;
};

arrow::Compression::type compression(int32_t value) {
  switch (value) {
    case SL_COMPRESSION_DEFAULT:
    case SL_COMPRESSION_ZSTD: return arrow::Compression::ZSTD;
    case SL_COMPRESSION_NONE: return arrow::Compression::UNCOMPRESSED;
    case SL_COMPRESSION_SNAPPY: return arrow::Compression::SNAPPY;
    case SL_COMPRESSION_LZ4: return arrow::Compression::LZ4;
    default: fail(SL_INVALID, "unknown compression " + std::to_string(value));
  }
}

int zstd_level(int32_t value) {
  if (value == 0) return kZstdLevel;
  const int lowest = check(arrow::util::Codec::MinimumCompressionLevel(arrow::Compression::ZSTD), SL_INTERNAL);
  const int highest = check(arrow::util::Codec::MaximumCompressionLevel(arrow::Compression::ZSTD), SL_INTERNAL);
  if (value < lowest || value > highest) fail(SL_INVALID, "no zstd level " + std::to_string(value));
  return value;
}

bool toggle(int32_t value, bool otherwise) {
  switch (value) {
    case SL_TOGGLE_DEFAULT: return otherwise;
    case SL_TOGGLE_ON: return true;
    case SL_TOGGLE_OFF: return false;
    default: fail(SL_INVALID, "unknown toggle " + std::to_string(value));
  }
}

int64_t positive(int64_t value, int64_t otherwise, const char* name) {
  if (value < 0) fail(SL_INVALID, std::string(name) + " is negative");
  return value == 0 ? otherwise : value;
}

/// Parquet's name of an encoding that fits the column, which fails later and less clearly otherwise.
parquet::Encoding::type encoding(int32_t value, const parquet::ColumnDescriptor& column) {
  const auto type = column.physical_type();
  const bool integer = type == parquet::Type::INT32 || type == parquet::Type::INT64;
  const bool bytes = type == parquet::Type::BYTE_ARRAY;
  const bool fixed = type == parquet::Type::FIXED_LEN_BYTE_ARRAY;
  const bool floating = type == parquet::Type::FLOAT || type == parquet::Type::DOUBLE;
  auto fits = [&](bool allowed, parquet::Encoding::type encoding) {
    if (!allowed) {
      fail(SL_INVALID, "column " + column.path()->ToDotString() + " cannot be encoded as " +
                           parquet::EncodingToString(encoding));
    }
    return encoding;
  };
  switch (value) {
    case SL_ENCODING_PLAIN: return parquet::Encoding::PLAIN;
    case SL_ENCODING_DELTA_BINARY_PACKED: return fits(integer, parquet::Encoding::DELTA_BINARY_PACKED);
    case SL_ENCODING_BYTE_STREAM_SPLIT:
      return fits(integer || floating || fixed, parquet::Encoding::BYTE_STREAM_SPLIT);
    case SL_ENCODING_DELTA_LENGTH_BYTE_ARRAY: return fits(bytes, parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY);
    case SL_ENCODING_DELTA_BYTE_ARRAY: return fits(bytes || fixed, parquet::Encoding::DELTA_BYTE_ARRAY);
    default: fail(SL_INVALID, "unknown encoding " + std::to_string(value));
  }
}

void apply(
    const sl_parquet_column_options& column, const parquet::SchemaDescriptor& schema,
    parquet::WriterProperties::Builder& builder, const sl_parquet_options& options) {
  bool found = false;
  for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
    const auto path = schema.Column(leaf)->path()->ToDotString();
    const bool named = column.path != nullptr &&
                       (path == column.path || schema.GetColumnRoot(leaf)->name() == column.path);
    if (!(named || (column.path == nullptr && column.leaf == leaf))) continue;
    found = true;

    const bool boolean = schema.Column(leaf)->physical_type() == parquet::Type::BOOLEAN;
    const bool encoded = column.encoding != SL_ENCODING_DEFAULT && column.encoding != SL_ENCODING_DICTIONARY;
    const bool preferred = column.encoding == SL_ENCODING_DICTIONARY ||
                           (!encoded && toggle(options.dictionary, false));
    if (toggle(column.dictionary, preferred) && !boolean) {
      builder.enable_dictionary(path);
    } else {
      builder.disable_dictionary(path);
    }
    if (encoded) builder.encoding(path, encoding(column.encoding, *schema.Column(leaf)));
    if (toggle(column.statistics, toggle(options.statistics, true))) {
      builder.enable_statistics(path);
    } else {
      builder.disable_statistics(path);
    }
    const int32_t codec =
        column.compression == SL_COMPRESSION_DEFAULT ? options.compression : column.compression;
    if (codec != options.compression || column.compression_level != 0) {
      builder.compression(path, compression(codec));
      if (compression(codec) == arrow::Compression::ZSTD) {
        builder.compression_level(
            path, zstd_level(column.compression_level != 0 ? column.compression_level : options.compression_level));
      }
    }
  }
  if (!found) {
    fail(SL_INVALID, column.path != nullptr ? std::string("options for a column that does not exist: ") + column.path
                                            : "options for leaf " + std::to_string(column.leaf) + ", which does not exist");
  }
}

}  // namespace

}  // namespace sluice

using namespace sluice;

struct sl_parquet_writer {
  explicit sl_parquet_writer(sl_sink sink)
      : memory(sluice::pool()), stream(std::make_shared<CallbackStream>(sink)) {}

  ~sl_parquet_writer() {
    // Parquet finishes files in its destructors; a failing stream keeps that short.
    stream->abandon();
    writer.reset();
  }

  // Declared first: everything below may hold memory of it.
  arrow::ProxyMemoryPool memory;
  std::shared_ptr<CallbackStream> stream;
  std::shared_ptr<arrow::Schema> schema;
  std::shared_ptr<const parquet::FileMetaData> metadata;
  std::unique_ptr<parquet::arrow::FileWriter> writer;
  std::vector<ColumnStatistics> statistics;
  parquet::RowGroupWriter* group = nullptr;  // the open row group, owned by `writer`
  int columns = 0;
  int64_t group_rows_limit = 0;
  int64_t group_bytes_limit = 0;
  int64_t group_rows = 0;
  int64_t rows = 0;
  enum { writing, closed, failed } state = writing;

  void end_group() {
    if (group == nullptr || group_rows == 0) return;
    group->Close();
    group = nullptr;
    group_rows = 0;
  }

  void append(const arrow::RecordBatch& batch) {
    int64_t offset = 0;
    while (offset < batch.num_rows()) {
      if (group == nullptr) check(writer->NewBufferedRowGroup(), SL_INVALID);
      const int64_t count = std::min(batch.num_rows() - offset, group_rows_limit - group_rows);
      if (count == batch.num_rows()) {
        check(writer->WriteRecordBatch(batch), SL_INVALID);
      } else {
        check(writer->WriteRecordBatch(*batch.Slice(offset, count)), SL_INVALID);
      }
      offset += count;
      group_rows += count;
      rows += count;
      if (group_rows >= group_rows_limit || memory.bytes_allocated() >= group_bytes_limit) end_group();
    }
  }

  /// Runs a step that sends bytes or encodes rows: after a failure the file is lost.
  template <typename Body>
  int32_t step(sl_error* error, Body&& body) noexcept {
    if (state != writing) {
      return report(error, {SL_STATE, state == closed ? "the file is closed" : "the file failed before"});
    }
    const int32_t code = guarded(error, SL_INVALID, body);
    if (code == SL_OK) return code;
    state = failed;
    if (stream->failure() == 0) return code;
    return report(error, {SL_IO, "the sink failed with code " + std::to_string(stream->failure()), stream->failure()});
  }
};

namespace {

void open(
    sl_parquet_writer& writer, struct ArrowSchema* imported, const sl_parquet_options& options) {
  if (options.column_count < 0 || options.metadata_count < 0) fail(SL_INVALID, "a negative count in the options");
  if ((options.column_count > 0 && options.columns == nullptr) ||
      (options.metadata_count > 0 && options.metadata == nullptr)) {
    fail(SL_INVALID, "a NULL array in the options");
  }
  writer.schema = check(arrow::ImportSchema(imported), SL_INVALID);
  if (writer.schema->num_fields() == 0) fail(SL_INVALID, "a schema without fields");
  writer.group_rows_limit = positive(options.row_group_rows, kRowGroupRows, "row_group_rows");
  writer.group_bytes_limit = positive(options.row_group_bytes, kRowGroupBytes, "row_group_bytes");

  parquet::WriterProperties::Builder builder;
  builder.memory_pool(&writer.memory);
  builder.version(parquet::ParquetVersion::PARQUET_2_LATEST);
  builder.enable_store_decimal_as_integer();
  const auto codec = compression(options.compression);
  builder.compression(codec);
  if (codec == arrow::Compression::ZSTD) {
    builder.compression_level(zstd_level(options.compression_level));
  }
  // Row groups are cut here, so that their memory is given back at once.
  builder.max_row_group_length(std::numeric_limits<int64_t>::max());
  builder.data_pagesize(positive(options.data_page_bytes, kDataPageBytes, "data_page_bytes"));
  builder.max_rows_per_page(positive(options.data_page_rows, kDataPageRows, "data_page_rows"));
  builder.dictionary_pagesize_limit(
      positive(options.dictionary_page_bytes, kDictionaryPageBytes, "dictionary_page_bytes"));
  builder.write_batch_size(positive(options.write_batch_size, kWriteBatchSize, "write_batch_size"));
  toggle(options.dictionary, false) ? builder.enable_dictionary() : builder.disable_dictionary();
  toggle(options.statistics, true) ? builder.enable_statistics() : builder.disable_statistics();
  toggle(options.page_index, false) ? builder.enable_write_page_index() : builder.disable_write_page_index();
  toggle(options.page_checksum, false) ? builder.enable_page_checksum() : builder.disable_page_checksum();
  builder.set_size_statistics_level(parquet::SizeStatisticsLevel::None);
  if (options.created_by != nullptr) builder.created_by(options.created_by);

  parquet::ArrowWriterProperties::Builder arrow_builder;
  if (toggle(options.int96_timestamps, false)) arrow_builder.enable_deprecated_int96_timestamps();
  const auto arrow_properties = arrow_builder.build();

  // The leaves are known only once there is a schema, which in turn depends on the file-wide properties.
  std::shared_ptr<parquet::SchemaDescriptor> descriptor;
  check(parquet::arrow::ToParquetSchema(writer.schema.get(), *builder.build(), *arrow_properties, &descriptor),
        SL_INVALID);
  writer.columns = descriptor->num_columns();
  for (int32_t index = 0; index < options.column_count; ++index) {
    apply(options.columns[index], *descriptor, builder, options);
  }

  auto pairs = std::make_shared<arrow::KeyValueMetadata>();
  for (int32_t index = 0; index < options.metadata_count; ++index) {
    const sl_key_value& pair = options.metadata[index];
    if (pair.key == nullptr || pair.value == nullptr) fail(SL_INVALID, "a NULL key or value in the metadata");
    pairs->Append(pair.key, pair.value);
  }
  if (toggle(options.store_arrow_schema, false)) {
    const auto bytes = check(arrow::ipc::SerializeSchema(*writer.schema, &writer.memory), SL_INTERNAL);
    pairs->Append("ARROW:schema", arrow::util::base64_encode(bytes->ToString()));
  }

  auto root = std::static_pointer_cast<parquet::schema::GroupNode>(descriptor->schema_root());
  auto file = parquet::ParquetFileWriter::Open(
      writer.stream, root, builder.build(), pairs->size() > 0 ? pairs : nullptr);
  auto observed = std::make_unique<parquet::ParquetFileWriter>();
  observed->Open(std::make_unique<RowGroupObserver>(std::move(file), root, &writer.group));
  check(parquet::arrow::FileWriter::Make(
            &writer.memory, std::move(observed), writer.schema, arrow_properties, &writer.writer),
        SL_INVALID);
}

}  // namespace

extern "C" {

int32_t sl_parquet_writer_open(
    struct ArrowSchema* schema, const sl_parquet_options* options, sl_sink sink, sl_parquet_writer** out,
    sl_error* error) {
  std::unique_ptr<sl_parquet_writer> writer;
  int32_t code = guarded(error, SL_INVALID, [&] {
    if (out == nullptr) fail(SL_INVALID, "no place for the writer");
    *out = nullptr;
    if (schema == nullptr || schema->release == nullptr) fail(SL_INVALID, "no schema");
    if (sink.write == nullptr) fail(SL_INVALID, "no sink");
    const sl_parquet_options defaults{};
    writer = std::make_unique<sl_parquet_writer>(sink);
    open(*writer, schema, options != nullptr ? *options : defaults);
  });
  if (schema != nullptr && schema->release != nullptr) schema->release(schema);
  if (code == SL_OK) {
    *out = writer.release();
  } else if (writer != nullptr && writer->stream->failure() != 0) {
    const int32_t failure = writer->stream->failure();
    code = report(error, {SL_IO, "the sink failed with code " + std::to_string(failure), failure});
  }
  return code;
}

int32_t sl_parquet_writer_write(sl_parquet_writer* writer, struct ArrowArray* batch, sl_error* error) {
  int32_t code;
  if (writer == nullptr || batch == nullptr || batch->release == nullptr) {
    code = report(error, {SL_INVALID, "no writer or no batch"});
  } else {
    code = writer->step(error, [&] {
      const auto imported = check(arrow::ImportRecordBatch(batch, writer->schema), SL_INVALID);
      check(imported->Validate(), SL_INVALID);
      writer->append(*imported);
    });
  }
  if (batch != nullptr && batch->release != nullptr) batch->release(batch);
  return code;
}

int32_t sl_parquet_writer_flush(sl_parquet_writer* writer, sl_error* error) {
  if (writer == nullptr) return report(error, {SL_INVALID, "no writer"});
  return writer->step(error, [&] { writer->end_group(); });
}

int64_t sl_parquet_writer_buffered_bytes(const sl_parquet_writer* writer) {
  return writer == nullptr ? 0 : writer->memory.bytes_allocated();
}

int64_t sl_parquet_writer_bytes_written(const sl_parquet_writer* writer) {
  if (writer == nullptr) return 0;
  const int64_t sent = writer->stream->position();
  if (writer->state != sl_parquet_writer::writing || writer->group == nullptr) return sent;
  try {
    // Finished pages are counted as compressed; what is not yet a page shrinks by the ratio seen so far.
    const parquet::RowGroupWriter& group = *writer->group;
    const int64_t pages = group.total_compressed_bytes() + group.total_compressed_bytes_written();
    const auto rest = group.estimated_buffered_stats();
    const int64_t raw = group.total_bytes_written();
    const double ratio = raw > 0 ? std::min(1.0, double(group.total_compressed_bytes_written()) / double(raw)) : 0.5;
    return sent + pages + int64_t(ratio * double(rest.value_bytes + rest.dict_bytes)) +
           (rest.def_level_bytes + rest.rep_level_bytes) / 16;
  } catch (...) {
    return sent;
  }
}

int64_t sl_parquet_writer_rows(const sl_parquet_writer* writer) { return writer == nullptr ? 0 : writer->rows; }

int32_t sl_parquet_writer_close(sl_parquet_writer* writer, sl_error* error) {
  if (writer == nullptr) return report(error, {SL_INVALID, "no writer"});
  return writer->step(error, [&] {
    writer->end_group();
    check(writer->writer->Close(), SL_INVALID);
    writer->group = nullptr;
    writer->metadata = writer->writer->metadata();
    writer->statistics.reserve(writer->columns);
    for (int leaf = 0; leaf < writer->columns; ++leaf) {
      writer->statistics.push_back(gather(*writer->metadata, leaf, 0, writer->metadata->num_row_groups()));
    }
    writer->state = sl_parquet_writer::closed;
  });
}

void sl_parquet_writer_free(sl_parquet_writer* writer) { delete writer; }

int32_t sl_parquet_writer_column_count(const sl_parquet_writer* writer) {
  return writer == nullptr ? 0 : writer->columns;
}

int32_t sl_parquet_writer_file_stats(const sl_parquet_writer* writer, sl_file_stats* out, sl_error* error) {
  return guarded(error, SL_INTERNAL, [&] {
    if (writer == nullptr || out == nullptr) fail(SL_INVALID, "no writer or no place for the statistics");
    *out = {};
    if (writer->state != sl_parquet_writer::closed) fail(SL_STATE, "the file is not closed");
    out->rows = writer->metadata->num_rows();
    out->row_groups = writer->metadata->num_row_groups();
    out->columns = writer->columns;
    out->file_bytes = writer->stream->position();
    for (const auto& column : writer->statistics) {
      out->compressed_bytes += column.values.compressed_bytes;
      out->uncompressed_bytes += column.values.uncompressed_bytes;
    }
  });
}

int32_t sl_parquet_writer_column_stats(
    const sl_parquet_writer* writer, int32_t leaf, sl_column_stats* out, sl_error* error) {
  return guarded(error, SL_INTERNAL, [&] {
    if (writer == nullptr || out == nullptr) fail(SL_INVALID, "no writer or no place for the statistics");
    *out = {};
    if (writer->state != sl_parquet_writer::closed) fail(SL_STATE, "the file is not closed");
    if (leaf < 0 || leaf >= writer->columns) fail(SL_INVALID, "no leaf " + std::to_string(leaf));
    *out = writer->statistics[leaf].view();
  });
}

}  // extern "C"
