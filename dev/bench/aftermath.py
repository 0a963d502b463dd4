"""What reading a table costs after a long time of updates, against a copy that was just made."""

import json
import os
import subprocess

import measure
from following import Follower, prepare_table
from freshness import Running, pulse
from report import QUIET, keep, table
from server import HERE, PASSWORD, PYTHON, SLUICE, WORK, fresh, pid, size_of, source

MINUTES = float(os.environ.get("MINUTES") or 3)
RATE = int(os.environ.get("UPDATE_RATE") or 2_000)
ROWS = 1_000_000
READERS = ("pypaimon", "rust")


def read(table, reader):
    """The whole table, in a process of its own: see read_time.py."""
    return json.loads(subprocess.run([PYTHON, str(HERE / "read_time.py"), str(table), reader], text=True, check=True, capture_output=True).stdout)


def copy():
    """A copy of the table as it is now."""
    folder = fresh("copy")
    spec = {"job": "copy", "state": "state", "source": source(startup="snapshot", tables=["cdc.lineitem"]),
            "sink": {"type": "paimon", "warehouse": "lake", "table": {"bucket": 4}}}
    (folder / "job.json").write_text(json.dumps(spec))
    measure.run([SLUICE, "run", str(folder / "job.json")], pid(), PASSWORD, WORK / "log")
    return folder / "lake/cdc.db/lineitem"


def read_after_updates(case):
    prepare_table(ROWS)
    running = Running(Follower("merge-on-write", interval="1s"))
    pulse(ROWS, RATE, MINUTES * 60)
    summary, _ = running.stop()
    new = copy()
    measure.wait_for_quiet(QUIET)
    lines = [["", *(f"{reader} s" for reader in READERS), "files read", "rows in them", "of these dead", "MB on disk"]]
    seconds = {}
    for name, folder in (("after updates", running.table), ("fresh copy", new)):
        reads = [read(folder, reader) for reader in READERS]
        seconds[name] = [told["seconds"] for told in reads]
        told = reads[0]
        lines.append([name, *(f"{value:.2f}" for value in seconds[name]), str(told["files"]), f"{told['rows']:,}", f"{told['dead']:,}",
                      f"{size_of(folder) / 1e6:.0f}"])
    ratios = [after / before for after, before in zip(*seconds.values())]
    print(f"\n{case}: {ROWS:,} rows, {MINUTES:g} minutes of {RATE:,} changes a second, a checkpoint a second\n")
    lines.append(["ratio", *(f"{ratio:.2f}" for ratio in ratios), "", "", "", ""])
    table(lines)
    keep({"case": case, "minutes": MINUTES, "rate": RATE, "ratios": dict(zip(READERS, ratios)), "rss": summary["peakBytes"]})
