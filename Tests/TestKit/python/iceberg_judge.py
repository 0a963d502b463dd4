"""Reads an Iceberg table by its folder with readers that are not ours: DuckDB, iceberg-rust, pyiceberg."""

import glob
import importlib
import os
import re

READERS = {}


def reader(function):
    READERS[function.__name__] = function
    return function


def metadata(folder):
    """The newest metadata file of a table in a file-system catalog."""
    files = glob.glob(os.path.join(folder, "metadata", "*.metadata.json"))
    return max(files, key=lambda path: int(re.match(r"v?(\d+)", os.path.basename(path)).group(1)))


@reader
def duckdb(path):
    import duckdb as library

    connection = library.connect()
    for extension in ("avro", "iceberg"):
        folder = os.path.dirname(importlib.import_module("duckdb_extension_" + extension).__file__)
        connection.execute(f"LOAD '{glob.glob(folder + '/extensions/*/' + extension + '.duckdb_extension')[0]}'")
    connection.execute("SET TimeZone='UTC'")
    result = connection.execute(f"SELECT * FROM iceberg_scan('{path}')").arrow()
    return result.read_all() if hasattr(result, "read_all") else result


@reader
def rust(path):
    import datafusion
    import pyarrow
    from pyiceberg_core.datafusion import IcebergDataFusionTable

    table = IcebergDataFusionTable(identifier=["db", "t"], metadata_location="file://" + path, file_io_properties={})
    context = datafusion.SessionContext()
    context.register_table("t", table)
    frame = context.table("t")
    return pyarrow.Table.from_batches(frame.collect(), schema=frame.schema())


@reader
def pyiceberg(path):
    from pyiceberg.table import StaticTable

    return StaticTable.from_metadata("file://" + path).scan().to_arrow()


def rows(request):
    """{"table": FOLDER, "reader", "columns"} -> {"rows", "count", "metadata"}, in the spelling of canonical.py."""
    import canonical

    path = metadata(request["table"])
    table = READERS[request["reader"]](path)
    if request.get("columns"):
        table = table.select(request["columns"])
    found = canonical.rows_of(table, None)
    return {"columns": table.column_names, "rows": found, "count": len(found), "metadata": path}


def append(request):
    """{"catalog": SQLITE FILE, "table": "database.name", "rows": [{column: value}]} -> {}: rows of another engine's making."""
    import pyarrow
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.io.pyarrow import schema_to_pyarrow

    catalog = SqlCatalog("sluice", uri="sqlite:///" + request["catalog"])
    table = catalog.load_table(request["table"])
    schema = schema_to_pyarrow(table.schema(), include_field_ids=False)
    columns = [pyarrow.array([row.get(field.name) for row in request["rows"]]).cast(field.type) for field in schema]
    table.append(pyarrow.Table.from_arrays(columns, schema=schema))
    return {}
