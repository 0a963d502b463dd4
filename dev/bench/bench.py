"""The cases of bench.sh, which describes them and their options."""

import datetime
import hashlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / ".deps/bench"
SERVER = FOLDER / "server"
WORK = FOLDER / "work"
SLUICE = os.environ.get("BENCH_SLUICE") or str(ROOT / ".build/release/sluice")
PASSWORD = {"MYSQL_PASSWORD": "sluicepass"}

ROWS = int(os.environ.get("ROWS") or 3_000_000)
RUNS = int(os.environ.get("RUNS") or 3)
CASES = (os.environ.get("CASES") or "lineitem string-key many").split()
BIG = os.environ.get("BENCH_BIG") == "1"
PEERS = os.environ.get("BENCH_PEERS") == "1"
QUIET = float(os.environ.get("QUIET") or 30)


def sql(statement, database=""):
    command = [ROOT / "dev/servers/mariadb.sh", "client", SERVER, "-N", "-B", database]
    return subprocess.run(list(filter(None, command)), input=statement, text=True, check=True, capture_output=True).stdout.strip()


def port():
    return int((SERVER / "port").read_text())


def server_pid():
    return int((SERVER / "pid").read_text().split()[0])


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
            drained = json.loads(measure.run(drain(self, 1), server_pid(), PASSWORD, WORK / "log").output)
            self.rows, self.bytes = drained["rows"], drained["bytes"]
        else:
            self.rows = self.size * 10

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


class Drain:
    """The floor: the same pages, read and thrown away."""
    def __init__(self, connections):
        self.name = f"floor, {connections} connection{'s' * (connections > 1)}"
        self.connections = connections

    def run(self, data):
        cost = measure.run(drain(data, self.connections), server_pid(), PASSWORD, WORK / "log")
        told = json.loads(cost.output)
        check(self.name, data, told["rows"])
        cost.rss = told["rss"]
        return cost, 0


class Sluice:
    def __init__(self, readers):
        self.name = f"sluice, {readers} reader{'s' * (readers > 1)}"
        self.connections = readers

    def run(self, data):
        lake = WORK / "lake"
        spec = WORK / "job.json"
        spec.write_text(json.dumps({
            "job": "bench", "state": str(WORK / "state"),
            "source": {
                "type": "mysql", "port": port(), "user": "sluice", "password": {"env": "MYSQL_PASSWORD"}, "tls": {"mode": "disabled"},
                "tables": [f"{data.database}.{data.table or '*'}"]},
            "sink": {"type": "paimon", "warehouse": f"file://{lake}", "table": {"bucket": 4 if data.table else 1}},
            "settings": {"readers": self.connections}}))
        cost = measure.run([SLUICE, "run", str(spec), "--until", "aligned"], server_pid(), PASSWORD, WORK / "log")
        counts = [subprocess.run([SLUICE, "peek", f"{data.database}.{table}", "--spec", str(spec), "--count"],
                                 text=True, check=True, capture_output=True).stdout for table in data.tables]
        check(self.name, data, sum(map(int, counts)))
        size = size_of(lake)
        shutil.rmtree(lake)
        shutil.rmtree(WORK / "state")
        return cost, size


class Peer:
    """Another tool, to one Parquet file: see peers.py."""
    def __init__(self, name, connections=1):
        self.name = name
        self.connections = connections

    def run(self, data):
        out = WORK / "peer.parquet"
        command = [str(ROOT / ".deps/venv-peers/bin/python"), str(HERE / "peers.py"), self.name, str(port()), data.database, data.table, str(out)]
        cost = measure.run(command, server_pid(), PASSWORD, WORK / "log")
        check(self.name, data, int(cost.output.split()[-1]))
        size = size_of(out)
        out.unlink()
        return cost, size


def check(name, data, rows):
    if rows != data.rows:
        raise SystemExit(f"bench: {name} has {rows:,} rows of {data.database}, the source has {data.rows:,}")


def size_of(path):
    return path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def commit():
    git = ["git", "-C", str(ROOT)]
    revision = subprocess.run([*git, "rev-parse", "--short", "HEAD"], text=True, capture_output=True).stdout.strip()
    changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "Sources"]).returncode
    return revision + "+" * bool(changed)


