"""Cases of copying: a table's history into the lake, against the floor and other tools."""

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass

import measure
from server import HERE, PASSWORD, ROOT, SLUICE, WORK, pid, port, sink, size_of, source, sql

ROWS = int(os.environ.get("ROWS") or 3_000_000)

@dataclass
class Data:
    """Tables made by `file`; `table` is the one that everybody reads, or None for all of `database`."""
    database: str
    file: str
    size: int
    table: str | None = None
    key: str = ""
    middle: str = ""  # the key that parts the table in two halves
    columns: int = 0
    rows: int = 0
    bytes: int = 0
    unit = "rows"

    def prepare(self):
        """Fills the tables unless they hold just this already, and brings them into the server's memory."""
        script = (HERE / self.file).read_text()
        stamp = hashlib.sha256(f"{script}{self.size}".encode()).hexdigest()
        sql("CREATE DATABASE IF NOT EXISTS stamps; CREATE TABLE IF NOT EXISTS stamps.stamps (name VARCHAR(99) PRIMARY KEY, stamp CHAR(64));")
        if sql(f"SELECT stamp FROM stamps.stamps WHERE name = '{self.database}'") != stamp:
            print(f"filling {self.database} …", file=sys.stderr)
            sql(f"DELETE FROM stamps.stamps WHERE name = '{self.database}'")
            sql(f"{script}\nCALL fill({self.size});")
            sql(f"INSERT INTO stamps.stamps VALUES ('{self.database}', '{stamp}')")
        if self.table:
            sql(f"ANALYZE TABLE {self.database}.{self.table}")
            self.columns = int(sql(f"SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = '{self.database}'"
                                   f" AND table_name = '{self.table}'"))
            drained = json.loads(measure.run(drain(self, 1), pid(), PASSWORD, WORK / "log").output)
            self.rows, self.bytes = drained["rows"], drained["bytes"]
        else:
            self.rows = self.size * 10

    @property
    def title(self):
        size = f"{self.columns} columns, {self.bytes / 1e6:,.0f} MB of text" if self.table else f"{len(self.tables):,} tables"
        return f"{self.rows:,} rows, {size}"

    @property
    def tables(self):
        return [self.table] if self.table else sql(f"SHOW TABLES IN {self.database}").split()

    def page(self):
        """Rows in 8 MiB, as Sluice cuts its pages."""
        return int(sql(f"SELECT LEAST(GREATEST(8388608 DIV (data_length DIV table_rows), 1000), 200000) FROM information_schema.tables"
                       f" WHERE table_schema = '{self.database}' AND table_name = '{self.table}'"))


def drain(data, connections):
    bounds = [data.middle] if connections == 2 else []
    return [str(WORK / "drain"), str(port()), data.database, data.table, data.key, str(data.page()), *bounds]


def floor(connections):
    return f"floor, {connections} connection{'s' * (connections > 1)}"


class Drain:
    """The floor: the same pages, read and thrown away."""
    def __init__(self, connections):
        self.name = self.floor = floor(connections)
        self.connections = connections

    def run(self, data):
        cost = measure.run(drain(data, self.connections), pid(), PASSWORD, WORK / "log")
        told = json.loads(cost.output)
        check(self.name, data, told["rows"])
        cost.rss = told["rss"]
        return cost, {}


class Sluice:
    def __init__(self, readers, form="paimon"):
        self.name = f"sluice, {readers} reader{'s' * (readers > 1)}" + (f", {form}" if form != "paimon" else "")
        self.floor = floor(readers)
        self.connections = readers
        self.form = form

    def run(self, data):
        lake = WORK / "lake"
        spec = WORK / "job.json"
        spec.write_text(json.dumps({
            "job": "bench", "state": str(WORK / "state"),
            "source": source(startup="snapshot", tables=[f"{data.database}.{data.table or '*'}"]),
            "sink": sink(self.form, bucket=4 if data.table else 1),
            "settings": {"readers": self.connections}}))
        cost = measure.run([SLUICE, "run", str(spec), "--until", "aligned"], pid(), PASSWORD, WORK / "log")
        counts = [subprocess.run([SLUICE, "peek", f"{data.database}.{table}", "--spec", str(spec), "--count"],
                                 text=True, check=True, capture_output=True).stdout for table in data.tables]
        check(self.name, data, sum(map(int, counts)))
        files = {"files": size_of(lake)}
        shutil.rmtree(lake)
        shutil.rmtree(WORK / "state")
        return cost, files


class Peer:
    """Another tool, to one Parquet file: see peers.py."""
    def __init__(self, name, connections=1):
        self.name = name
        self.floor = floor(connections)

    def run(self, data):
        out = WORK / "peer.parquet"
        command = [str(ROOT / ".deps/venv-peers/bin/python"), str(HERE / "peers.py"), self.name, str(port()), data.database, data.table, str(out)]
        cost = measure.run(command, pid(), PASSWORD, WORK / "log")
        check(self.name, data, int(cost.output.split()[-1]))
        files = {"files": size_of(out)}
        out.unlink()
        return cost, files


def check(name, data, rows):
    if rows != data.rows:
        raise SystemExit(f"bench: {name} has {rows:,} rows of {data.database}, the source has {data.rows:,}")


def against_peers(contenders, results):
    """How the best of ours stands to the best of theirs, run by run."""
    if not any(isinstance(contender, Peer) for contender in contenders):
        return
    best = lambda kind, run, figure: min(results[contender.name][run][figure] for contender in contenders if isinstance(contender, kind))
    runs = range(len(results[contenders[0].name]))
    wall, cpu = (statistics.median(best(Peer, run, figure) / best(Sluice, run, figure) for run in runs) for figure in ("wall", "cpu"))
    print(f"\n  The best of sluice against the best peer: {wall:.2f} x the rows a second, {cpu:.2f} x the rows a CPU second.")


def lineitem(rows):
    return Data("bench", "lineitem.sql", rows, "lineitem", "id", str(rows // 2))


PEER_NAMES = ["connectorx", "connectorx-stream", "arrow-odbc"]
