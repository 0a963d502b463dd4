"""A small writer of unpartitioned Iceberg tables, for what no engine at hand writes: delete files of every kind, in either version.

{"op": "iceberg", "do": "fixture", "folder", "version": 2 | 3, "key": [column], "steps": [...]} makes a table in the layout of a file-system
catalog. The columns are `id` (long, required), `name` (string) and `n` (int). A step is one commit:

  {"append": [[id, name, n]]}                 one data file
  {"equality": [id]}                          an equality delete file by `id`
  {"equality": [id], "append": [...]}         both in one commit
  {"positions": [[file, [position]]]}         a position delete file; files count from 0 in the order in which they came
  {"vectors": [[file, [position]]]}           a deletion vector for each file, all in one Puffin file; vectors of before are replaced
  {"remove": [file]}                          a data file leaves
  {"add": [name, type, default]}              a column; `default` is its initial default
  {"drop": name}, {"rename": [old, new]}, {"promote": name}    `promote` makes a long of the int
"""

import json
import os
import struct
import time
import uuid
import zlib

import fastavro
import pyarrow as pa
import pyarrow.parquet as parquet
from pyroaring import BitMap

ARROW = {"long": pa.int64(), "int": pa.int32(), "string": pa.string(), "double": pa.float64(), "boolean": pa.bool_()}


def field(name, number, kind, optional=False):
    made = {"name": name, "field-id": number, "type": ["null", kind] if optional else kind}
    return {**made, "default": None} if optional else made


def pairs(key, value, kind):
    record = {"type": "record", "name": f"k{key}_v{value}", "fields": [field("key", key, "int"), field("value", value, kind)]}
    return {"type": "array", "logicalType": "map", "items": record}


def file_schema(version):
    fields = [
        field("content", 134, "int"), field("file_path", 100, "string"), field("file_format", 101, "string"),
        field("partition", 102, {"type": "record", "name": "r102", "fields": []}), field("record_count", 103, "long"),
        field("file_size_in_bytes", 104, "long"), field("lower_bounds", 125, pairs(126, 127, "bytes"), True),
        field("upper_bounds", 128, pairs(129, 130, "bytes"), True),
        field("equality_ids", 135, {"type": "array", "element-id": 136, "items": "int"}, True), field("referenced_data_file", 143, "string", True),
    ]
    if version >= 3:
        fields += [
            field("first_row_id", 142, "long", True), field("content_offset", 144, "long", True), field("content_size_in_bytes", 145, "long", True)]
    return {"type": "record", "name": "manifest_entry", "fields": [
        field("status", 0, "int"), field("snapshot_id", 1, "long", True), field("sequence_number", 3, "long", True),
        field("file_sequence_number", 4, "long", True), field("data_file", 2, {"type": "record", "name": "r2", "fields": fields})]}


def list_schema(version):
    # The older names of the counts: readers go by the ids.
    fields = [
        field("manifest_path", 500, "string"), field("manifest_length", 501, "long"), field("partition_spec_id", 502, "int"),
        field("content", 517, "int"), field("sequence_number", 515, "long"), field("min_sequence_number", 516, "long"),
        field("added_snapshot_id", 503, "long"), field("added_data_files_count", 504, "int"), field("existing_data_files_count", 505, "int"),
        field("deleted_data_files_count", 506, "int"), field("added_rows_count", 512, "long"), field("existing_rows_count", 513, "long"),
        field("deleted_rows_count", 514, "long"),
    ]
    return {"type": "record", "name": "manifest_file", "fields": fields + ([field("first_row_id", 520, "long", True)] if version >= 3 else [])}


