#!/usr/bin/env bash
# usage: dev/demo/demo.sh      after `make build`, or all at once: make demo
# Copies a small shop from a MariaDB of its own into Apache Paimon tables, follows it through a few busy seconds, then has foreign readers
# compare both sides.
# Everything happens in one temporary folder and on a free port, and is gone afterwards.
#
#   DEMO_KEEP=1     keep the lake and the spec
#   DEMO_SLUICE=…   another binary than .build/release/sluice
#   NO_COLOR=1      no colours
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
sluice=$(realpath "${DEMO_SLUICE:-.build/release/sluice}")
mariadb=$root/dev/servers/mariadb.sh
[[ -x $sluice ]] || { echo "demo: $sluice is missing: run make demo" >&2; exit 1; }

bold='' dim='' plain='' colour=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m' colour=yes; fi

step=0
heading() { printf '\n%s── %s  %s%s\n\n' "$bold" "$((++step))" "$1" "$plain"; }
# The command as a reader would type it, then the command.
try() {
  printf '%s$ sluice %s%s\n' "$dim" "$*" "$plain"
  "$sluice" "$@"
}

"$root/setup" --tests | sed '/^setup: ready$/d'

folder=$(mktemp -d "${TMPDIR:-/tmp}/sluice-demo.XXXXXX")
finish() {
  local code=$?
  trap '' INT TERM HUP
  "$mariadb" stop "$folder/server" || true
  cd "$root"
  if [[ ${DEMO_KEEP:-} == 1 ]]; then
    rm -rf "$folder/server"
    printf '\nThe lake is kept in %s/lake, its spec is %s/shop.json.\n' "$folder" "$folder"
  else
    rm -rf "$folder"
  fi
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

printf '\n%sSluice%s  a whole MariaDB database into Apache Paimon tables, its changes after it, and the proof that nothing is missing\n' "$bold" "$plain"

heading "A shop to copy"
SERVER_OWNER=$$ BUFFER_POOL=512M "$mariadb" start "$folder/server" | sed 's/^/A private server: /'
port=$(cat "$folder/server/port")
began=$SECONDS
"$mariadb" client "$folder/server" <dev/demo/shop.sql >/dev/null
cat <<TEXT
Eleven tables with 1,000,348 rows, loaded in $((SECONDS - began)) s: keys of two columns, unsigned and 38-digit numbers, JSON, bits, blobs,
geometry, emoji; one table has no key, one has no row. The whole job is one file:

TEXT
cat >"$folder/shop.json" <<JSON
{
  "job": "shop-to-lake",
  "source": {
    "type": "mysql", "port": $port, "user": "sluice", "password": {"env": "SHOP_PASSWORD"},
    "tables": ["shop.*"]
  },
  "sink": {
    "type": "paimon", "warehouse": "file://$folder/lake",
    "tables": [{"table": "shop.page_views", "partitionBy": ["day"], "bucket": 1}]
  },
  "settings": {"checkpointInterval": "1s"}
}
JSON
cat "$folder/shop.json"
cd "$folder"
export SHOP_PASSWORD=sluicepass

heading "Can it be copied?"
try check shop.json

heading "What will be made of it?"
try plan shop.json
# shellcheck disable=SC2016  # awk expands it
one='/^shop\./ {on = $0 == "shop.events"} on'
printf '\n%s$ sluice plan shop.json --ddl | awk '\''%s'\''%s\n' "$dim" "$one" "$plain"
"$sluice" plan shop.json --ddl | awk "$one"

heading "Copy"
if [[ -t 1 ]]; then
  try run shop.json --until aligned
else
  try run shop.json --until aligned | sed -E 's/,"tables":\[[^]]*\]/,"tables":[…]/'
fi

heading "Look"
for table in shop.order_items shop.countries; do
  try peek "$table" --spec shop.json --limit 5
  echo
done

heading "Follow"
cat <<TEXT
The same job goes on for twelve seconds while the shop is busy: rows come, change and go, a column is added, one is renamed, a table is made.

TEXT
sed -n '/^DO SLEEP/d; s/^\(ALTER\|CREATE\|UPDATE\|INSERT\|DELETE\)/  \1/p' "$root/dev/demo/changes.sql" | cut -c1-140
echo
"$mariadb" client "$folder/server" <"$root/dev/demo/changes.sql" >/dev/null &
changes=$!
if [[ -t 1 ]]; then
  try run shop.json --until 12s
else
  # Of each line what it says about the log.
  try run shop.json --until 12s | sed -nE 's/.*"event":"([a-z]+)".*"stream":\{"position":"[^"]*",([^}]*)\}.*/\1  \2/p'
fi
wait "$changes"
printf '\nWhat became of the statements:\n\n'
sed -E 's/.*"action":"([a-z]+)".*"statement":"([^"]*)".*/  \1  \2/' .sluice/shop-to-lake/schema-changes.jsonl | cut -c1-140
echo
for table in shop.countries shop.gift_cards; do
  try peek "$table" --spec shop.json --limit 5
  echo
done

heading "Compare"
cat <<TEXT
Now two readers that share no code with Sluice read the whole lake, and every value is compared with what the server says.
That is Python, so it takes longer than the copy did.

TEXT
DEMO_COLOUR=$colour "$root/.deps/venv/bin/python" "$root/dev/demo/prove.py" "$folder/lake" shop "$port"

printf '\n%sDone in %s s.%s\n' "$bold" "$SECONDS" "$plain"
