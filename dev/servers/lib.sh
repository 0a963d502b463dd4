# shellcheck shell=bash
# One database server for tests, demo and benchmarks, on 127.0.0.1 with a data directory of its own. Sourced by mariadb.sh and
# mysql.sh, which say how to initialize, start and query theirs; `run` below is the rest.
#
#   start DATADIR [PORT [OPTION...]]    returns when the server answers; does nothing when it already runs
#   restart DATADIR [PORT [OPTION...]]  stops and starts; keeps the port, and the options unless new ones are given
#   stop | kill DATADIR                 ends it cleanly, or with SIGKILL; the data stays
#   status DATADIR                      exit code 3 when it does not run
#   client DATADIR [ARGUMENT...]        the command line client as root
#
# PORT 0 or none chooses a free one (a known data directory keeps its own) and writes it to DATADIR/port. OPTIONs are server
# options. With SERVER_OWNER=PID the server ends when that process does. BUFFER_POOL sizes InnoDB's cache (128M).
# Only a process recorded in DATADIR/pid with the same start time is ever signalled.
set -euo pipefail
HOST=127.0.0.1
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DEPS=$(cd "$HERE/../.." && pwd)/.deps
PATH=$PATH:/usr/sbin:/sbin

die() { echo "${0##*/}: $*" >&2; exit 1; }
usage() { sed -n '5,10s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

alive() { [[ -n ${2:-} && $(start_time "$1") == "$2" && $(sed 's/.*) //;s/ .*//' "/proc/$1/stat" 2>/dev/null) != Z ]]; }

running() {
  local pid since
  [[ -s $DIR/pid ]] && read -r pid since <"$DIR/pid" && alive "$pid" "$since"
}

port_open() { (exec 3<>"/dev/tcp/$HOST/$1") 2>/dev/null; }

# Below the range that the kernel hands out to outgoing connections.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((RANDOM % 12000 + 20000))
    port_open "$port" || { echo "$port"; return; }
  done
  die "found no free port"
}

# A certificate authority, a server certificate for 127.0.0.1 and localhost, and an authority that signed nothing.
make_certificates() {
  local tls=$DIR/tls name
  [[ -e $tls/server.pem ]] && return
  mkdir -p "$tls"
  for name in ca other-ca; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=sluice test $name" \
      -keyout "$tls/$name-key.pem" -out "$tls/$name.pem" 2>/dev/null
  done
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
    -keyout "$tls/server-key.pem" -out "$tls/server.csr" 2>/dev/null
  openssl x509 -req -in "$tls/server.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca-key.pem" -CAcreateserial -days 3650 \
    -extfile <(echo "subjectAltName=DNS:localhost,IP:$HOST") -out "$tls/server.pem" 2>/dev/null
}

# Initializing is slow, so it is done once for each server version, and copied.
copy_initial_data() {
  local template=$DEPS/servers/$1
  if [[ ! -e $template ]]; then
    mkdir -p "$DEPS/servers"
    local work
    work=$(mktemp -d "$DEPS/servers/.new.XXXXXX")
    users_sql >"$work/users.sql"
    initialize "$work" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; die "cannot initialize, see $work/log"; }
    rm -f "$work/data/auto.cnf"
    mv -T "$work" "$template" 2>/dev/null || rm -rf "$work"
  fi
  rm -rf "$DIR/data"
  cp -a "$template/data" "$DIR/data.new"
  mv "$DIR/data.new" "$DIR/data"
}

# The paths of unix sockets are limited to 107 bytes.
socket() {
  local path=$DIR/socket
  ((${#path} <= 100)) || path=${TMPDIR:-/tmp}/sluice-$(cksum <<<"$DIR" | cut -d' ' -f1).socket
  echo "$path"
}

launch() {
  local SERVER=()
  server_command "$PORT"
  setsid "${SERVER[@]}" "${OPTIONS[@]}" >>"$DIR/log" 2>&1 </dev/null 9>&- &
  echo "$! $(start_time $!)" >"$DIR/pid"
  local deadline=$((SECONDS + 60))
  until [[ -S $(socket) ]] && port_open "$PORT" && client -e 'SELECT 1' >/dev/null 2>&1; do
    running || return 1
    ((SECONDS < deadline)) || { end KILL; return 1; }
    sleep 0.05
  done
}

# The watcher ends with the server that it was started for.
watch_owner() {
  local owner=$1 owner_since pid since
  owner_since=$(start_time "$owner")
  read -r pid since <"$DIR/pid"
  (
    while alive "$pid" "$since"; do
      alive "$owner" "$owner_since" || { kill -TERM "$pid"; break; }
      sleep 0.5
    done
  ) >/dev/null 2>&1 </dev/null 9>&- &
}

start() {
  if running; then echo "running on $HOST:$(cat "$DIR/port")"; return; fi
  local began chosen=false version
  began=$(date +%s%3N)
  version=$(server_version)
  [[ -e $DIR/data ]] || copy_initial_data "$version"
  make_certificates
  if [[ $PORT == 0 ]]; then chosen=true PORT=$(free_port); fi
  # A server that was killed holds its port until the last of its threads is gone.
  for _ in {1..200}; do port_open "$PORT" || break; sleep 0.05; done
  port_open "$PORT" && die "port $PORT is in use"
  until launch; do
    if $chosen && ((attempts++ < 3)) && tail -20 "$DIR/log" | grep -q 'in use'; then
      PORT=$(free_port)
    else
      tail -20 "$DIR/log" >&2
      die "did not start, see $DIR/log"
    fi
  done
  echo "$PORT" >"$DIR/port"
  if ((${#OPTIONS[@]})); then printf '%s\n' "${OPTIONS[@]}" >"$DIR/options"; else rm -f "$DIR/options"; fi
  if [[ -n ${SERVER_OWNER:-} ]]; then watch_owner "$SERVER_OWNER"; fi
  echo "$version on $HOST:$PORT, started in $(($(date +%s%3N) - began)) ms"
}

end() {
  local pid
  if running; then
    read -r pid _ <"$DIR/pid"
    kill "-$1" "$pid" 2>/dev/null || true
    for _ in {1..600}; do running || break; sleep 0.05; done
    ! running || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$DIR/pid" "$(socket)" "$(socket).lock"
}

run() {
  (($# >= 2)) || usage
  local command=$1 attempts=0
  DIR=$(realpath -m "$2")
  PORT=${3:-$(cat "$DIR/port" 2>/dev/null || echo 0)}
  OPTIONS=("${@:4}")
  case $command in
    start) mkdir -p "$DIR" && start ;;
    restart)
      ((${#OPTIONS[@]})) || [[ ! -e $DIR/options ]] || mapfile -t OPTIONS <"$DIR/options"
      end TERM && start ;;
    stop) end TERM ;;
    kill) end KILL ;;
    status) if running; then echo "running on $HOST:$(cat "$DIR/port")"; else echo "not running"; exit 3; fi ;;
    client) client "${@:3}" ;;
    *) usage ;;
  esac
}
