"""usage: read_time.py TABLE READER FORMAT      prints the seconds that a reader takes for the whole table, the median of five, and what it reads;
READER "plan" reads nothing"""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/TestKit/python"))

import lake


table, reader, form = (*sys.argv[1:], "paimon")[:3]


def seconds():
    began = time.monotonic()
    lake.read(table, reader, format=form)
    return time.monotonic() - began


files = lake.of(form).planned_files(table)["files"]
if reader != "plan":
    seconds()  # loads the reader
print(json.dumps({
    "seconds": statistics.median(seconds() for _ in range(5)) if reader != "plan" else None, "files": len(files), "rows": sum(file["rows"] for file in files),
    "dead": sum(file.get("deletion_vector_rows", file["deleted_rows"]) for file in files)}))
