#include "statistics.h"

#include <parquet/schema.h>
#include <parquet/statistics.h>

#include "internal.h"

namespace sluice {

namespace {

/// Widens `into` by the bounds of `other`, in the column's logical order.
void merge(parquet::Statistics& into, const parquet::Statistics& other) {
  auto typed = [&]<typename Type>(Type) {
    using Typed = parquet::TypedStatistics<Type>;
    static_cast<Typed&>(into).Merge(static_cast<const Typed&>(other));
  };
  switch (into.physical_type()) {
    case parquet::Type::BOOLEAN: return typed(parquet::BooleanType{});
    case parquet::Type::INT32: return typed(parquet::Int32Type{});
    case parquet::Type::INT64: return typed(parquet::Int64Type{});
    case parquet::Type::INT96: return typed(parquet::Int96Type{});
    case parquet::Type::FLOAT: return typed(parquet::FloatType{});
    case parquet::Type::DOUBLE: return typed(parquet::DoubleType{});
    case parquet::Type::BYTE_ARRAY: return typed(parquet::ByteArrayType{});
    case parquet::Type::FIXED_LEN_BYTE_ARRAY: return typed(parquet::FLBAType{});
    default: fail(SL_UNSUPPORTED, "statistics of an unknown physical type");
  }
}

}  // namespace

sl_column_stats ColumnStatistics::view() const {
  sl_column_stats out = values;
  out.path = path.c_str();
  if (out.has_min_max) {
    out.min = reinterpret_cast<const uint8_t*>(min.data());
    out.min_size = static_cast<int64_t>(min.size());
    out.max = reinterpret_cast<const uint8_t*>(max.data());
    out.max_size = static_cast<int64_t>(max.size());
  }
  return out;
}

ColumnStatistics gather(const parquet::FileMetaData& metadata, int leaf, int first, int end) {
  const parquet::ColumnDescriptor* column = metadata.schema()->Column(leaf);
  ColumnStatistics out;
  out.path = column->path()->ToDotString();
  sl_column_stats& values = out.values;
  values.field_id = column->schema_node()->field_id();
  values.physical_type = column->physical_type();
  values.type_length = column->physical_type() == parquet::Type::FIXED_LEN_BYTE_ARRAY ? column->type_length() : 0;
  values.has_null_count = 1;

  std::shared_ptr<parquet::Statistics> bounds;
  bool known = column->sort_order() != parquet::SortOrder::UNKNOWN;
  for (int group = first; group < end; ++group) {
    auto chunk = metadata.RowGroup(group)->ColumnChunk(leaf);
    values.value_count += chunk->num_values();
    values.compressed_bytes += chunk->total_compressed_size();
    values.uncompressed_bytes += chunk->total_uncompressed_size();
    if (chunk->num_values() == 0) continue;
    auto statistics = chunk->statistics();
    bool counted = statistics != nullptr && statistics->HasNullCount();
    if (counted) {
      values.null_count += statistics->null_count();
    } else {
      values.has_null_count = 0;
    }
    if (statistics != nullptr && statistics->HasMinMax()) {
      if (!known) continue;
      if (bounds == nullptr) bounds = parquet::Statistics::Make(column, pool());
      merge(*bounds, *statistics);
    } else if (!counted || statistics->null_count() < chunk->num_values()) {
      known = false;
    }
  }
  if (!values.has_null_count) values.null_count = 0;
  if (known && bounds != nullptr && bounds->HasMinMax()) {
    values.has_min_max = 1;
    out.min = bounds->EncodeMin();
    out.max = bounds->EncodeMax();
  }
  return out;
}

}  // namespace sluice
