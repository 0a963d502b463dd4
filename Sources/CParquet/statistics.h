// Column statistics of a file's metadata, gathered over row groups.
#pragma once

#include <string>

#include <parquet/metadata.h>

#include "CParquet.h"

namespace sluice {

struct ColumnStatistics {
  std::string path, min, max;
  sl_column_stats values{};

  /// The C view; its pointers live as long as this object stays where it is.
  sl_column_stats view() const;
};

/// Statistics of `leaf` in the row groups `first..<end`.
ColumnStatistics gather(const parquet::FileMetaData& metadata, int leaf, int first, int end);

}  // namespace sluice
