"""What reading a table costs after a long time of updates, against a copy that was just made."""

import json
import os
import subprocess
import time

import measure
from following import Follower, prepare_table
from freshness import Running, pulse
from report import QUIET, keep, table
from server import FORMATS, HERE, PASSWORD, PYTHON, SLUICE, WORK, fresh, pid, sink, size_of, source, table_folder

MINUTES = float(os.environ.get("MINUTES") or 3)
RATE = int(os.environ.get("UPDATE_RATE") or 2_000)
ROWS = 1_000_000
READERS = {"paimon": ("pypaimon", "rust"), "iceberg": ("duckdb", "rust")}


def read(table, reader, form):
    """The whole table, in a process of its own: see read_time.py."""
    command = [PYTHON, str(HERE / "read_time.py"), str(table), reader, form]
    return json.loads(subprocess.run(command, text=True, check=True, capture_output=True).stdout)


def wait_until_settled(table, form, limit=300):
    """Until maintenance has written the quiet table anew; answers after how many seconds, or None when it has not."""
    began = time.monotonic()
    while time.monotonic() - began < limit:
        command = [PYTHON, str(HERE / "read_time.py"), str(table), "plan", form]
        if json.loads(subprocess.run(command, text=True, check=True, capture_output=True).stdout)["dead"] == 0:
            return time.monotonic() - began
        time.sleep(5)
    return None


def copy(form):
    """A copy of the table as it is now."""
    folder = fresh(f"copy-{form}")
    spec = {"job": "copy", "state": "state", "source": source(startup="snapshot", tables=["cdc.lineitem"]), "sink": sink(form)}
    (folder / "job.json").write_text(json.dumps(spec))
    measure.run([SLUICE, "run", str(folder / "job.json")], pid(), PASSWORD, WORK / "log")
    return table_folder(folder / "lake", "cdc", "lineitem", form)


def read_after_updates(case):
    """All formats follow the same changes, side by side."""
    prepare_table(ROWS)
    running = {form: Running(Follower("merge-on-write", interval="1s", form=form), WORK / f"follow-{form}.jsonl") for form in FORMATS}
    pulse(ROWS, RATE, MINUTES * 60)
    settled = {form: wait_until_settled(job.table, form) for form, job in running.items()}
    summaries = {form: job.stop()[0] for form, job in running.items()}
    copies = {form: copy(form) for form in FORMATS}
    measure.wait_for_quiet(QUIET)
    print(f"\n{case}: {ROWS:,} rows, {MINUTES:g} minutes of {RATE:,} changes a second, a checkpoint a second\n")
    for form in FORMATS:
        lines = [[form, *(f"{reader} s" for reader in READERS[form]), "files read", "rows in them", "of these dead", "MB on disk"]]
        seconds = {}
        for name, folder in (("after updates", running[form].table), ("fresh copy", copies[form])):
            reads = [read(folder, reader, form) for reader in READERS[form]]
            seconds[name] = [told["seconds"] for told in reads]
            told = reads[0]
            lines.append([name, *(f"{value:.2f}" for value in seconds[name]), str(told["files"]), f"{told['rows']:,}", f"{told['dead']:,}",
                          f"{size_of(folder) / 1e6:.0f}"])
        print(f"  {form}: settled " + (f"{settled[form]:.0f} s after the last change" if settled[form] is not None else "not within five minutes"))
        ratios = [after / before for after, before in zip(*seconds.values())]
        lines.append(["ratio", *(f"{ratio:.2f}" for ratio in ratios), "", "", "", ""])
        table(lines)
        keep({"case": case, "format": form, "minutes": MINUTES, "rate": RATE, "ratios": dict(zip(READERS[form], ratios)),
              "rss": summaries[form]["peakBytes"]})
