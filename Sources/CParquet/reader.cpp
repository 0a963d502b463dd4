#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/c/bridge.h>
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include "internal.h"
#include "statistics.h"

namespace sluice {

namespace {

constexpr int64_t kBatchRows = 8192;
/// What all column streams of a row group may read ahead together, and the bounds for one.
constexpr int64_t kReadAhead = 16 << 20;
constexpr int64_t kMinimumColumnReadAhead = 32 << 10;
constexpr int64_t kMaximumColumnReadAhead = 1 << 20;

/// The caller's source as a file. Remembers a failure, because Parquet keeps only its text.
class CallbackFile final : public arrow::io::RandomAccessFile {
 public:
  explicit CallbackFile(sl_source source) : source_(source) {}

  arrow::Result<int64_t> ReadAt(int64_t offset, int64_t count, void* out) override {
    if (offset < 0 || count < 0) return arrow::Status::Invalid("a read outside the file");
    count = std::min(count, std::max<int64_t>(0, source_.size - offset));
    if (count == 0) return 0;
    const int32_t code = source_.read_at(source_.context, offset, count, static_cast<uint8_t*>(out));
    if (code != 0) {
      failure_ = code;
      return arrow::Status::IOError("the source failed");
    }
    return count;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t offset, int64_t count) override {
    count = std::min(std::max<int64_t>(0, count), std::max<int64_t>(0, source_.size - std::max<int64_t>(0, offset)));
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(count, pool()));
    ARROW_ASSIGN_OR_RAISE(int64_t read, ReadAt(offset, count, buffer->mutable_data()));
    ARROW_RETURN_NOT_OK(buffer->Resize(read));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }
  arrow::Result<int64_t> Read(int64_t count, void* out) override {
    ARROW_ASSIGN_OR_RAISE(int64_t read, ReadAt(position_, count, out));
    position_ += read;
    return read;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t count) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, count));
    position_ += buffer->size();
    return buffer;
  }
  arrow::Status Seek(int64_t position) override {
    if (position < 0 || position > source_.size) return arrow::Status::Invalid("a seek outside the file");
    position_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Result<int64_t> GetSize() override { return source_.size; }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

  /// The callback's last failure, which is forgotten by asking.
  int32_t take_failure() { return std::exchange(failure_, 0); }

 private:
  sl_source source_;
  int64_t position_ = 0;
  int32_t failure_ = 0;
  bool closed_ = false;
};

constexpr char kArrowSchemaKey[] = "ARROW:schema";

/// The metadata without Arrow's own schema, which would bring back the types of whoever wrote the file (large or view
/// strings, dictionaries) in place of those that this library promises. Arrow offers no way to ignore it, so the key is
/// renamed in the serialized footer.
std::shared_ptr<parquet::FileMetaData> without_arrow_schema(std::shared_ptr<parquet::FileMetaData> metadata) {
  const auto& pairs = metadata->key_value_metadata();
  if (pairs == nullptr || pairs->FindKey(kArrowSchemaKey) < 0) return metadata;
  std::string footer = metadata->SerializeToString();
  // In Thrift's compact protocol a string is its length, here one byte, and its bytes. Pairs come after the row groups.
  const size_t length = std::strlen(kArrowSchemaKey);
  const std::string key = static_cast<char>(length) + std::string(kArrowSchemaKey);
  const size_t position = footer.rfind(key);
  if (position == std::string::npos) return metadata;
  footer[position + length] = '-';
  return parquet::FileMetaData::Make(footer.data(), static_cast<int64_t>(footer.size()));
}

}  // namespace

}  // namespace sluice

using namespace sluice;

struct sl_parquet_reader {
  explicit sl_parquet_reader(sl_source source) : file(std::make_shared<CallbackFile>(source)) {}

  std::shared_ptr<CallbackFile> file;
  std::shared_ptr<parquet::FileMetaData> metadata;  // as in the file
  std::shared_ptr<parquet::FileMetaData> plain;     // without Arrow's schema
  std::shared_ptr<arrow::Schema> schema;
  std::vector<std::vector<int>> leaves;             // of each top-level field
  std::map<std::pair<int, int>, ColumnStatistics> statistics;
  std::unique_ptr<parquet::arrow::FileReader> reader;
  std::unique_ptr<arrow::RecordBatchReader> stream;  // must go before `reader`

  ~sl_parquet_reader() { close_stream(); }

  void close_stream() {
    stream.reset();
    reader.reset();
  }

