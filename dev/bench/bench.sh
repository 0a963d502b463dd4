#!/usr/bin/env bash
# usage: dev/bench/bench.sh      after `make build`, or all at once: make bench
# Measures Sluice against a MariaDB of its own. Prints medians; every single run is appended to .deps/bench/results.jsonl.
#
#   ROWS=3000000     rows of lineitem
#   RUNS=3           runs of each contender, in turns
#   CASES="lineitem string-key many changes small freshness after-updates"
#   BENCH_BIG=1      lineitem once more with ten times the rows, for the memory; takes minutes and 7 GB of disk
#   BENCH_PEERS=1    other tools on lineitem as well (make bench-peers)
#   CHANGES=1000000  inserts and updates of the case `changes`, and half as many deletes
#   TRANSACTIONS=200000, RATE=5000, FRESH_SECONDS=60, MINUTES=3, UPDATE_RATE=2000      sizes of `small`, `freshness` and `after-updates`
#   FORMATS="paimon iceberg"      lake formats that jobs write to
#   QUIET=30         longest wait before each run for the machine to calm down, in seconds
#   BENCH_SLUICE=…   another binary than .build/release/sluice
#
# The database stays in .deps/bench/server, so that the next bench need not fill it again. docs/benchmarks.md tells what the
# figures mean.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=.deps/bench
mkdir -p "$folder"
exec 8>"$folder/.lock"
flock --nonblock 8 || { echo "bench: another one is running" >&2; exit 1; }
rm -rf "$folder/work"
mkdir "$folder/work"

read -ra flags < <(pkg-config --cflags --libs libmariadb)
for program in drain log_drain; do
  gcc -O2 -Wall -Wextra -o "$folder/work/$program" "dev/bench/$program.c" "${flags[@]}" -lpthread
done

trap 'dev/servers/mariadb.sh stop "$folder/server"; rm -rf "$folder/work"' EXIT
rows=$((${ROWS:-3000000} * (${BENCH_BIG:-0} == 1 ? 10 : 1)))
SERVER_OWNER=$$ BUFFER_POOL=$((512 + rows * 250 / 1000000))M dev/servers/mariadb.sh start "$folder/server" 8>&-
echo "$(nproc) cores, $(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -1), $(free -g | awk '/^Mem/ {print $2}') GiB, load $(cut -d' ' -f1 /proc/loadavg)"
python3 dev/bench/bench.py
