"""Reads every table of the lake with foreign readers and compares it with the source, row by row and value by value.

usage: prove.py WAREHOUSE DATABASE PORT      the password of the user "sluice" in SHOP_PASSWORD; exit code 1 on any difference
"""

import json
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/TestKit/python"))

import compare

TABLES = """
    SELECT t.table_name, COUNT(c.column_name), GROUP_CONCAT(IF(c.column_key = 'PRI', c.column_name, NULL))
    FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)
    WHERE table_schema = %s GROUP BY t.table_name ORDER BY MAX(t.data_length) DESC"""


def prove(request):
    try:
        return compare.compare(request)
    except Exception as error:
        return {"equal": False, "rows": 0, "differences": [f"{type(error).__name__}: {error}"]}


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    warehouse, database, port = sys.argv[1:]
    dsn = {"port": port, "user": "sluice", "password": os.environ["SHOP_PASSWORD"]}
    with compare.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(TABLES, (database,))
        tables = [(compare.text(name), int(columns), (compare.text(keys) or "").split(",")) for name, columns, keys in cursor]
    requests = [
        {"table": f"{warehouse}/{database}.db/{name}", "source": f"{database}.{name}", "dsn": dsn, "keys": list(filter(None, keys))}
        for name, _, keys in tables]

    good, bad = ("\033[32m✓\033[0m", "\033[31m✗\033[0m") if os.environ.get("DEMO_COLOUR") else ("✓", "✗")
    rows = values = 0
    failed = []
    with ProcessPoolExecutor(2) as pool:
        for (name, columns, _), answer in zip(tables, pool.map(prove, requests)):
            rows += answer["rows"]
            values += answer["rows"] * columns
            verdict = f"{good} equal" if answer["equal"] else f"{bad} DIFFERENT"
            print(f"{name:<14}{answer['rows']:>10,} rows{columns:>5} columns   {verdict}", flush=True)
            if not answer["equal"]:
                failed.append((name, answer))
    for name, answer in failed:
        detail = {key: value for key, value in answer.items() if key not in ("equal", "rows", "seconds")}
        print(f"\n{name}: {json.dumps(detail, ensure_ascii=False, default=str, indent=2)}"[:4000], file=sys.stderr)
    if failed:
        sys.exit(1)
    print(f"\n{rows:,} rows, {values:,} values: the same on both sides, read by pypaimon and pypaimon-rust.")


if __name__ == "__main__":
    main()
