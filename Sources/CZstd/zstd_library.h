// Zstandard: compressed transactions of MySQL's binary log.
#include <zstd.h>