class Table:
    def __init__(self, folder, version, key):
        self.folder, self.version = folder, version
        os.makedirs(f"{folder}/metadata"), os.makedirs(f"{folder}/data")
        self.fields = [[1, "id", "long", True, None], [2, "name", "string", False, None], [3, "n", "int", False, None]]
        self.key = [one[0] for one in self.fields if one[1] in key]
        self.schemas, self.snapshots, self.log, self.live, self.names = [], [], [], [], []
        self.uuid, self.sequence, self.next_row, self.count, self.last_id = str(uuid.uuid4()), 0, 0, 0, 3
        self.keep_schema()

    def uri(self, path):
        return f"file://{path}"

    def keep_schema(self):
        described = []
        for number, name, kind, required, default in self.fields:
            one = {"id": number, "name": name, "type": kind, "required": required}
            described.append({**one, "initial-default": default, "write-default": default} if default is not None else one)
        self.schemas.append({"type": "struct", "schema-id": len(self.schemas), "identifier-field-ids": self.key, "fields": described})
        self.write_metadata()

    def write_metadata(self):
        self.count += 1
        current = self.snapshots[-1]["snapshot-id"] if self.snapshots else None
        content = {
            "format-version": self.version, "table-uuid": self.uuid, "location": self.uri(self.folder), "last-sequence-number": self.sequence,
            "last-updated-ms": int(time.time() * 1000), "last-column-id": self.last_id, "schemas": self.schemas,
            "current-schema-id": len(self.schemas) - 1, "partition-specs": [{"spec-id": 0, "fields": []}], "default-spec-id": 0,
            "last-partition-id": 999, "sort-orders": [{"order-id": 0, "fields": []}], "default-sort-order-id": 0, "properties": {},
            "current-snapshot-id": current or -1, "refs": {"main": {"snapshot-id": current, "type": "branch"}} if current else {},
            "snapshots": self.snapshots, "snapshot-log": self.log, "metadata-log": [], "statistics": [], "of-another-writer": {"kept": True},
        }
        if self.version >= 3:
            content["next-row-id"] = self.next_row
        with open(f"{self.folder}/metadata/v{self.count}.metadata.json", "x") as file:
            json.dump(content, file)
        with open(f"{self.folder}/metadata/version-hint.text", "w") as file:
            file.write(str(self.count))

    def described(self, content, path, size, rows, **more):
        made = {key: None for key in (
            "lower_bounds", "upper_bounds", "equality_ids", "referenced_data_file", "first_row_id", "content_offset", "content_size_in_bytes")}
        return {**made, "content": content, "file_path": self.uri(path), "file_format": "PARQUET", "partition": {}, "record_count": rows,
                "file_size_in_bytes": size, **more}

    def write_parquet(self, name, columns, rows):
        schema = pa.schema([pa.field(name, kind, not required, {"PARQUET:field_id": str(number)}) for number, name, kind, required in columns])
        path = f"{self.folder}/data/{name}-{uuid.uuid4()}.parquet"
        arrays = [pa.array([row[place] for row in rows], kind) for place, (_, _, kind, _) in enumerate(columns)]
        parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), path)
        return path, os.path.getsize(path)

    def append(self, rows):
        columns = [(number, name, ARROW[kind], required) for number, name, kind, required, _ in self.fields]
        path, size = self.write_parquet("data", columns, rows)
        self.names.append(self.uri(path))
        return self.described(0, path, size, len(rows))

    def equality(self, ids):
        path, size = self.write_parquet("equality", [(1, "id", pa.int64(), True)], [[one] for one in ids])
        return self.described(2, path, size, len(ids), equality_ids=[1])

    def positions(self, changes):
        rows = sorted((self.names[file], place) for file, places in changes for place in places)
        columns = [(2147483546, "file_path", pa.string(), True), (2147483545, "pos", pa.int64(), True)]
        path, size = self.write_parquet("positions", columns, rows)
        return self.described(1, path, size, len(rows))

    def vectors(self, changes):
        path = f"{self.folder}/data/{uuid.uuid4()}-deletes.puffin"
        content, blobs, made = bytearray(b"PFA1"), [], []
        for file, places in changes:
            body = b"\xd1\xd3\x39\x64" + struct.pack("<qi", 1, 0) + BitMap(places).serialize()
            blob = struct.pack(">i", len(body)) + body + struct.pack(">I", zlib.crc32(body))
            blobs.append({
                "type": "deletion-vector-v1", "fields": [2147483545], "snapshot-id": -1, "sequence-number": -1, "offset": len(content),
                "length": len(blob), "properties": {"referenced-data-file": self.names[file], "cardinality": str(len(places))}})
            made.append((self.names[file], len(content), len(blob), len(places)))
            content += blob
        footer = json.dumps({"blobs": blobs}).encode()
        content += b"PFA1" + footer + struct.pack("<i", len(footer)) + bytes(4) + b"PFA1"
        with open(path, "wb") as file:
            file.write(content)
        replaced = {name for name, *_ in made}
        self.live = [one for one in self.live if one[0]["file_format"] != "PUFFIN" or one[0]["referenced_data_file"] not in replaced]
        return [
            self.described(1, path, len(content), count, file_format="PUFFIN", referenced_data_file=name, content_offset=offset,
                           content_size_in_bytes=length) for name, offset, length, count in made]

    def commit(self, new):
        self.sequence += 1
        snapshot, first = uuid.uuid4().int >> 66, self.next_row
        manifests = []
        for content in (0, 1):
            kept = [one for one in self.live if (one[0]["content"] > 0) == bool(content)]
            added = [one for one in new if (one["content"] > 0) == bool(content)]
            entries = [
                {"status": 0, "snapshot_id": by, "sequence_number": at, "file_sequence_number": at, "data_file": one} for one, at, by in kept]
            entries += [
                {"status": 1, "snapshot_id": snapshot, "sequence_number": None, "file_sequence_number": None, "data_file": one} for one in added]
            if not entries:
                continue
            path = f"{self.folder}/metadata/{uuid.uuid4()}-m0.avro"
            about = {
                "schema": json.dumps(self.schemas[-1]), "schema-id": str(len(self.schemas) - 1), "partition-spec": "[]", "partition-spec-id": "0",
                "format-version": str(self.version), "content": "deletes" if content else "data"}
            with open(path, "wb") as file:
                fastavro.writer(file, fastavro.parse_schema(file_schema(self.version)), entries, codec="deflate", metadata=about)
            rows = lambda files: sum(one["record_count"] for one in files)
            manifests.append({
                "manifest_path": self.uri(path), "manifest_length": os.path.getsize(path), "partition_spec_id": 0, "content": content,
                "sequence_number": self.sequence, "min_sequence_number": min([self.sequence] + [at for _, at, _ in kept]),
                "added_snapshot_id": snapshot, "added_data_files_count": len(added), "existing_data_files_count": len(kept),
                "deleted_data_files_count": 0, "added_rows_count": rows(added), "existing_rows_count": rows(one for one, _, _ in kept),
                "deleted_rows_count": 0, "first_row_id": None if content or self.version < 3 else first})
            for one in added:
                if not content and self.version >= 3:
                    one["first_row_id"] = self.next_row
                    self.next_row += one["record_count"]
        self.live += [(one, self.sequence, snapshot) for one in new]
        path = f"{self.folder}/metadata/snap-{snapshot}-1-{uuid.uuid4()}.avro"
        with open(path, "wb") as file:
            fastavro.writer(file, fastavro.parse_schema(list_schema(self.version)), manifests, codec="null")
        made = {
            "snapshot-id": snapshot, "sequence-number": self.sequence, "timestamp-ms": int(time.time() * 1000),
            "summary": {"operation": "overwrite"}, "manifest-list": self.uri(path), "schema-id": len(self.schemas) - 1}
        if self.snapshots:
            made["parent-snapshot-id"] = self.snapshots[-1]["snapshot-id"]
        if self.version >= 3:
            made["first-row-id"], made["added-rows"] = first, self.next_row - first
        self.snapshots.append(made)
        self.log.append({"snapshot-id": snapshot, "timestamp-ms": made["timestamp-ms"]})
        self.write_metadata()

    def change(self, step):
        if "add" in step:
            self.last_id += 1
            self.fields.append([self.last_id, step["add"][0], step["add"][1], False, step["add"][2]])
        if "drop" in step:
            self.fields = [one for one in self.fields if one[1] != step["drop"]]
        for one in self.fields:
            if "rename" in step and one[1] == step["rename"][0]:
                one[1] = step["rename"][1]
            if one[1] == step.get("promote"):
                one[2] = "long"
        self.keep_schema()

    def run(self, step):
        if {"add", "drop", "rename", "promote"} & step.keys():
            return self.change(step)
        new = []
        if "append" in step:
            new.append(self.append(step["append"]))
        if "equality" in step:
            new.append(self.equality(step["equality"]))
        if "positions" in step:
            new.append(self.positions(step["positions"]))
        if "vectors" in step:
            new += self.vectors(step["vectors"])
        gone = {self.names[file] for file in step.get("remove", [])}
        self.live = [one for one in self.live if one[0]["file_path"] not in gone]
        self.commit(new)


def make(request):
    table = Table(request["folder"], request.get("version", 2), request.get("key", []))
    for step in request["steps"]:
        table.run(step)
    return {"folder": table.folder}
