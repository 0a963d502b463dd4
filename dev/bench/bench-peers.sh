#!/usr/bin/env bash
# usage: dev/bench/bench-peers.sh      after `make build`, or all at once: make bench-peers
# lineitem once through Sluice and once through other tools, in turns: see bench.sh for the options.
set -euo pipefail
BENCH_PEERS=1 CASES=lineitem exec "$(dirname "${BASH_SOURCE[0]}")/bench.sh"
