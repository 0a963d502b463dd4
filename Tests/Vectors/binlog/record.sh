#!/usr/bin/env bash
# usage: Tests/Vectors/binlog/record.sh
# Records the binary logs in this folder anew, from servers of its own: the same statements under different settings.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SERVERS=$HERE/../../../dev/servers
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

statements() {
  cat <<'SQL'
CREATE DATABASE shop CHARACTER SET utf8mb4;
USE shop;
CREATE TABLE goods (id INT UNSIGNED NOT NULL, name VARCHAR(300), price DECIMAL(10,2), made DATETIME(6), day DATE, sort ENUM('a','b','c'),
  flags SET('x','y'), note TEXT CHARACTER SET latin1, doc JSON, raw BINARY(4), PRIMARY KEY (id));
INSERT INTO goods VALUES
  (1, 'one é', 1.50, '2024-02-29 12:34:56.123456', '2024-02-29', 'b', 'x,y', 'é€', '{"a": [1, 2.5, "x"], "long": "a text that is long enough"}', x'00ff'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, REPEAT('long ', 60), -99999999.99, '1969-12-31', '0001-01-01', 'c', '', '', '[]', '');
BEGIN; UPDATE goods SET price = price + 1, doc = JSON_SET(doc, '$.a[1]', 3.5) WHERE id = 1; UPDATE goods SET id = 30 WHERE id = 3; COMMIT;
SAVEPOINT nothing;
BEGIN; INSERT INTO goods (id) VALUES (4); SAVEPOINT s; INSERT INTO goods (id) VALUES (5); ROLLBACK TO s; DELETE FROM goods WHERE id = 2; COMMIT;
XA START 'branch', 'part', 7; INSERT INTO goods (id, name) VALUES (6, 'six'); XA END 'branch', 'part', 7; XA PREPARE 'branch', 'part', 7;
XA COMMIT 'branch', 'part', 7;
ALTER TABLE goods ADD COLUMN extra INT DEFAULT 5;
INSERT INTO goods (id) VALUES (7);
TRUNCATE TABLE goods;
SQL
}

# record PRODUCT NAME EXTRA_SQL OPTION...: the second log file of a fresh server.
record() {
  local name=$2 extra=$3 script=$SERVERS/$1.sh folder=$WORK/$2; shift 3
  "$script" start "$folder" 0 "$@"
  "$script" client "$folder" --default-character-set=utf8mb4 -e 'FLUSH BINARY LOGS'
  { statements; echo "$extra"; } | "$script" client "$folder" --default-character-set=utf8mb4
  "$script" client "$folder" -e 'FLUSH BINARY LOGS'
  local file
  file=$(grep -la goods "$folder"/data/binlog.0* | head -1)
  cp "$file" "$HERE/$name.bin"
  "$script" stop "$folder"
}

tagged="SET gtid_next = 'AUTOMATIC:tagged'; INSERT INTO goods (id) VALUES (8); SET gtid_next = 'AUTOMATIC';"
record mysql mysql-full "$tagged"
record mysql mysql-plain "" --binlog-checksum=NONE --binlog-row-metadata=MINIMAL --gtid-mode=OFF --enforce-gtid-consistency=OFF --binlog-rows-query-log-events=ON
record mysql mysql-compressed "$tagged" --binlog-transaction-compression=ON --binlog-row-value-options=PARTIAL_JSON --binlog-row-metadata=MINIMAL
record mysql mysql-compressed-plain "" --binlog-transaction-compression=ON --binlog-row-value-options=PARTIAL_JSON --binlog-checksum=NONE
record mysql mysql-partial-plain "" --binlog-row-value-options=PARTIAL_JSON --binlog-checksum=NONE
record mariadb mariadb-full "" --binlog-checksum=CRC32
record mariadb mariadb-plain "" --binlog-checksum=NONE --binlog-row-metadata=NO_LOG
record mariadb mariadb-compressed "" --log-bin-compress --log-bin-compress-min-len=10 --binlog-row-metadata=NO_LOG --binlog-checksum=NONE
ls -l "$HERE"
