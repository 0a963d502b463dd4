"""Reads lake tables of either format with foreign readers. A request names a table by its folder, and says its "format"."""

import iceberg_tables
import paimon_tables

FORMATS = {"paimon": paimon_tables, "iceberg": iceberg_tables}


def of(name):
    """The module of a format; Paimon when none is named."""
    return FORMATS[name or "paimon"]


def read(table, reader=None, columns=None, snapshot=None, format=None):
    readers = of(format).READERS
    name = reader or next(iter(readers))
    if name not in readers:
        raise ValueError(f"unknown reader {name!r}: known are {', '.join(readers)}")
    return readers[name](table, columns, snapshot)


def judges(format=None):
    """The readers that must agree: two independent implementations."""
    return list(of(format).JUDGES)
