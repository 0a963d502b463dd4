"""The bench's MariaDB, and where things lie."""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / ".deps/bench"
SERVER = FOLDER / "server"
WORK = FOLDER / "work"
SLUICE = os.environ.get("BENCH_SLUICE") or str(ROOT / ".build/release/sluice")
PYTHON = str(ROOT / ".deps/venv/bin/python")
# The lake formats that jobs write to.
FORMATS = (os.environ.get("FORMATS") or "paimon iceberg").split()
PASSWORD = {"MYSQL_PASSWORD": "sluicepass"}


def sql(statement, database=""):
    command = [ROOT / "dev/servers/mariadb.sh", "client", SERVER, "-N", "-B", database]
    return subprocess.run(list(filter(None, command)), input=statement, text=True, check=True, capture_output=True).stdout.strip()


def port():
    return int((SERVER / "port").read_text())


def pid():
    return int((SERVER / "pid").read_text().split()[0])


def source(**options):
    """The source part of a spec."""
    return {"type": "mysql", "port": port(), "user": "sluice", "password": {"env": "MYSQL_PASSWORD"}, "tls": {"mode": "disabled"}, **options}


def sink(form, **table):
    """The sink part of a spec."""
    return {"type": form, "warehouse": "lake", "table": {"bucket": 4, **table}}


def table_folder(lake, database, name, form):
    return lake / (f"{database}.db" if form == "paimon" else database) / name


def size_of(path):
    return path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def fresh(name):
    """An empty folder to work in."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
