"""Other tools' way from a MySQL table to one zstd Parquet file.

usage: peers.py PEER PORT DATABASE TABLE FILE      user "sluice", password in MYSQL_PASSWORD; prints the number of rows
"""

import glob
import os
import sys

import pyarrow as pa
import pyarrow.parquet as parquet


def connectorx(port, database, query, file):
    """One read into memory over the binary protocol, then one write."""
    import connectorx as cx

    table = cx.read_sql(url(port, database), query, return_type="arrow", protocol="binary")
    parquet.write_table(table, file, compression="zstd")


def connectorx_stream(port, database, query, file):
    """Batch by batch over the binary protocol."""
    import connectorx as cx

    write(cx.read_sql(url(port, database), query, return_type="arrow_stream", protocol="binary", batch_size=100_000), file)


def arrow_odbc(port, database, query, file):
    """Batch by batch through MariaDB's ODBC driver."""
    from arrow_odbc import read_arrow_batches_from_odbc

    driver = glob.glob("/usr/lib/*/odbc/libmaodbc.so")[0]
    connection = (f"Driver={driver};Server=127.0.0.1;Port={port};Database={database};UID=sluice;PWD={os.environ['MYSQL_PASSWORD']};"
                  "CHARSET=utf8mb4;NO_CACHE=1;FORWARDONLY=1")
    write(read_arrow_batches_from_odbc(query, connection_string=connection, batch_size=100_000), file)


def url(port, database):
    return f"mysql://sluice:{os.environ['MYSQL_PASSWORD']}@127.0.0.1:{port}/{database}"


def write(batches, file):
    with parquet.ParquetWriter(file, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


PEERS = {"connectorx": connectorx, "connectorx-stream": connectorx_stream, "arrow-odbc": arrow_odbc}


def main():
    peer, port, database, table, file = sys.argv[1:]
    PEERS[peer](port, database, f"SELECT * FROM {table}", file)
    print(parquet.read_metadata(file).num_rows)


if __name__ == "__main__":
    main()
