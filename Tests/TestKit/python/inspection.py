"""Looks inside files: what an Avro or Parquet file holds."""

import fastavro
import pyarrow.parquet as parquet

import canonical


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