  template <typename Body>
  int32_t step(sl_error* error, Body&& body) noexcept {
    const int32_t code = guarded(error, SL_CORRUPT, body);
    const int32_t failure = file->take_failure();
    if (code == SL_OK || failure == 0) return code;
    return report(error, {SL_IO, "the source failed with code " + std::to_string(failure), failure});
  }
};

namespace {

parquet::ArrowReaderProperties arrow_properties(int64_t batch_rows) {
  parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  properties.set_pre_buffer(false);
  properties.set_batch_size(batch_rows);
  return properties;
}

void open(sl_parquet_reader& reader) {
  parquet::ReaderProperties properties(pool());
  auto file = parquet::ParquetFileReader::Open(reader.file, properties);
  reader.metadata = file->metadata();
  file.reset();
  reader.plain = without_arrow_schema(reader.metadata);
  const auto arrow = arrow_properties(kBatchRows);
  check(parquet::arrow::FromParquetSchema(
            reader.plain->schema(), arrow, reader.plain->key_value_metadata(), &reader.schema),
        SL_CORRUPT);
  const auto& root = *reader.plain->schema()->group_node();
  reader.leaves.resize(root.field_count());
  for (int leaf = 0; leaf < reader.plain->num_columns(); ++leaf) {
    const auto* top = reader.plain->schema()->GetColumnRoot(leaf);
    reader.leaves[root.FieldIndex(*top)].push_back(leaf);
  }
}

std::vector<int> all(int count) {
  std::vector<int> indices(count);
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

std::vector<int> chosen(const int32_t* indices, int32_t count, int limit, bool unique, const char* what) {
  if (indices == nullptr) return all(limit);
  if (count < 0) fail(SL_INVALID, std::string("a negative number of ") + what);
  std::vector<int> out(indices, indices + count);
  std::vector<bool> seen(limit, false);
  for (int index : out) {
    if (index < 0 || index >= limit) fail(SL_INVALID, std::string("no such index among the ") + what);
    if (unique && seen[index]) fail(SL_INVALID, std::string("an index twice among the ") + what);
    seen[index] = true;
  }
  return out;
}

void open_stream(
    sl_parquet_reader& reader, const int32_t* columns, int32_t column_count, const int32_t* row_groups,
    int32_t row_group_count, int64_t batch_rows) {
  reader.close_stream();
  if (batch_rows < 0) fail(SL_INVALID, "batch_rows is negative");
  const auto groups = chosen(row_groups, row_group_count, reader.plain->num_row_groups(), false, "row groups");
  std::vector<int> leaves;
  for (int field : chosen(columns, column_count, static_cast<int>(reader.leaves.size()), true, "columns")) {
    leaves.insert(leaves.end(), reader.leaves[field].begin(), reader.leaves[field].end());
  }
  parquet::ReaderProperties properties(pool());
  properties.enable_buffered_stream();
  properties.set_buffer_size(std::clamp<int64_t>(
      kReadAhead / std::max<int64_t>(1, static_cast<int64_t>(leaves.size())), kMinimumColumnReadAhead,
      kMaximumColumnReadAhead));
  auto file = parquet::ParquetFileReader::Open(reader.file, properties, reader.plain);
  reader.reader = check(
      parquet::arrow::FileReader::Make(
          pool(), std::move(file), arrow_properties(batch_rows == 0 ? kBatchRows : batch_rows)),
      SL_CORRUPT);
  reader.stream = check(reader.reader->GetRecordBatchReader(groups, leaves), SL_CORRUPT);
}

}  // namespace

extern "C" {

int32_t sl_parquet_reader_open(sl_source source, sl_parquet_reader** out, sl_error* error) {
  if (out == nullptr) return report(error, {SL_INVALID, "no place for the reader"});
  *out = nullptr;
  if (source.read_at == nullptr || source.size < 0) return report(error, {SL_INVALID, "no source"});
  std::unique_ptr<sl_parquet_reader> reader;
  int32_t code = guarded(error, SL_INTERNAL, [&] { reader = std::make_unique<sl_parquet_reader>(source); });
  if (code != SL_OK) return code;
  code = reader->step(error, [&] { open(*reader); });
  if (code == SL_OK) *out = reader.release();
  return code;
}

int32_t sl_parquet_reader_schema(sl_parquet_reader* reader, struct ArrowSchema* out, sl_error* error) {
  return guarded(error, SL_INTERNAL, [&] {
    if (reader == nullptr || out == nullptr) fail(SL_INVALID, "no reader or no place for the schema");
    *out = {};
    check(arrow::ExportSchema(*reader->schema->RemoveMetadata(), out), SL_INTERNAL);
  });
}

int64_t sl_parquet_reader_rows(const sl_parquet_reader* reader) {
  return reader == nullptr ? 0 : reader->metadata->num_rows();
}

int32_t sl_parquet_reader_row_group_count(const sl_parquet_reader* reader) {
  return reader == nullptr ? 0 : reader->metadata->num_row_groups();
}

int64_t sl_parquet_reader_row_group_rows(const sl_parquet_reader* reader, int32_t row_group) {
  int64_t rows = -1;
  guarded(nullptr, SL_INTERNAL, [&] {
    if (reader == nullptr || row_group < 0 || row_group >= reader->metadata->num_row_groups()) return;
    rows = reader->metadata->RowGroup(row_group)->num_rows();
  });
  return rows;
}

int32_t sl_parquet_reader_column_count(const sl_parquet_reader* reader) {
  return reader == nullptr ? 0 : reader->metadata->num_columns();
}

const char* sl_parquet_reader_metadata(const sl_parquet_reader* reader, const char* key) {
  if (reader == nullptr || key == nullptr) return nullptr;
  const auto& pairs = reader->metadata->key_value_metadata();
  if (pairs == nullptr) return nullptr;
  for (int64_t index = 0; index < pairs->size(); ++index) {
    if (pairs->key(index) == key) return pairs->value(index).c_str();
  }
  return nullptr;
}

int32_t sl_parquet_reader_column_stats(
    sl_parquet_reader* reader, int32_t row_group, int32_t leaf, sl_column_stats* out, sl_error* error) {
  return guarded(error, SL_CORRUPT, [&] {
    if (reader == nullptr || out == nullptr) fail(SL_INVALID, "no reader or no place for the statistics");
    *out = {};
    const int groups = reader->metadata->num_row_groups();
    if (leaf < 0 || leaf >= reader->metadata->num_columns()) fail(SL_INVALID, "no leaf " + std::to_string(leaf));
    if (row_group < -1 || row_group >= groups) fail(SL_INVALID, "no row group " + std::to_string(row_group));
    const auto place = std::make_pair(row_group, leaf);
    auto found = reader->statistics.find(place);
    if (found == reader->statistics.end()) {
      const int first = row_group < 0 ? 0 : row_group;
      const int end = row_group < 0 ? groups : row_group + 1;
      found = reader->statistics.emplace(place, gather(*reader->metadata, leaf, first, end)).first;
    }
    *out = found->second.view();
  });
}

int32_t sl_parquet_reader_open_stream(
    sl_parquet_reader* reader, const int32_t* columns, int32_t column_count, const int32_t* row_groups,
    int32_t row_group_count, int64_t batch_rows, sl_error* error) {
  if (reader == nullptr) return report(error, {SL_INVALID, "no reader"});
  const int32_t code = reader->step(
      error, [&] { open_stream(*reader, columns, column_count, row_groups, row_group_count, batch_rows); });
  if (code != SL_OK) reader->close_stream();
  return code;
}

int32_t sl_parquet_reader_stream_schema(sl_parquet_reader* reader, struct ArrowSchema* out, sl_error* error) {
  return guarded(error, SL_INTERNAL, [&] {
    if (reader == nullptr || out == nullptr) fail(SL_INVALID, "no reader or no place for the schema");
    *out = {};
    if (reader->stream == nullptr) fail(SL_STATE, "no open stream");
    check(arrow::ExportSchema(*reader->stream->schema()->RemoveMetadata(), out), SL_INTERNAL);
  });
}

int32_t sl_parquet_reader_next(sl_parquet_reader* reader, struct ArrowArray* out, int32_t* has_more, sl_error* error) {
  if (reader == nullptr || out == nullptr || has_more == nullptr) {
    return report(error, {SL_INVALID, "no reader or no place for the batch"});
  }
  *out = {};
  *has_more = 0;
  const int32_t code = reader->step(error, [&] {
    if (reader->stream == nullptr) fail(SL_STATE, "no open stream");
    std::shared_ptr<arrow::RecordBatch> batch;
    check(reader->stream->ReadNext(&batch), SL_CORRUPT);
    if (batch == nullptr) return;
    check(arrow::ExportRecordBatch(*batch, out), SL_INTERNAL);
    *has_more = 1;
  });
  if (code != SL_OK) reader->close_stream();
  return code;
}

void sl_parquet_reader_free(sl_parquet_reader* reader) { delete reader; }

}  // extern "C"
