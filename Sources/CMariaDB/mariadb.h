// The client library of MariaDB, which speaks to MySQL and MariaDB servers alike.
#include <mysql.h>
#include <errmsg.h>
#include <mysqld_error.h>
