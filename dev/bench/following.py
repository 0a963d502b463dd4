"""Cases of following: a stretch of the log that was written beforehand, into the lake, against reading the log alone."""

import json
import os
import shutil
import subprocess
import sys

import measure
from copying import ROWS, lineitem
from report import bench
from server import FORMATS, HERE, PASSWORD, SLUICE, WORK, fresh, pid, port, sink, size_of, source, sql, table_folder

CHANGES = int(os.environ.get("CHANGES") or 1_000_000)
TRANSACTIONS = int(os.environ.get("TRANSACTIONS") or 200_000)


def prepare_table(rows):
    """`cdc.lineitem` with so many rows, whose source has enough of them."""
    lineitem(max(ROWS, CHANGES, TRANSACTIONS, rows)).prepare()
    sql((HERE / "changes.sql").read_text())
    sql(f"CALL fill({rows})", "cdc")


def head():
    """The log file and the offset that the next event goes to."""
    file, offset = sql("SHOW MASTER STATUS").split()[:2]
    return file, int(offset)


class Backlog:
    """A stretch of the log: `rows` counts its changes or transactions."""

    def __init__(self, unit, rows, what):
        self.unit = unit
        self.rows = rows
        self.what = what
        self.bytes = 0
        self.start = None

    @property
    def title(self):
        return f"{self.rows:,} {self.unit}, {self.what}, {self.bytes / 1e6:,.0f} MB of log"

    def prepare(self):
        pass

    def write(self, call):
        """Runs the procedure, whose changes become the stretch. Earlier logs go, so that the disk does not fill."""
        print(f"writing {self.rows:,} {self.unit} …", file=sys.stderr)
        sql("FLUSH BINARY LOGS")
        self.start = head()
        sql(f"CALL {call}", "cdc")
        sizes = dict(line.split()[:2] for line in sql("SHOW BINARY LOGS").splitlines())
        self.bytes = sum(int(size) for file, size in sizes.items() if file >= self.start[0]) - self.start[1]
        self.left = int(sql("SELECT COUNT(*) FROM cdc.lineitem"))


class LogDrain:
    """The floor: the same events, received and thrown away."""
    name = floor = "floor"

    def run(self, backlog):
        file, offset = backlog.start
        cost = measure.run([str(WORK / "log_drain"), str(port()), file, str(offset)], pid(), PASSWORD, WORK / "log")
        cost.rss = json.loads(cost.output)["rss"]
        return cost, {}


class Follower:
    """A job that was in step before the stretch was written, and is run until it is in step again."""

    def __init__(self, mode, interval="5s", form="paimon"):
        self.name = f"sluice, {mode}" + (f", {form}" if form != "paimon" else "")
        self.floor = LogDrain.name
        self.form = form
        self.folder = WORK / f"{form}-{mode}"
        self.template = WORK / f"{form}-{mode}-before"
        self.spec = {
            "job": "bench", "state": "state", "source": source(startup="initial", tables=["cdc.lineitem"]),
            "sink": sink(form, mode=mode), "settings": {"checkpointInterval": interval}}

    @property
    def table(self):
        return table_folder(self.folder / "lake", "cdc", "lineitem", self.form)

    @property
    def command(self):
        return [SLUICE, "run", str(self.folder / "job.json"), "--until", "aligned"]

    def begin(self):
        """Brings the job in step with what the table holds now."""
        fresh(self.folder.name)
        (self.folder / "job.json").write_text(json.dumps(self.spec))
        measure.run(self.command, pid(), PASSWORD, WORK / "log")
        shutil.rmtree(self.template, ignore_errors=True)
        self.folder.rename(self.template)

    def run(self, backlog):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)
        cost = measure.run(self.command, pid(), PASSWORD, WORK / "log")
        rows = int(subprocess.run(
            [SLUICE, "peek", "cdc.lineitem", "--spec", str(self.folder / "job.json"), "--count"], text=True, check=True, capture_output=True).stdout)
        if rows != backlog.left:
            raise SystemExit(f"bench: {self.name} has {rows:,} rows, the source has {backlog.left:,}")
        facts = {"files": size_of(self.folder / "lake"), "count": len(list(self.folder.rglob("*.parquet")))}
        shutil.rmtree(self.folder)
        return cost, facts


def measure_backlog(case, backlog, call):
    modes = {"paimon": ["merge-on-read", "merge-on-write"], "iceberg": ["merge-on-write"]}
    followers = [Follower(mode, form=form) for form in FORMATS for mode in modes[form]]
    for follower in followers:
        follower.begin()
    backlog.write(call)
    bench(case, backlog, [LogDrain(), *followers])


def bulk(case):
    prepare_table(0)
    measure_backlog(case, Backlog("changes", CHANGES * 5 // 2, "1,000 rows a transaction"), f"bulk({CHANGES})")


def small(case):
    prepare_table(TRANSACTIONS)
    measure_backlog(case, Backlog("transactions", TRANSACTIONS, "one row each"), f"small({TRANSACTIONS})")
