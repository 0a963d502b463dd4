"""Runs contenders in turns, keeps every run, prints medians."""

import datetime
import json
import os
import statistics
import subprocess
import sys
from dataclasses import asdict

import measure
from server import FOLDER, ROOT

RUNS = int(os.environ.get("RUNS") or 3)
QUIET = float(os.environ.get("QUIET") or 30)


def commit():
    git = ["git", "-C", str(ROOT)]
    revision = subprocess.run([*git, "rev-parse", "--short", "HEAD"], text=True, capture_output=True).stdout.strip()
    changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "Sources"]).returncode
    return revision + "+" * bool(changed)


def keep(record):
    """Appends a run to results.jsonl."""
    time = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    with open(FOLDER / "results.jsonl", "a") as log:
        print(json.dumps({"time": time, "commit": commit(), **record}), file=log)


def bench(case, data, contenders, runs=RUNS):
    """One run of everybody in turn, as often as asked. A contender's `run` answers its cost and facts about what it made."""
    data.prepare()
    results = {contender.name: [] for contender in contenders}
    for number in range(runs):
        for contender in contenders:
            measure.wait_for_quiet(QUIET)
            cost, facts = contender.run(data)
            record = {**asdict(cost), **facts}
            del record["output"]
            results[contender.name].append(record)
            keep({
                "case": case, "contender": contender.name, "run": number + 1, data.unit: data.rows, "bytes": data.bytes,
                **{key: round(value, 3) for key, value in record.items()}})
    report(case, data, contenders, results)
    return results


def report(case, data, contenders, results):
    runs = len(next(iter(results.values())))
    unit = data.unit
    print(f"\n{case}: {data.title}, {'1 run' if runs == 1 else f'medians of {runs} runs'}\n")
    lines = [[
        "", "wall s", f"{unit}/s", "MB/s", "CPU s", f"{unit}/CPU-s", "peak MiB", "files", "files MB", "server CPU s", "others CPU s", "load", "x floor"]]
    for contender in contenders:
        mine = results[contender.name]
        middle = lambda of: statistics.median(map(of, mine))
        floors = results.get(contender.floor)
        ratio = f"{statistics.median(a['wall'] / b['wall'] for a, b in zip(mine, floors)):.2f}" if floors else ""
        lines.append([
            contender.name, f"{middle(lambda r: r['wall']):.2f}", f"{middle(lambda r: data.rows / r['wall']):,.0f}",
            f"{middle(lambda r: data.bytes / r['wall'] / 1e6):.0f}" if data.bytes else "", f"{middle(lambda r: r['cpu']):.2f}",
            f"{middle(lambda r: data.rows / r['cpu']):,.0f}", f"{middle(lambda r: r['rss']) / 2**20:.0f}",
            f"{middle(lambda r: r['count']):.0f}" if "count" in mine[0] else "",
            f"{middle(lambda r: r['files']) / 1e6:.1f}" if "files" in mine[0] else "", f"{middle(lambda r: r['server_cpu']):.2f}",
            f"{middle(lambda r: r['others_cpu']):.1f}", f"{middle(lambda r: r['load']):.1f}", ratio])
    table(lines)


def table(lines):
    """Prints rows of cells, the first row being their headings; columns without a cell are left out."""
    columns = [column for column in zip(*lines) if column[0] == "" or any(column[1:])]
    widths = [max(map(len, column)) for column in columns]
    for line in zip(*columns):
        print(("  " + line[0].ljust(widths[0]) + "".join("  " + cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))).rstrip())
    sys.stdout.flush()
