#!/usr/bin/env bash
# MariaDB (Debian's mariadb-server-core): see lib.sh for the commands.
# Users: root without a password, app/apppass with all rights, sluice/sluicepass with just what Sluice needs. TLS: DATADIR/tls/ca.pem.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
command -v mariadbd >/dev/null || die "mariadbd is missing: run ./setup"

server_version() { echo "mariadb-$(mariadbd --no-defaults --version | sed 's/.*Ver \([0-9.]*\).*/\1/')"; }

users_sql() {
  cat <<'SQL'
FLUSH PRIVILEGES;
CREATE OR REPLACE USER 'root'@'127.0.0.1' IDENTIFIED BY '';
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
CREATE USER 'app'@'%' IDENTIFIED BY 'apppass';
GRANT ALL ON *.* TO 'app'@'%';
CREATE USER 'sluice'@'%' IDENTIFIED BY 'sluicepass';
GRANT SELECT, SHOW DATABASES, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO 'sluice'@'%';
SQL
}

initialize() {
  mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$1/data" --extra-file="$1/users.sql" \
    --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve
}

# Sets SERVER for `launch`.
# shellcheck disable=SC2034
server_command() {
  SERVER=(mariadbd --no-defaults --user="$(id -un)" --datadir="$DIR/data" --tmpdir="$DIR" --pid-file="$DIR/server.pid"
    --bind-address="$HOST" --port="$1" --socket="$(socket)" --server-id="$1" --skip-name-resolve
    --ssl-ca="$DIR/tls/ca.pem" --ssl-cert="$DIR/tls/server.pem" --ssl-key="$DIR/tls/server-key.pem"
    --log-bin=binlog --binlog-format=ROW --binlog-row-image=FULL --binlog-row-metadata=FULL
    --gtid-strict-mode=ON --log-slave-updates=ON --sync-binlog=0
    --innodb-flush-log-at-trx-commit=2 --innodb-flush-method=nosync --innodb-doublewrite=OFF --innodb-log-file-size=256M
    --innodb-buffer-pool-size="${BUFFER_POOL:-128M}" --character-set-server=utf8mb4 --max-allowed-packet=256M --local-infile=ON)
}

client() { mariadb --no-defaults -uroot -S "$(socket)" "$@"; }

run "$@"
