"""Looks inside tables and files: what a plan reads, what no snapshot refers to, what an Avro or Parquet file holds."""

import json
import os
from pathlib import Path

import fastavro
import pyarrow.parquet as parquet

import canonical
import lake


def schema(table):
    opened = lake.open_pypaimon(table)
    return {
        "fields": [{"id": field.id, "name": field.name, "type": str(field.type), "comment": field.description} for field in opened.fields],
        "primary_keys": list(opened.primary_keys), "partition_keys": list(opened.partition_keys),
        "options": dict(opened.table_schema.options), "comment": opened.table_schema.comment,
    }


def planned_files(table, snapshot=None):
    """The data files that pypaimon's plan of a full read holds, and the deletion vectors on them."""
    root = Path(table).resolve()
    plan = lake.open_pypaimon(table, snapshot).new_read_builder().new_scan().plan()
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
            needed[folder, name] = list(read_avro(root / folder / name)["records"]) if (root / folder / name).exists() else []
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


def read_avro(path):
    with open(path, "rb") as file:
        reader = fastavro.reader(file)
        return {"schema": reader.writer_schema, "codec": reader.codec, "metadata": dict(reader.metadata), "records": list(reader)}


def avro(path):
    return canonical.spell(read_avro(path))


def bound(value):
    try:
        return canonical.spell(value) if not isinstance(value, int) else value
    except (ValueError, OverflowError):
        return str(value)


def column_statistics(chunk):
    statistics = chunk.statistics
    if statistics is None:
        return None
    answer = {"nulls": statistics.null_count if statistics.has_null_count else None, "values": statistics.num_values}
    if statistics.has_min_max:
        answer["min"], answer["max"] = bound(statistics.min), bound(statistics.max)
    return answer


def parquet_file(path):
    file = parquet.ParquetFile(path)
    meta = file.metadata
    ids = {field.name: int((field.metadata or {}).get(b"PARQUET:field_id", -1)) for field in file.schema_arrow}
    leaves = [meta.schema.column(place) for place in range(meta.num_columns)]
    groups = []
    for number in range(meta.num_row_groups):
        group = meta.row_group(number)
        chunks = [group.column(place) for place in range(group.num_columns)]
        groups.append({
            "rows": group.num_rows, "bytes": group.total_byte_size,
            "columns": [{
                "path": chunk.path_in_schema, "compression": chunk.compression, "encodings": sorted(chunk.encodings),
                "compressed": chunk.total_compressed_size, "uncompressed": chunk.total_uncompressed_size,
                "statistics": column_statistics(chunk),
            } for chunk in chunks],
        })
    return {
        "rows": meta.num_rows, "created_by": meta.created_by, "format_version": meta.format_version,
        "metadata": canonical_metadata(meta.metadata),
        "fields": [{"name": field.name, "type": str(field.type), "nullable": field.nullable, "id": ids[field.name]}
                   for field in file.schema_arrow],
        "columns": [{"path": leaf.path, "physical": leaf.physical_type, "logical": str(leaf.logical_type)} for leaf in leaves],
        "row_groups": groups,
    }


def canonical_metadata(metadata):
    return {key.decode(): value.decode(errors="replace") for key, value in (metadata or {}).items() if key != b"ARROW:schema"}
