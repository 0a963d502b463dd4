"""Reads Paimon tables with two independent readers: pypaimon (Python) and pypaimon-rust.

A table is named by its folder, <warehouse>/<database>.db/<table>.
"""

import json
import os
from pathlib import Path

import pyarrow as pa

import canonical
import inspection


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
JUDGES = ("pypaimon", "rust")


def schema(table):
    opened = open_pypaimon(table)
    return {
        "fields": [{"id": field.id, "name": field.name, "type": str(field.type), "comment": field.description} for field in opened.fields],
        "primary_keys": list(opened.primary_keys), "partition_keys": list(opened.partition_keys),
        "options": dict(opened.table_schema.options), "comment": opened.table_schema.comment,
    }


def planned_files(table, snapshot=None):
    """The data files that pypaimon's plan of a full read holds, and the deletion vectors on them."""
    root = Path(table).resolve()
    plan = open_pypaimon(table, snapshot).new_read_builder().new_scan().plan()
    files = []
    for number, split in enumerate(plan.splits()):
        deletions = split.data_deletion_files or [None] * len(split.files)
        for file, deletion in zip(split.files, deletions):
            files.append({
                "name": file.file_name, "path": os.path.relpath(file.file_path, root), "split": number,
                "raw_convertible": split.raw_convertible, "partition": canonical.spell(list(split.partition.values)),
                "bucket": split.bucket, "level": file.level, "rows": file.row_count, "deleted_rows": file.delete_row_count,
                "size": file.file_size, "schema_id": file.schema_id,
                "min_key": canonical.spell(list(file.min_key.values)), "max_key": canonical.spell(list(file.max_key.values)),
                "min_sequence": file.min_sequence_number, "max_sequence": file.max_sequence_number,
                "deletion_vector": os.path.basename(deletion.dv_index_path) if deletion else None,
                "deletion_vector_rows": deletion.cardinality if deletion else 0,
            })
    return {"files": files, "rows": sum(file["rows"] for file in files)}


def references(table):
    """Of every snapshot all files it needs, found by a walk of our own through the manifests.

    Answers with the files on disk that no snapshot needs ("orphans") and the needed ones that are absent ("missing"),
    both as paths inside the table; schemas and the snapshot folder are left out.
    """
    root = Path(table).resolve()
    needed = {}

    def records(folder, name):
        if (folder, name) not in needed:
            needed[folder, name] = list(inspection.read_avro(root / folder / name)["records"]) if (root / folder / name).exists() else []
        return needed[folder, name]

    data = set()
    for path in sorted((root / "snapshot").glob("snapshot-*")):
        if not path.name.removeprefix("snapshot-").isdigit():
            continue
        snapshot = json.loads(path.read_text())
        live = {}
        for key in ("baseManifestList", "deltaManifestList"):
            for manifest in records("manifest", snapshot[key]):
                for entry in records("manifest", manifest["_FILE_NAME"]):
                    file = entry["_FILE"]
                    identity = entry["_PARTITION"], entry["_BUCKET"], file["_LEVEL"], file["_FILE_NAME"]
                    if entry["_KIND"] == 0:
                        live[identity] = live.get(identity, 0) + 1
                    else:
                        live[identity] = live.get(identity, 0) - 1
        data.update(identity[3] for identity, count in live.items() if count > 0)
        if changelog := snapshot.get("changelogManifestList"):
            for manifest in records("manifest", changelog):
                data.update(entry["_FILE"]["_FILE_NAME"] for entry in records("manifest", manifest["_FILE_NAME"]))
        if index := snapshot.get("indexManifest"):
            data.update(entry["_FILE_NAME"] for entry in records("manifest", index))
        if statistics := snapshot.get("statistics"):
            data.add(statistics)

    data.update(name for _, name in needed)
    present = {
        path.name: str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] not in ("schema", "snapshot", "tag", "consumer")
    }
    return {
        "orphans": sorted(path for name, path in present.items() if name not in data),
        "missing": sorted(data - present.keys()),
        "referenced": len(data),
    }