def bench(case, data, contenders, runs=RUNS):
    """One run of everybody in turn, as often as asked; prints medians, keeps every run."""
    data.prepare()
    results = {contender.name: [] for contender in contenders}
    for number in range(runs):
        for contender in contenders:
            measure.wait_for_quiet(QUIET)
            cost, files = contender.run(data)
            record = {**asdict(cost), "files": files}
            del record["output"]
            results[contender.name].append(record)
            with open(FOLDER / "results.jsonl", "a") as log:
                print(json.dumps({
                    "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "commit": commit(), "case": case,
                    "contender": contender.name, "run": number + 1, "rows": data.rows, "bytes": data.bytes,
                    **{key: round(value, 3) for key, value in record.items()}}), file=log)
    report(case, data, contenders, results)
    return results


HEADINGS = ["wall s", "rows/s", "MB/s", "CPU s", "rows/CPU-s", "peak MiB", "files MB", "server CPU s", "others CPU s", "load", "x floor"]


def report(case, data, contenders, results):
    runs = len(next(iter(results.values())))
    size = f"{data.columns} columns, {data.bytes / 1e6:,.0f} MB of text, " if data.table else f"{len(data.tables):,} tables, "
    print(f"\n{case}: {data.rows:,} rows, {size}{'1 run' if runs == 1 else f'medians of {runs} runs'}\n")
    lines = [["", *HEADINGS]]
    for contender in contenders:
        mine = results[contender.name]
        middle = lambda of: statistics.median(map(of, mine))
        floors = results.get(f"floor, {contender.connections} connection{'s' * (contender.connections > 1)}")
        ratio = f"{statistics.median(a['wall'] / b['wall'] for a, b in zip(mine, floors)):.2f}" if floors else ""
        lines.append([
            contender.name, f"{middle(lambda r: r['wall']):.2f}", f"{middle(lambda r: data.rows / r['wall']):,.0f}",
            f"{middle(lambda r: data.bytes / r['wall'] / 1e6):.0f}" if data.bytes else "", f"{middle(lambda r: r['cpu']):.2f}",
            f"{middle(lambda r: data.rows / r['cpu']):,.0f}", f"{middle(lambda r: r['rss']) / 2**20:.0f}",
            f"{middle(lambda r: r['files']) / 1e6:.1f}" if mine[0]["files"] else "", f"{middle(lambda r: r['server_cpu']):.2f}",
            f"{middle(lambda r: r['others_cpu']):.1f}", f"{middle(lambda r: r['load']):.1f}", ratio])
    columns = [column for column in zip(*lines) if column[0] == "" or any(column[1:])]
    widths = [max(map(len, column)) for column in columns]
    for line in zip(*columns):
        print(("  " + line[0].ljust(widths[0]) + "".join("  " + cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))).rstrip())
    against_peers(data, contenders, results)
    sys.stdout.flush()


def against_peers(data, contenders, results):
    """How the best of ours stands to the best of theirs, run by run."""
    best = lambda kind, run, figure: min(results[contender.name][run][figure] for contender in contenders if isinstance(contender, kind))
    if not any(isinstance(contender, Peer) for contender in contenders):
        return
    runs = range(len(results[contenders[0].name]))
    wall, cpu = (statistics.median(best(Peer, run, figure) / best(Sluice, run, figure) for run in runs) for figure in ("wall", "cpu"))
    print(f"\n  The best of sluice against the best peer: {wall:.2f} x the rows a second, {cpu:.2f} x the rows a CPU second.")


def lineitem(rows):
    return Data("bench", "lineitem.sql", rows, "lineitem", "id", str(rows // 2))


PEER_NAMES = ["connectorx", "connectorx-stream", "arrow-odbc"]


def main():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))  # so that no contender outlives the bench
    contenders = [kind(count) for count in (1, 2) for kind in (Drain, Sluice)]
    for case in CASES:
        match case:
            case "lineitem":
                peers = [Peer(name) for name in PEER_NAMES] if PEERS else []
                results = bench(case, lineitem(ROWS), contenders + peers)
                if BIG:
                    two = Sluice(2)
                    big = bench("lineitem, ten times the rows", lineitem(ROWS * 10), [two], runs=1)
                    before, after = (statistics.median(run["rss"] for run in runs[two.name]) for runs in (results, big))
                    print(f"\n  Ten times the rows take {after / before - 1:+.0%} peak memory.")
            case "string-key":
                bench(case, Data("strings", "string-key.sql", 1_000_000, "sessions", "id", "8"), contenders)
            case "many":
                bench(case, Data("many", "many.sql", 1_000), [Sluice(2)])
            case _:
                raise SystemExit(f"bench: no case {case!r}: known are lineitem, string-key, many")


if __name__ == "__main__":
    main()
