"""One spelling for every value, so that two readers, or a source and a lake table, compare by equality.

Without a source (`from_arrow`), by the column's Arrow type:
  integer, boolean, text    themselves
  float, double             a number, shortest form of its width; "NaN", "Infinity", "-Infinity"
  decimal                   exact text with its scale
  date, time                2024-02-29, 23:59:59.000000
  timestamp                 2024-02-29T23:59:59.123456, with a final Z when it is an instant
  binary                    base64 text
  list, map, struct         a list; a list of [key, value] sorted by key; an object

Against a source column (`from_source`, `from_lake`), by its MySQL type; NULL stays None:
  integers, YEAR, BIT       an integer (in the lake also BOOLEAN, DECIMAL(n, 0) or big-endian bytes)
  DECIMAL                   exact text
  FLOAT, DOUBLE             shortest text of its width
  DATE                      2024-02-29
  DATETIME, TIMESTAMP       2024-02-29 23:59:59.123456, TIMESTAMP in UTC
  TIME                      the server's text; a TIME of the lake is written with the column's digits
  text, ENUM, SET, JSON, UUID, INET    the text
  binary, BLOB, geometry    base64 of the bytes as the server sends them
  VECTOR                    base64 of its little-endian floats (in the lake also ARRAY<FLOAT>)
"""

import base64
import datetime
import decimal
import json
import math
import struct

import numpy
import pyarrow as pa

INTEGER = {"tinyint", "smallint", "mediumint", "int", "bigint", "year"}
MOMENT = {"datetime", "timestamp"}
TEXT = {"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json", "uuid", "inet4", "inet6", "xmltype"}


def base64_text(value):
    return base64.b64encode(value).decode("ascii")


def plain_decimal(value):
    return format(value, "f")


def each(function, values):
    return [None if value is None else function(value) for value in values]


def finite(value):
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def spell(value):
    """The canonical form of one value that Arrow hands out as a Python object."""
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, decimal.Decimal):
        return plain_decimal(value)
    if isinstance(value, datetime.datetime):
        instant = value.tzinfo is not None
        utc = value.astimezone(datetime.timezone.utc).replace(tzinfo=None) if instant else value
        return utc.isoformat(timespec="microseconds") + ("Z" if instant else "")
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64_text(value)
    if isinstance(value, dict):
        return {key: spell(item) for key, item in value.items()}
    if isinstance(value, list):
        return [spell(item) for item in value]
    return value


def from_arrow(column):
    """The canonical values of a column, as a list."""
    kind = column.type
    if pa.types.is_float32(kind):
        return each(lambda value: finite(float(str(numpy.float32(value)))), column.to_pylist())
    if pa.types.is_map(kind):
        return each(lambda pairs: sorted(([spell(k), spell(v)] for k, v in pairs), key=json.dumps), column.to_pylist())
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", kind.tz))
    if pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_boolean(kind):
        return column.to_pylist()
    return each(spell, column.to_pylist())


def rows_of(table, keys=None):
    """The rows of an Arrow table as lists of canonical values, ordered by the keys, else by their JSON text."""
    rows = [list(row) for row in zip(*(from_arrow(column) for column in table.columns))]
    places = [table.column_names.index(key) for key in keys] if keys else None
    rows.sort(key=(lambda row: [(row[i] is not None, row[i]) for i in places]) if keys else json_text)
    return rows


def json_text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def moment_text(value):
    date, _, time = value.partition(" ")
    whole, _, fraction = time.partition(".")
    return f"{date} {whole or '00:00:00'}.{fraction:0<6}"


def decimal_text(value):
    """Takes off what ZEROFILL put in front."""
    return value if value[0] != "0" or value[1:2] in (".", "") else plain_decimal(decimal.Decimal(value))


def float_text(value):
    return str(numpy.float32(value))


def double_text(value):
    return repr(float(value))


def from_source(kind, values):
    """Canonical forms of what the server sent for a column of this MySQL type, undecoded."""
    if kind in INTEGER:
        return each(int, values)
    if kind == "bit":
        return each(lambda value: int.from_bytes(value, "big"), values)
    if kind == "decimal":
        return each(decimal_text, values)
    if kind == "float":
        return each(float_text, values)
    if kind == "double":
        return each(double_text, values)
    if kind in MOMENT:
        return each(moment_text, values)
    if kind in TEXT or kind in ("date", "time"):
        return list(values)
    return each(base64_text, values)


def from_lake(kind, column, digits=0):
    """Canonical forms of a lake column that mirrors a source column of this MySQL type."""
    stored = column.type
    if kind in INTEGER or kind == "bit":
        if pa.types.is_binary(stored):
            return each(lambda value: int.from_bytes(value, "big"), column.to_pylist())
        return each(int, column.to_pylist())
    if pa.types.is_decimal(stored):
        return each(plain_decimal, column.to_pylist())
    if pa.types.is_float32(stored):
        return each(float_text, column.to_pylist())
    if pa.types.is_float64(stored):
        return each(double_text, column.to_pylist())
    if pa.types.is_timestamp(stored):
        return column.cast(pa.timestamp("us", stored.tz)).cast(pa.timestamp("us")).cast(pa.string()).to_pylist()
    if pa.types.is_time(stored):
        length = 9 + digits if digits else 8
        return each(lambda value: value.isoformat(timespec="microseconds")[:length], column.to_pylist())
    if pa.types.is_date(stored):
        return column.cast(pa.string()).to_pylist()
    if pa.types.is_binary(stored) or pa.types.is_large_binary(stored) or pa.types.is_fixed_size_binary(stored):
        return each(base64_text, column.to_pylist())
    if kind == "vector" and pa.types.is_list(stored):
        return each(lambda value: base64_text(struct.pack(f"<{len(value)}f", *value)), column.to_pylist())
    return column.to_pylist()
