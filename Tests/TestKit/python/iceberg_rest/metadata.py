"""A table's metadata as plain JSON, and what updates and requirements mean for it (the table format's specification, versions 2 and 3)."""

import copy
import time
import uuid

NONE = -1
FIRST_PARTITION_FIELD = 1000


class Refused(Exception):
    """An update that makes no sense for this table: the client's mistake."""


class Conflict(Exception):
    """A requirement that does not hold: somebody else was faster."""


def created(request, location):
    """The metadata of a new table. Field ids are the server's to give, in the order in which the schema names them."""
    properties = dict(request.get("properties") or {})
    version = int(properties.pop("format-version", "2"))
    renumbered = Renumbering()
    schema = renumbered.schema(request["schema"])
    table = empty(location)
    updates = [
        {"action": "assign-uuid", "uuid": str(uuid.uuid4())},
        {"action": "upgrade-format-version", "format-version": version},
        {"action": "add-schema", "schema": schema},
        {"action": "set-current-schema", "schema-id": NONE},
        {"action": "add-spec", "spec": renumbered.sources(request.get("partition-spec") or {"fields": []})},
        {"action": "set-default-spec", "spec-id": NONE},
        {"action": "add-sort-order", "sort-order": renumbered.sources(request.get("write-order") or {"order-id": 0, "fields": []})},
        {"action": "set-default-sort-order", "sort-order-id": NONE},
        {"action": "set-location", "location": location},
        {"action": "set-properties", "updates": properties},
    ]
    return applied(table, updates)


def empty(location):
    return {
        "format-version": 1, "table-uuid": None, "location": location, "last-sequence-number": 0, "last-updated-ms": now(), "last-column-id": 0,
        "schemas": [], "current-schema-id": NONE, "partition-specs": [], "default-spec-id": NONE, "last-partition-id": FIRST_PARTITION_FIELD - 1,
        "sort-orders": [], "default-sort-order-id": NONE, "properties": {}, "current-snapshot-id": NONE, "refs": {}, "snapshots": [],
        "snapshot-log": [], "metadata-log": [], "statistics": [], "partition-statistics": [],
    }


def require(table, requirements):
    """`table` is None where there is none."""
    for requirement in requirements:
        kind = requirement["type"]
        if kind == "assert-create":
            if table is not None:
                raise Conflict("Requirement failed: table already exists")
            continue
        if table is None:
            raise Conflict("Requirement failed: table does not exist")
        if kind == "assert-table-uuid":
            expected, found = requirement["uuid"], table["table-uuid"]
        elif kind == "assert-ref-snapshot-id":
            found = table["refs"].get(requirement["ref"], {}).get("snapshot-id")
            expected = requirement["snapshot-id"]
        else:
            name = kind.removeprefix("assert-")
            key = {"last-assigned-field-id": "last-column-id", "last-assigned-partition-id": "last-partition-id"}.get(name, name)
            expected, found = requirement[name], table[key]
        if expected != found:
            raise Conflict(f"Requirement failed: {kind}: expected {expected} != {found}")


def applied(table, updates, check_file=lambda path: None):
    """A new state; `table` itself stays as it is."""
    state = State(copy.deepcopy(table), check_file)
    for update in updates:
        getattr(state, update["action"].replace("-", "_"))(update)
    state.finish()
    return state.table


class Renumbering:
    """Fresh field ids: the fields of a struct first, then what is inside them."""

    def __init__(self):
        self.last = 0
        self.new_ids = {}

    def next(self, old):
        self.last += 1
        self.new_ids[old] = self.last
        return self.last

    def schema(self, schema):
        result = {**self.struct(schema), "schema-id": 0}
        identifiers = schema.get("identifier-field-ids")
        if identifiers is not None:
            result["identifier-field-ids"] = [self.new_ids[field] for field in identifiers]
        return result

    def struct(self, struct):
        fields = [{**field, "id": self.next(field["id"])} for field in struct["fields"]]
        return {"type": "struct", "fields": [{**field, "type": self.type(field["type"])} for field in fields]}

    def type(self, kind):
        if isinstance(kind, str):
            return kind
        if kind["type"] == "struct":
            return self.struct(kind)
        kind = dict(kind)
        names = ["element"] if kind["type"] == "list" else ["key", "value"]
        for name in names:
            kind[f"{name}-id"] = self.next(kind[f"{name}-id"])
        for name in names:
            kind[name] = self.type(kind[name])
        return kind

    def sources(self, spec):
        fields = [{**field, "source-id": self.new_ids.get(field["source-id"])} for field in spec["fields"]]
        if any(field["source-id"] is None for field in fields):
            raise Refused("Cannot find source column of a partition or sort field")
        return {**spec, "fields": fields}


