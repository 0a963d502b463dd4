"""Foreign clients of an Iceberg REST catalog: `rest_clients.py REQUEST`, JSON in, one line of JSON out.

  {"op": "exercise", "uri", ...}                    pyiceberg and DuckDB make, change and read tables of each other
      {"pyiceberg": [row], "duckdb": [row], "names": [table]}
  {"op": "read", "uri", "table", ...}               {"pyiceberg": [row], "duckdb": [row]} of one table
  {"op": "append", "uri", "table", "rows", ...}     rows of pyiceberg's, one commit each: {"snapshots"}

Beside `uri`: `warehouse`, and `credential` ("id:secret") with `scope`, or `token`. Rows come sorted, their values as text.
"""

import glob
import json
import site
import sys

import duckdb
import pyarrow
from pyiceberg.catalog import load_catalog


def main():
    request = json.loads(sys.argv[1])
    print(json.dumps({"exercise": exercise, "read": read, "append": append}[request["op"]](request)))


def pyiceberg(request):
    names = {"credential": "credential", "scope": "scope", "token": "token", "warehouse": "warehouse"}
    given = {names[key]: value for key, value in request.items() if key in names}
    return load_catalog("rest", type="rest", uri=request["uri"], **given)


def duck(request):
    """A connection with the catalog as `lake`. The extensions come from PyPI, so that nothing is fetched from elsewhere."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": False})
    for name in ("httpfs", "avro", "iceberg"):
        pattern = f"duckdb_extension_{name}/extensions/*/{name}.duckdb_extension"
        path = next(path for folder in site.getsitepackages() for path in glob.glob(f"{folder}/{pattern}"))
        connection.execute(f"LOAD '{path}'")
    options = f"ENDPOINT '{request['uri']}'"
    if "credential" in request:
        user, _, secret = request["credential"].partition(":")
        connection.execute(
            f"CREATE SECRET s (TYPE iceberg, CLIENT_ID '{user}', CLIENT_SECRET '{secret}', OAUTH2_SCOPE '{request.get('scope', 'catalog')}', "
            f"OAUTH2_SERVER_URI '{request['uri']}/v1/oauth/tokens')")
        options += ", SECRET s"
    elif "token" in request:
        connection.execute(f"CREATE SECRET s (TYPE iceberg, TOKEN '{request['token']}')")
        options += ", SECRET s"
    else:
        options += ", AUTHORIZATION_TYPE 'none'"
    connection.execute(f"ATTACH '{request.get('warehouse', '')}' AS lake (TYPE iceberg, {options})")
    return connection


def exercise(request):
    catalog = pyiceberg(request)
    catalog.create_namespace("foreign")
    schema = pyarrow.schema([pyarrow.field("id", pyarrow.int64(), nullable=False), ("name", pyarrow.string())])
    table = catalog.create_table("foreign.snakes", schema)
    for number in range(3):
        table.append(pyarrow.table({"id": [number], "name": [f"n{number}"]}, schema=schema))
    with table.update_schema() as update:
        update.rename_column("name", "title")
    connection = duck(request)
    connection.execute("CREATE TABLE lake.foreign.ducks (id BIGINT, title VARCHAR)")
    connection.execute("INSERT INTO lake.foreign.ducks SELECT id, title FROM lake.foreign.snakes")
    catalog.rename_table("foreign.ducks", "foreign.geese")
    return {
        "pyiceberg": rows_of(catalog.load_table("foreign.geese").scan().to_arrow()),
        "duckdb": rows_of(duck(request).execute("SELECT * FROM lake.foreign.snakes").to_arrow_table()),
        "names": sorted(name for _, name in catalog.list_tables("foreign")),
    }


def read(request):
    # DuckDB knows a namespace of several levels as one schema.
    name = f'"{".".join(request["table"][:-1])}"."{request["table"][-1]}"'
    return {
        "pyiceberg": rows_of(pyiceberg(request).load_table(tuple(request["table"])).scan().to_arrow()),
        "duckdb": rows_of(duck(request).execute(f"SELECT * FROM lake.{name}").to_arrow_table()),
    }


def append(request):
    table = pyiceberg(request).load_table(tuple(request["table"]))
    schema = table.schema().as_arrow()
    for row in request["rows"]:
        columns = {field.name: pyarrow.array([row[field.name]], field.type) for field in schema}
        while True:
            try:
                table.append(pyarrow.table(columns, schema=schema))
                break
            except Exception as problem:
                if type(problem).__name__ != "CommitFailedException":
                    raise
                table.refresh()
    return {"snapshots": len(table.metadata.snapshots)}


def rows_of(table):
    return sorted([None if value is None else str(value) for value in row.values()] for row in table.to_pylist())


main()
