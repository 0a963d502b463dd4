// zlib: checksums of the binary log, and compressed events of MariaDB.
#include <zlib.h>
