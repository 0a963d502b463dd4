"""Compares a source table with its copy in the lake, row by row and value by value.

Both sides are brought to the canonical form and counted as multisets of rows, so order does not matter, tables without a key work,
and a row that is there twice is a difference. The source is streamed; of the lake only a fingerprint for each row is kept.
"""

import time
from collections import Counter

import pymysql
import pymysql.converters
import pymysql.cursors

import canonical
import lake

BATCH = 10_000
KEPT = 10_000


def connect(dsn):
    tls = {"ssl_ca": dsn["ssl_ca"]} if dsn.get("ssl_ca") else {}
    connection = pymysql.connect(
        host=dsn.get("host", "127.0.0.1"), port=int(dsn.get("port", 3306)), user=dsn.get("user", "root"),
        password=dsn.get("password") or "", charset="utf8mb4", conv=pymysql.converters.encoders,  # values arrive as the server wrote them
        cursorclass=pymysql.cursors.SSCursor, **tls)
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION time_zone = '+00:00', sql_mode = ''")
    return connection


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def source_columns(connection, database, table):
    """Of each column the name, the MySQL type and the number of fraction digits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, LOWER(data_type), COALESCE(datetime_precision, 0) FROM information_schema.columns"
            " WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position", (database, table))
        columns = [(text(name), text(kind), int(digits)) for name, kind, digits in cursor]
    if not columns:
        raise LookupError(f"no table {database}.{table} in the source")
    return columns


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def select_item(name, kind):
    # The server prints a FLOAT with six digits only; as a double it is exact, and a product keeps the sign of zero.
    if kind in ("float", "double"):
        return f"{quoted(name)} * 1e0"
    # The client does not know the wire type of vectors.
    return f"CAST({quoted(name)} AS BINARY)" if kind == "vector" else quoted(name)


def source_rows(connection, database, table, columns, zero_dates):
    items = ", ".join(select_item(name, kind) for name, kind, _ in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {items} FROM {quoted(database)}.{quoted(table)}")
        while batch := cursor.fetchmany(BATCH):
            forms = [canonical.from_source(kind, values) for (_, kind, _), values in zip(columns, zip(*batch))]
            if zero_dates == "null":
                forms = [without_zero_dates(kind, values) for (_, kind, _), values in zip(columns, forms)]
            yield from zip(*forms)


def without_zero_dates(kind, values):
    if kind not in ("date", *canonical.MOMENT):
        return values
    return [None if value is None or value.startswith("0000-00-00") else value for value in values]


def lake_rows(table, columns, names):
    for batch in table.to_batches(max_chunksize=BATCH):
        yield from zip(*(
            canonical.from_lake(kind, batch.column(names[name]), digits) for name, kind, digits in columns))


def distinct(tables, keys):
    """Without the later readers that answered exactly like the first, so that agreement costs no second count."""
    (first, table), *others = tables.items()
    if not keys or not others:
        return tables
    order = [(key, "ascending") for key in keys]
    table = table.sort_by(order)
    differing = {reader: other for reader, other in others if not table.equals(other.sort_by(order))}
    return {" and ".join([first, *(reader for reader, _ in others if reader not in differing)]): table, **differing}


def match_names(columns, stored, renamed):
    """Source column to lake column: as given, else the same name, else the same name in another case."""
    folded = {name.lower(): name for name in stored}
    names = {}
    for name, _, _ in columns:
        wanted = renamed.get(name, name)
        names[name] = wanted if wanted in stored else folded.get(wanted.lower())
    return names


def compare(request):
    """{"table": folder, "source": "database.table", "dsn": {...}, "keys": [...]}, and optionally "readers", "snapshot", "columns"
    (of the source, to compare only those), "rename" (source to lake name), "zero_dates": "null", "differences": 5."""
    began = time.monotonic()
    database, _, name = request["source"].partition(".")
    keys = request.get("keys") or []
    connection = connect(request["dsn"])
    try:
        columns = source_columns(connection, database, name)
        if wanted := request.get("columns"):
            columns = [column for column in columns if column[0] in wanted]
        tables, answer = {}, {"equal": True, "rows": 0, "readers": {}}
        for reader in request.get("readers") or lake.judges(request.get("format")):
            tables[reader] = lake.read(request["table"], reader, snapshot=request.get("snapshot"), format=request.get("format"))
            answer["readers"][reader] = tables[reader].num_rows
        stored = next(iter(tables.values())).column_names
        names = match_names(columns, stored, request.get("rename") or {})
        missing = [name for name in names if names[name] is None]
        extra = [] if wanted else [name for name in stored if name not in names.values()]
        if missing or extra:
            return {**answer, "equal": False, "missing_columns": missing, "extra_columns": extra, "differences": []}

        tables = distinct(tables, [names[key] for key in keys])
        counts = {reader: Counter(map(hash, lake_rows(table, columns, names))) for reader, table in tables.items()}
        unmatched = {reader: [] for reader in tables}
        for row in source_rows(connection, database, name, columns, request.get("zero_dates")):
            answer["rows"] += 1
            fingerprint = hash(row)
            for reader, count in counts.items():
                if count[fingerprint] > 0:
                    count[fingerprint] -= 1
                elif len(unmatched[reader]) < KEPT:
                    unmatched[reader].append(row)
    finally:
        connection.close()

    differences = []
    for reader, table in tables.items():
        left = +counts[reader]
        if not left and not unmatched[reader]:
            continue
        surplus = take_rows(lake_rows(table, columns, names), left)
        differences += explain(reader, [name for name, _, _ in columns], keys, unmatched[reader], surplus)
    answer["equal"] = not differences
    answer["differences"] = differences[: request.get("differences", 5)]
    answer["seconds"] = round(time.monotonic() - began, 3)
    return answer


def take_rows(rows, left):
    """The rows whose fingerprint is left over, as often as it is."""
    taken = []
    for row in rows:
        fingerprint = hash(row)
        if left[fingerprint] > 0:
            left[fingerprint] -= 1
            taken.append(row)
            if len(taken) == KEPT:
                break
    return taken


def explain(reader, names, keys, source, surplus):
    """Pairs the rows of both sides by key and names the columns that differ."""
    places = [names.index(key) for key in keys] or range(len(names))
    key_of = lambda row: tuple(row[place] for place in places)
    found = {}
    for row in surplus:
        found.setdefault(key_of(row), []).append(row)
    differences = []
    for row in source:
        twins = found.get(key_of(row))
        difference = {"reader": reader, "key": dict(zip(keys, key_of(row)))}
        if twins:
            twin = twins.pop()
            difference["columns"] = {
                name: {"source": mine, "lake": theirs} for name, mine, theirs in zip(names, row, twin) if mine != theirs}
        else:
            difference["only"] = "source"
            difference["row"] = dict(zip(names, row))
        differences.append(difference)
    for row in (row for rows in found.values() for row in rows):
        differences.append({"reader": reader, "key": dict(zip(keys, key_of(row))), "only": "lake", "row": dict(zip(names, row))})
    return sorted(differences, key=lambda difference: str(list(difference["key"].values())))