class State:
    """One method for each update of the document."""

    def __init__(self, table, check_file):
        self.table = table
        self.check_file = check_file
        self.last_added = {}
        self.added_snapshots = set()

    def finish(self):
        self.table["last-updated-ms"] = max(now(), self.table["last-updated-ms"])
        for key, where, name in (("current-schema-id", "schemas", "schema-id"), ("default-spec-id", "partition-specs", "spec-id")):
            if not any(item[name] == self.table[key] for item in self.table[where]):
                raise Refused(f"{key} is of nothing in {where}")

    def assign_uuid(self, update):
        if self.table["table-uuid"] not in (None, update["uuid"]):
            raise Refused("Cannot reassign uuid")
        self.table["table-uuid"] = update["uuid"]

    def upgrade_format_version(self, update):
        version = update["format-version"]
        if not self.table["format-version"] <= version <= 3:
            raise Refused(f"Cannot make version {version} of version {self.table['format-version']}")
        self.table["format-version"] = version
        if version >= 3:
            self.table.setdefault("next-row-id", 0)

    def add_schema(self, update):
        schema = dict(update["schema"])
        identifiers = set(field_ids(schema))
        if len(identifiers) != len(list(field_ids(schema))):
            raise Refused("Multiple entries with same field id")
        self.table["last-column-id"] = max(self.table["last-column-id"], *identifiers, 0)
        self.add("schemas", "schema-id", schema)

    def set_current_schema(self, update):
        self.choose("current-schema-id", "schemas", "schema-id", update["schema-id"])

    def add_spec(self, update):
        spec = {"fields": copy.deepcopy(update["spec"]["fields"])}
        last = max(self.table["last-partition-id"], *(field.get("field-id", 0) for field in spec["fields"]), 0)
        for field in spec["fields"]:
            if field.get("field-id") is None:
                last += 1
                field["field-id"] = last
        self.add("partition-specs", "spec-id", spec)
        self.table["last-partition-id"] = last

    def set_default_spec(self, update):
        self.choose("default-spec-id", "partition-specs", "spec-id", update["spec-id"])

    def add_sort_order(self, update):
        order = {"fields": update["sort-order"]["fields"]}
        self.add("sort-orders", "order-id", order, first=1 if order["fields"] else 0)

    def set_default_sort_order(self, update):
        self.choose("default-sort-order-id", "sort-orders", "order-id", update["sort-order-id"])

    def add_snapshot(self, update):
        snapshot = update["snapshot"]
        table = self.table
        if self.snapshot(snapshot["snapshot-id"]):
            raise Refused("Snapshot already exists for id")
        number = snapshot.get("sequence-number", 0)
        if table["format-version"] > 1 and number <= table["last-sequence-number"] and "parent-snapshot-id" in snapshot:
            raise Refused(f"Cannot add snapshot with sequence number {number} older than last sequence number {table['last-sequence-number']}")
        if table["format-version"] >= 3:
            if snapshot.get("first-row-id") is None or snapshot.get("added-rows") is None:
                raise Refused("Cannot add a snapshot: first-row-id is null")
            if snapshot["first-row-id"] < table["next-row-id"]:
                raise Refused(f"Cannot add a snapshot, first-row-id is behind table next-row-id {table['next-row-id']}")
            table["next-row-id"] += snapshot["added-rows"]
        self.check_file(snapshot["manifest-list"])
        table["last-sequence-number"] = max(number, table["last-sequence-number"])
        table["snapshots"].append(snapshot)
        self.added_snapshots.add(snapshot["snapshot-id"])

    def set_snapshot_ref(self, update):
        reference = {key: value for key, value in update.items() if key not in ("action", "ref-name")}
        name = update["ref-name"]
        snapshot = self.snapshot(update["snapshot-id"])
        if snapshot is None:
            raise Refused(f"Cannot set {name} to unknown snapshot")
        if self.table["refs"].get(name) == reference:
            return
        self.table["refs"][name] = reference
        if name == "main":
            is_new = snapshot["snapshot-id"] in self.added_snapshots
            moment = snapshot["timestamp-ms"] if is_new else now()
            self.table["current-snapshot-id"] = snapshot["snapshot-id"]
            self.table["snapshot-log"].append({"snapshot-id": snapshot["snapshot-id"], "timestamp-ms": moment})

    def remove_snapshots(self, update):
        gone = set(update["snapshot-ids"])
        self.table["snapshots"] = [item for item in self.table["snapshots"] if item["snapshot-id"] not in gone]
        for name in [name for name, ref in self.table["refs"].items() if ref["snapshot-id"] in gone]:
            self.remove_snapshot_ref({"ref-name": name})
        log = self.table["snapshot-log"]
        last = max((index for index, item in enumerate(log) if item["snapshot-id"] in gone), default=-1)
        self.table["snapshot-log"] = log[last + 1:]

    def remove_snapshot_ref(self, update):
        self.table["refs"].pop(update["ref-name"], None)
        if update["ref-name"] == "main":
            self.table["current-snapshot-id"] = NONE

    def set_location(self, update):
        self.table["location"] = update["location"].rstrip("/")

    def set_properties(self, update):
        self.table["properties"].update(update["updates"])

    def remove_properties(self, update):
        for name in update["removals"]:
            self.table["properties"].pop(name, None)

    def set_statistics(self, update):
        self.remove_statistics(update["statistics"])
        self.table["statistics"].append(update["statistics"])

    def remove_statistics(self, update):
        self.without("statistics", "snapshot-id", {update["snapshot-id"]})

    def set_partition_statistics(self, update):
        self.remove_partition_statistics(update["partition-statistics"])
        self.table["partition-statistics"].append(update["partition-statistics"])

    def remove_partition_statistics(self, update):
        self.without("partition-statistics", "snapshot-id", {update["snapshot-id"]})

    def remove_partition_specs(self, update):
        if self.table["default-spec-id"] in update["spec-ids"]:
            raise Refused("Cannot remove the default partition spec")
        self.without("partition-specs", "spec-id", set(update["spec-ids"]))

    def remove_schemas(self, update):
        if self.table["current-schema-id"] in update["schema-ids"]:
            raise Refused("Cannot remove the current schema")
        self.without("schemas", "schema-id", set(update["schema-ids"]))

    def without(self, where, key, gone):
        self.table[where] = [item for item in self.table[where] if item[key] not in gone]

    def add(self, where, key, item, first=0):
        """The same thing again keeps its number."""
        item.pop(key, None)
        for known in self.table[where]:
            if {name: value for name, value in known.items() if name != key} == item:
                self.last_added[where] = known[key]
                return
        item[key] = max((known[key] + 1 for known in self.table[where]), default=first)
        self.table[where].append(item)
        self.last_added[where] = item[key]

    def choose(self, key, where, name, number):
        if number == NONE:
            if where not in self.last_added:
                raise Refused(f"Cannot set last added of {where}: nothing was added")
            number = self.last_added[where]
        if not any(item[name] == number for item in self.table[where]):
            raise Refused(f"Cannot set {key} to unknown {number}")
        self.table[key] = number

    def snapshot(self, identifier):
        return next((item for item in self.table["snapshots"] if item["snapshot-id"] == identifier), None)


def field_ids(kind):
    """Every field id inside a type."""
    if isinstance(kind, str):
        return
    if kind["type"] == "struct":
        for field in kind["fields"]:
            yield field["id"]
            yield from field_ids(field["type"])
    for name in ("element", "key", "value"):
        if f"{name}-id" in kind:
            yield kind[f"{name}-id"]
            yield from field_ids(kind[name])


def now():
    return time.time_ns() // 1_000_000
