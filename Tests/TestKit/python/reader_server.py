"""Answers questions about tables and files: one JSON request a line on standard input, one JSON answer a line on standard output.

Loading the readers takes seconds, so a test process keeps one server. An "id" is echoed. A failure answers {"error", "kind"}.

  {"op": "read", "table": FOLDER, "format": "paimon" | "iceberg", "reader": NAME | "all", "columns", "keys", "snapshot", "limit"}
      {"columns": [name], "types": {name: Arrow type}, "rows": [[value]], "count"}; ordered by keys, else by text;
      without a "reader" the format's first one; "all" also answers "agree" and, when that is false, "differences"
  {"op": "count", "table", "reader", "snapshot"}                {"count"}
  {"op": "compare", "table", "source", "dsn", "keys", ...}      see compare.py
  {"op": "schema", "table"}                                     {"fields", "primary_keys", "partition_keys", "options", "comment"}
  {"op": "files", "table", "snapshot"}                          {"files", "rows"}
  {"op": "orphans", "table"}                                    {"orphans", "missing", "referenced"}
  {"op": "avro", "path"}                                        {"schema", "codec", "metadata", "records"}
  {"op": "parquet", "path"}                                     {"rows", "fields", "columns", "row_groups", "metadata", ...}
  {"op": "iceberg", "do": NAME, ...}                            see iceberg_writer.py
  {"op": "ping"}                                                {"versions"}

Spelling of values: canonical.py. Without "op" a request reads.
"""

import json
import os
import sys
from importlib.metadata import version

import canonical
import compare
import iceberg_writer
import inspection
import lake


def read(request):
    names = lake.judges(request.get("format")) if request.get("reader") == "all" else [request.get("reader")]
    tables = [lake.read(request["table"], name, request.get("columns"), request.get("snapshot"), request.get("format")) for name in names]
    first = tables[0]
    rows = canonical.rows_of(first, request.get("keys"))
    answer = {"columns": first.column_names, "types": {field.name: str(field.type) for field in first.schema}, "count": len(rows)}
    if len(tables) > 1:
        others = canonical.rows_of(tables[1].select(first.column_names), request.get("keys"))
        answer["agree"] = rows == others
        if not answer["agree"]:
            texts = [set(map(canonical.json_text, side)) for side in (rows, others)]
            answer["differences"] = {
                names[0]: sorted(texts[0] - texts[1])[:5], names[1]: sorted(texts[1] - texts[0])[:5], "counts": [len(rows), len(others)]}
    answer["rows"] = rows[: request.get("limit")]
    return answer


def count(request):
    found = lake.read(request["table"], request.get("reader"), snapshot=request.get("snapshot"), format=request.get("format"))
    return {"count": found.num_rows}


PACKAGES = (
    "pypaimon", "pypaimon-rust", "pyiceberg", "pyiceberg-core", "datafusion", "duckdb", "polars", "chdb", "pyarrow", "fastavro", "pymysql")

OPERATIONS = {
    "read": read,
    "count": count,
    "compare": compare.compare,
    "schema": lambda request: lake.of(request.get("format")).schema(request["table"]),
    "files": lambda request: lake.of(request.get("format")).planned_files(request["table"], request.get("snapshot")),
    "orphans": lambda request: lake.of(request.get("format")).references(request["table"]),
    "avro": lambda request: inspection.avro(request["path"]),
    "parquet": lambda request: inspection.parquet_file(request["path"]),
    "iceberg": lambda request: iceberg_writer.OPERATIONS[request["do"]](request),
    "ping": lambda request: {"versions": {name: version(name) for name in PACKAGES}},
}


def answer(line):
    request = {}
    try:
        request = json.loads(line)
        operation = request.get("op", "read")
        if operation not in OPERATIONS:
            raise ValueError(f"unknown op {operation!r}: known are {', '.join(OPERATIONS)}")
        result = OPERATIONS[operation](request)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the Rust reader's panics are no Exception
        result = {"error": str(error)[:2000] or type(error).__name__, "kind": type(error).__name__}
    return {"id": request["id"], **result} if isinstance(request, dict) and "id" in request else result


def main():
    # Libraries may print: only answers reach the real standard output.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(line), ensure_ascii=False, allow_nan=False, default=str), file=answers, flush=True)


if __name__ == "__main__":
    main()
