"""usage: read_time.py TABLE READER      prints the seconds that a reader takes for the whole table: the median of five"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/TestKit/python"))

import lake


def seconds():
    began = time.monotonic()
    lake.read(*sys.argv[1:])
    return time.monotonic() - began


seconds()  # loads the reader
print(statistics.median(seconds() for _ in range(5)))
