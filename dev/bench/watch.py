"""Looks at a table as its readers do, and tells when each change was first seen.

usage: watch.py TABLE      until its input ends

Polls the snapshots every 10 ms; reads the newest by pypaimon-rust and prints "SECONDS BEAT": the time when the snapshot was there, and the highest
`beat` in it. Snapshots that appear while another one is read are skipped.
"""

import os
import select
import sys
import time
from pathlib import Path

import pyarrow.compute as compute

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/TestKit/python"))

import lake


def newest(table):
    numbers = [name[9:] for name in os.listdir(f"{table}/snapshot") if name.startswith("snapshot-")]
    return max(map(int, filter(str.isdigit, numbers)), default=0)


def main():
    table = sys.argv[1]
    seen = newest(table)
    while not select.select([sys.stdin], [], [], 0.01)[0]:
        number = newest(table)
        if number > seen:
            moment = time.time()
            seen = number
            print(moment, compute.max(lake.read(table, "rust", columns=["beat"], snapshot=number)["beat"]).as_py() or 0, flush=True)


if __name__ == "__main__":
    main()
