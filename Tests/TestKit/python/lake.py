"""Reads Paimon tables with two independent readers: pypaimon (Python) and pypaimon-rust.

A table is named by its folder, <warehouse>/<database>.db/<table>.
"""

from pathlib import Path

import pyarrow as pa


def locate(table):
    folder = Path(table).resolve()
    if folder.parent.suffix != ".db":
        raise ValueError(f"expected <warehouse>/<database>.db/<table>, found {table}")
    return str(folder.parent.parent), folder.parent.stem, folder.name


def open_pypaimon(table, snapshot=None):
    from pypaimon import CatalogFactory
    from pypaimon.common.identifier import Identifier

    warehouse, database, name = locate(table)
    opened = CatalogFactory.create({"warehouse": warehouse}).get_table(Identifier(database, name))
    return opened.copy({"scan.snapshot-id": str(snapshot)}) if snapshot else opened


def read_pypaimon(table, columns=None, snapshot=None):
    builder = open_pypaimon(table, snapshot).new_read_builder()
    if columns:
        builder = builder.with_projection(columns)
    return builder.new_read().to_arrow(builder.new_scan().plan().splits())


def read_rust(table, columns=None, snapshot=None):
    from pypaimon_rust.datafusion import PaimonCatalog, SQLContext

    warehouse, database, name = locate(table)
    if snapshot:
        context = SQLContext()
        context.register_catalog("paimon", {"warehouse": warehouse})
        wanted = ", ".join(f"`{column}`" for column in columns) if columns else "*"
        batches = context.sql(f"SELECT {wanted} FROM paimon.`{database}`.`{name}` VERSION AS OF {int(snapshot)}")
    else:
        builder = PaimonCatalog({"warehouse": warehouse}).get_table((database, name)).new_read_builder()
        if columns:
            builder = builder.with_projection(columns)
        batches = list(builder.new_read().read_arrow(builder.new_scan().plan().splits()))
    # Without a row this reader tells no schema.
    return pa.Table.from_batches(batches) if batches else read_pypaimon(table, columns, snapshot).slice(0, 0)


READERS = {"pypaimon": read_pypaimon, "rust": read_rust}


def read(table, reader="pypaimon", columns=None, snapshot=None):
    if reader not in READERS:
        raise ValueError(f"unknown reader {reader!r}: known are {', '.join(READERS)}")
    return READERS[reader](table, columns, snapshot)
