"""Runs a program and tells what it cost: itself, the database server, and everybody else on the machine meanwhile."""

import os
import subprocess
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    wall: float
    cpu: float
    rss: int  # peak, bytes
    server_cpu: float
    others_cpu: float
    load: float  # average of the last minute, before the start
    output: str


def server_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def machine_seconds():
    """Processor time that was used at all: user, nice, system, interrupts."""
    with open("/proc/stat") as file:
        fields = file.readline().split()
    return sum(int(fields[place]) for place in (1, 2, 3, 6, 7)) / TICKS


def wait_for_quiet(limit):
    """Returns when others leave nine tenths of the machine alone, at most `limit` seconds later."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        before = machine_seconds()
        time.sleep(1)
        if machine_seconds() - before < 0.1 * os.cpu_count():
            return


def run(command, server_pid, environment, log):
    """The program's peak memory includes what this process holds, which is little: a child starts as its parent's copy."""
    load = os.getloadavg()[0]
    server, machine = server_seconds(server_pid), machine_seconds()
    began = time.monotonic()
    with open(log, "w+") as file:
        child = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env={**os.environ, **environment})
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.terminate()
            os.wait4(child.pid, 0)
            raise
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        file.seek(0)
        output = file.read()
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}:\n{output[-2000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    server = server_seconds(server_pid) - server
    return Cost(wall, cpu, usage.ru_maxrss * 1024, server, max(0, machine_seconds() - machine - cpu - server), load, output)
