"""The cases of bench.sh, which describes them and their options."""

import os
import signal
import statistics
import sys

import aftermath
import following
import freshness
from copying import PEER_NAMES, ROWS, Data, Drain, Peer, Sluice, against_peers, lineitem
from report import bench
from server import FORMATS

CASES = (os.environ.get("CASES") or "lineitem string-key many changes small freshness after-updates").split()
BIG = os.environ.get("BENCH_BIG") == "1"
PEERS = os.environ.get("BENCH_PEERS") == "1"


def copy_lineitem(contenders):
    peers = [Peer(name) for name in PEER_NAMES] if PEERS else []
    results = bench("lineitem", lineitem(ROWS), contenders + peers)
    against_peers(contenders + peers, results)
    if BIG:
        two = Sluice(2)
        big = bench("lineitem, ten times the rows", lineitem(ROWS * 10), [two], runs=1)
        before, after = (statistics.median(run["rss"] for run in runs[two.name]) for runs in (results, big))
        print(f"\n  Ten times the rows take {after / before - 1:+.0%} peak memory.")


def run(case):
    contenders = [contender for count in (1, 2) for contender in (Drain(count), *(Sluice(count, form) for form in FORMATS))]
    match case:
        case "lineitem":
            copy_lineitem(contenders)
        case "string-key":
            bench(case, Data("strings", "string-key.sql", 1_000_000, "sessions", "id", "8"), contenders)
        case "many":
            bench(case, Data("many", "many.sql", 1_000), [Sluice(2, form) for form in FORMATS])
        case "changes":
            following.bulk(case)
        case "small":
            following.small(case)
        case "freshness":
            freshness.measure_freshness(case)
        case "after-updates":
            aftermath.read_after_updates(case)
        case _:
            raise SystemExit(f"bench: no case {case!r}: known are lineitem, string-key, many, changes, small, freshness, after-updates")


def main():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))  # so that no contender outlives the bench
    for case in CASES:
        run(case)


if __name__ == "__main__":
    main()
