"""Another engine at work on Iceberg tables: pyiceberg through its SQL catalog, and tables of a small writer of our own for what pyiceberg
does not write. {"op": "iceberg", "do": NAME, ...}

  "append"      {"catalog": {"uri", "warehouse", "name"}, "table": "db.t", "rows": [{column: value}]}    {"snapshot"}
  "create"      {"catalog", "table", "fields": [[name, type, required]], "partition": [[source, transform]]}    {"location"}
  "load"        {"catalog", "table"}            {"rows", "snapshots", "location", "columns"}
  "tables"      {"catalog"}                     {"namespaces", "tables"}
  "evolve"      {"catalog", "table", "add": [[name, type]], "drop": [name], "rename": {old: new}}    {}
  "overwrite"   {"catalog", "table", "delete": FILTER}    {}: rewrites the files that hold such rows
  "transform"   {"transform", "type", "values"} {"values"}
  "single"      {"type", "values"}              {"values"} as base64 of the binary form
  "puffin"      {"path"}                        {"vectors": {data file: [position]}}
  "metadata"    {"text"}                        {"json"}, as pyiceberg writes what it has read
  "fixture"     see iceberg_fixtures.py
"""

import base64
import datetime
import decimal
import json
import uuid
from pathlib import Path

import pyarrow as pa

import canonical
import iceberg_fixtures


def catalog(request):
    from pyiceberg.catalog.sql import SqlCatalog

    options = request["catalog"]
    return SqlCatalog(options.get("name", "sluice"), uri=options["uri"], warehouse=options["warehouse"])


def table(request):
    return catalog(request).load_table(request["table"])


def append(request):
    found = table(request)
    rows = request["rows"]
    wanted = found.schema().as_arrow()
    columns = [pa.array([row.get(field.name) for row in rows]).cast(field.type) for field in wanted]
    found.append(pa.Table.from_arrays(columns, schema=wanted))
    return {"snapshot": found.current_snapshot().snapshot_id}


def kind(text):
    """A pyiceberg type by its name in a schema."""
    from pyiceberg.types import IcebergType
    from pydantic import TypeAdapter

    return TypeAdapter(IcebergType).validate_python(text)


def create(request):
    from pyiceberg.partitioning import PartitionField, PartitionSpec
    from pyiceberg.schema import Schema
    from pyiceberg.transforms import parse_transform
    from pyiceberg.types import NestedField

    fields = [
        NestedField(place + 1, name, kind(type), required=required) for place, (name, type, required) in enumerate(request["fields"])]
    schema = Schema(*fields)
    parts = [
        PartitionField(schema.find_field(source).field_id, 1000 + place, parse_transform(transform), f"{source}_{place}")
        for place, (source, transform) in enumerate(request.get("partition", []))]
    opened = catalog(request)
    opened.create_namespace_if_not_exists(request["table"].split(".")[0])
    made = opened.create_table(request["table"], schema, partition_spec=PartitionSpec(*parts), properties=request.get("properties", {}))
    return {"location": made.location()}


def load(request):
    found = table(request)
    rows = found.scan().to_arrow()
    return {
        "rows": [dict(zip(rows.column_names, row)) for row in canonical.rows_of(rows)], "location": found.location(),
        "snapshots": [snapshot.snapshot_id for snapshot in found.snapshots()], "columns": rows.column_names,
    }


def tables(request):
    opened = catalog(request)
    namespaces = [".".join(name) for name in opened.list_namespaces()]
    return {"namespaces": namespaces, "tables": [".".join(name) for space in namespaces for name in opened.list_tables(space)]}


def evolve(request):
    with table(request).update_schema() as update:
        for name, type in request.get("add", []):
            update.add_column(name, kind(type))
        for name in request.get("drop", []):
            update.delete_column(name)
        for old, new in request.get("rename", {}).items():
            update.rename_column(old, new)
    return {}


def overwrite(request):
    table(request).delete(request["delete"])
    return {}


def python_value(type, value):
    if value is None:
        return None
    name = type.split("(")[0].split("[")[0]
    if name == "decimal":
        return decimal.Decimal(value)
    if name in ("binary", "fixed"):
        return base64.b64decode(value)
    if name == "uuid":
        return uuid.UUID(value)
    if name == "date":
        return (datetime.date.fromisoformat(value) - datetime.date(1970, 1, 1)).days if isinstance(value, str) else value
    return value


def transform(request):
    from pyiceberg.transforms import parse_transform

    source = kind(request["type"])
    apply = parse_transform(request["transform"]).transform(source)
    values = [apply(python_value(request["type"], value)) for value in request["values"]]
    return {"values": [canonical.spell(value) for value in values]}


def single(request):
    from pyiceberg.conversions import to_bytes

    type = kind(request["type"])
    found = (to_bytes(type, python_value(request["type"], value)) for value in request["values"])
    return {"values": [base64.b64encode(value).decode() for value in found]}


def puffin(request):
    from pyiceberg.table.puffin import PuffinFile

    vectors = PuffinFile(Path(request["path"]).read_bytes()).to_vector()
    return {"vectors": {name: vector.to_pylist() for name, vector in vectors.items()}}


def metadata(request):
    from pyiceberg.table.metadata import TableMetadataUtil

    return {"json": json.loads(TableMetadataUtil.parse_raw(request["text"]).model_dump_json())}


def lock(request):
    """Locks the catalog's database for that many seconds from now on."""
    import sqlite3
    import threading

    connection = sqlite3.connect(request["path"], check_same_thread=False, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    threading.Timer(request["seconds"], connection.close).start()
    return {}


OPERATIONS = {
    "append": append, "create": create, "load": load, "tables": tables, "evolve": evolve, "overwrite": overwrite, "transform": transform,
    "single": single, "puffin": puffin, "metadata": metadata, "fixture": iceberg_fixtures.make, "lock": lock,
}
