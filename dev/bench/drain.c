/* drain PORT DATABASE TABLE KEY PAGE [BOUND...]
   The least work that a reader can do: pages of a table in key order, one connection a key range, and only the lengths of the values
   are looked at. The BOUNDs part the ranges. User sluice, password in MYSQL_PASSWORD. Prints a JSON line. */
#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MAX_RANGES 64

static const char *database, *table, *key;
static unsigned port;
static unsigned long page;

struct range {
  const char *lower, *upper;
  unsigned long long rows, bytes;
};

static void fail(MYSQL *connection) {
  fprintf(stderr, "drain: %s\n", mysql_error(connection));
  exit(1);
}

static MYSQL *open_connection(void) {
  MYSQL *connection = mysql_init(NULL);
  mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (!mysql_real_connect(connection, "127.0.0.1", "sluice", getenv("MYSQL_PASSWORD"), database, port, NULL, 0)) fail(connection);
  return connection;
}

static void *drain(void *argument) {
  struct range *range = argument;
  MYSQL *connection = open_connection();
  char last[1024] = "", lower[2100] = "", upper[2100] = "", query[8192];
  if (range->lower) snprintf(lower, sizeof lower, "%s", range->lower);
  if (range->upper) snprintf(upper, sizeof upper, " AND `%s` <= '%s'", key, range->upper);
  for (unsigned long long seen = page; seen == page;) {
    char after[4200] = "";
    if (*lower) snprintf(after, sizeof after, " AND `%s` > '%s'", key, lower);
    int length = snprintf(query, sizeof query, "SELECT * FROM `%s` FORCE INDEX (PRIMARY) WHERE TRUE%s%s ORDER BY `%s` LIMIT %lu",
                          table, after, upper, key, page);
    if (mysql_real_query(connection, query, length)) fail(connection);
    MYSQL_RES *result = mysql_use_result(connection);
    unsigned columns = mysql_num_fields(result), place = 0;
    while (place < columns - 1 && strcmp(mysql_fetch_field_direct(result, place)->name, key)) place++;
    seen = 0;
    for (MYSQL_ROW row; (row = mysql_fetch_row(result)); seen++) {
      unsigned long *lengths = mysql_fetch_lengths(result);
      for (unsigned i = 0; i < columns; i++) range->bytes += lengths[i];
      if (seen == page - 1) snprintf(last, sizeof last, "%s", row[place]);
    }
    if (mysql_errno(connection)) fail(connection);
    mysql_free_result(result);
    range->rows += seen;
    mysql_real_escape_string(connection, lower, last, strlen(last));
  }
  mysql_close(connection);
  return NULL;
}

/* Of this program alone: what getrusage tells includes the process that started it. */
static unsigned long peak_kibibytes(void) {
  char line[256];
  unsigned long peak = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status) && sscanf(line, "VmHWM: %lu", &peak) != 1) continue;
  if (status) fclose(status);
  return peak;
}

static double seconds(struct timeval value) { return value.tv_sec + value.tv_usec / 1e6; }

int main(int count, char **arguments) {
  int ranges = count - 5;
  if (ranges < 1 || ranges > MAX_RANGES) {
    fprintf(stderr, "usage: drain PORT DATABASE TABLE KEY PAGE [BOUND...]\n");
    return 2;
  }
  port = atoi(arguments[1]), database = arguments[2], table = arguments[3], key = arguments[4], page = strtoul(arguments[5], NULL, 10);
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  mysql_library_init(0, NULL, NULL);
  struct range work[MAX_RANGES] = {0};
  pthread_t threads[MAX_RANGES];
  for (int i = 0; i < ranges; i++) {
    work[i].lower = i > 0 ? arguments[5 + i] : NULL;
    work[i].upper = i < ranges - 1 ? arguments[6 + i] : NULL;
    pthread_create(&threads[i], NULL, drain, &work[i]);
  }
  unsigned long long rows = 0, bytes = 0;
  for (int i = 0; i < ranges; i++) {
    pthread_join(threads[i], NULL);
    rows += work[i].rows, bytes += work[i].bytes;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"rows\": %llu, \"bytes\": %llu, \"wall\": %.3f, \"cpu\": %.3f, \"rss\": %lu}\n", rows, bytes,
         end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9, seconds(usage.ru_utime) + seconds(usage.ru_stime),
         peak_kibibytes() * 1024);
  return 0;
}
