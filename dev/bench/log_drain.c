/* log_drain PORT FILE OFFSET
   The least work that a reader of the binary log can do: every event is received, and its length is looked at. Ends at the head of
   the log. User sluice, password in MYSQL_PASSWORD. Prints a JSON line. */
#include <mysql.h>
#include <mariadb_rpl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

int main(int count, char **words) {
  if (count != 4) return 2;
  MYSQL *connection = mysql_init(NULL);
  if (!mysql_real_connect(connection, "127.0.0.1", "sluice", getenv("MYSQL_PASSWORD"), NULL, (unsigned)atoi(words[1]), NULL, 0) ||
      mysql_query(connection, "SET @master_binlog_checksum = @@global.binlog_checksum") ||
      mysql_query(connection, "SET @mariadb_slave_capability = 4")) {
    fprintf(stderr, "log_drain: %s\n", mysql_error(connection));
    return 1;
  }
  unsigned char request[256] = {0};
  size_t name = strlen(words[2]);
  unsigned long offset = strtoul(words[3], NULL, 10);
  for (int place = 0; place < 4; place++) request[place] = (unsigned char)(offset >> (8 * place));
  request[4] = 1; /* end at the head of the log instead of waiting there */
  request[6] = 0xfe, request[7] = 0xff, request[8] = 0x7f; /* a server id that nobody has */
  if (name > sizeof request - 10) return 2;
  memcpy(request + 10, words[2], name);
  if (connection->methods->db_command(connection, COM_BINLOG_DUMP, (const char *)request, 10 + name, 1, NULL)) return 1;
  unsigned long long events = 0, bytes = 0;
  for (;;) {
    unsigned long length = mysql_net_read_packet(connection);
    if (length == packet_error) {
      fprintf(stderr, "log_drain: %s\n", mysql_error(connection));
      return 1;
    }
    if (length < 8 && connection->net.read_pos[0] == 0xfe) break;
    events++;
    bytes += length;
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"events\": %llu, \"bytes\": %llu, \"rss\": %ld}\n", events, bytes, usage.ru_maxrss * 1024L);
  return 0;
}
