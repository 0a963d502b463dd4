"""How long a change takes from its commit at the source until a reader of the lake sees it."""

import json
import os
import signal
import statistics
import subprocess

import measure
from following import Follower, prepare_table
from report import QUIET, keep, table
from server import HERE, PASSWORD, PYTHON, SLUICE, WORK, port

RATE = int(os.environ.get("RATE") or 5_000)
SECONDS = int(os.environ.get("FRESH_SECONDS") or 60)
ROWS = 200_000


class Running:
    """A job that follows while changes are made; ended by SIGTERM."""

    def __init__(self, follower, output=WORK / "follow.jsonl"):
        self.follower = follower
        follower.begin()
        follower.template.rename(follower.folder)
        self.folder = follower.folder
        self.output = open(output, "w+")
        self.process = subprocess.Popen(
            [SLUICE, "run", str(self.folder / "job.json")], stdout=self.output, stderr=subprocess.STDOUT, env={**os.environ, **PASSWORD})

    @property
    def table(self):
        return self.follower.table

    def stop(self):
        """Answers the summary of the run, and what its process used."""
        self.process.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.output.seek(0)
        lines = self.output.read().splitlines()
        if self.process.returncode:
            raise SystemExit("bench: the job failed\n" + "\n".join(lines[-5:]))
        return json.loads(lines[-1]), usage


def pulse(rows, rate, seconds):
    """Makes the changes; answers when each transaction was committed."""
    command = [PYTHON, str(HERE / "pulse.py"), str(port()), str(rows), str(rate), str(seconds)]
    lines = subprocess.run(command, text=True, check=True, capture_output=True).stdout.splitlines()
    return {int(beat): float(moment) for beat, moment in map(str.split, lines)}


def delays(commits, looks):
    """Of each transaction the seconds until the first look that showed it."""
    looks = iter(sorted(looks))
    moment, shown = next(looks, (0, -1))
    answer = []
    for beat in sorted(commits):
        while shown < beat:
            look = next(looks, None)
            if look is None:
                return answer
            moment, shown = look
        answer.append(moment - commits[beat])
    return answer


def measure_freshness(case):
    lines = [["", "changes/s", "transactions", "p50 s", "p90 s", "p99 s", "worst s", "CPU s", "peak MiB", "snapshots read"]]
    for mode in ("merge-on-read", "merge-on-write"):
        prepare_table(ROWS)
        measure.wait_for_quiet(QUIET)
        running = Running(Follower(mode, interval="1s"))
        watcher = subprocess.Popen([PYTHON, str(HERE / "watch.py"), str(running.table)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        commits = pulse(ROWS, RATE, SECONDS)
        # One checkpoint later everything is there; what the last look did not show is left out.
        pulse(ROWS, 50, 3)
        looks = [(float(moment), int(beat)) for moment, beat in map(str.split, watcher.communicate("")[0].splitlines())]
        summary, usage = running.stop()
        found = sorted(delays(commits, looks))
        if len(found) < 0.9 * len(commits):
            raise SystemExit(f"bench: only {len(found):,} of {len(commits):,} transactions were seen in the lake")
        at = statistics.quantiles(found, n=100)
        cpu = usage.ru_utime + usage.ru_stime
        lines.append([
            mode, f"{RATE:,}", f"{len(found):,}", f"{at[49]:.2f}", f"{at[89]:.2f}", f"{at[98]:.2f}", f"{found[-1]:.2f}", f"{cpu:.1f}",
            f"{summary['peakBytes'] / 2**20:.0f}", str(len(looks))])
        keep({"case": case, "contender": mode, "rate": RATE, "seconds": SECONDS, "p50": at[49], "p99": at[98], "worst": found[-1], "cpu": cpu,
              "rss": summary["peakBytes"]})
    print(f"\n{case}: {RATE:,} changes a second, 50 a transaction, for {SECONDS} s; a checkpoint a second; from commit to what a reader sees\n")
    table(lines)
