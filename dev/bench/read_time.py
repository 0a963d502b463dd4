"""usage: read_time.py TABLE READER      prints the seconds that a reader takes for the whole table, the median of five, and what it reads"""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/TestKit/python"))

import inspection
import lake


def seconds():
    began = time.monotonic()
    lake.read(*sys.argv[1:])
    return time.monotonic() - began


seconds()  # loads the reader
files = inspection.planned_files(sys.argv[1])["files"]
print(json.dumps({
    "seconds": statistics.median(seconds() for _ in range(5)), "files": len(files), "rows": sum(file["rows"] for file in files),
    "dead": sum(file["deletion_vector_rows"] for file in files)}))
