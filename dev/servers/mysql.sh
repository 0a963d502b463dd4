#!/usr/bin/env bash
# Oracle MySQL, unpacked by debroot.sh into .deps/mysql: see lib.sh for the commands.
# Users: root/rootpass, app/apppass with all rights, sluice/sluicepass with just what Sluice needs; all authenticate by
# caching_sha2_password. TLS: DATADIR/tls/ca.pem.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
ROOT=$DEPS/mysql
[[ -x $ROOT/usr/sbin/mysqld ]] || die "MySQL is missing: run ./setup --tests"
LOADER=("$ROOT/lib64/ld-linux-x86-64.so.2" --library-path "$ROOT/usr/lib/x86_64-linux-gnu")
BASE=(--no-defaults --user="$(id -un)" --basedir="$ROOT/usr" --lc-messages-dir="$ROOT/usr/share/mysql"
  --character-sets-dir="$ROOT/usr/share/mysql/charsets" --plugin-dir="$ROOT/usr/lib/mysql/plugin" --secure-file-priv=)

server_version() { echo "mysql-$("${LOADER[@]}" "$ROOT/usr/sbin/mysqld" --no-defaults --version | sed 's/.*Ver \([0-9.]*\).*/\1/')"; }

users_sql() {
  cat <<'SQL'
ALTER USER 'root'@'localhost' IDENTIFIED BY 'rootpass';
CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY 'rootpass';
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
CREATE USER 'app'@'%' IDENTIFIED BY 'apppass';
GRANT ALL ON *.* TO 'app'@'%';
CREATE USER 'sluice'@'%' IDENTIFIED BY 'sluicepass';
GRANT SELECT, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'sluice'@'%';
SQL
}

initialize() {
  "${LOADER[@]}" "$ROOT/usr/sbin/mysqld" "${BASE[@]}" --datadir="$1/data" --initialize-insecure --init-file="$1/users.sql" \
    --innodb-redo-log-capacity=16M --innodb-flush-method=nosync
}

# Sets SERVER for `launch`.
# shellcheck disable=SC2034
server_command() {
  SERVER=("${LOADER[@]}" "$ROOT/usr/sbin/mysqld" "${BASE[@]}" --datadir="$DIR/data" --tmpdir="$DIR" --pid-file="$DIR/server.pid"
    --bind-address="$HOST" --port="$1" --socket="$(socket)" --server-id="$1" --skip-name-resolve --mysqlx=OFF
    --ssl-ca="$DIR/tls/ca.pem" --ssl-cert="$DIR/tls/server.pem" --ssl-key="$DIR/tls/server-key.pem"
    --log-bin=binlog --binlog-format=ROW --binlog-row-image=FULL --binlog-row-metadata=FULL
    --gtid-mode=ON --enforce-gtid-consistency=ON --sync-binlog=0
    --innodb-flush-log-at-trx-commit=2 --innodb-flush-method=nosync --innodb-doublewrite=OFF --innodb-redo-log-capacity=256M
    --innodb-buffer-pool-size="${BUFFER_POOL:-128M}" --performance-schema=OFF --max-allowed-packet=256M --local-infile=ON)
}

client() { MYSQL_PWD=rootpass "${LOADER[@]}" "$ROOT/usr/bin/mysql" --no-defaults -uroot -S "$(socket)" "$@"; }

run "$@"
