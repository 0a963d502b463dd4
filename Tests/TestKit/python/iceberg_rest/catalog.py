"""Namespaces and tables over a folder. Every method answers (status, body) and holds no matter how many threads call."""

import json
import os
import threading
import urllib.parse
import uuid

import metadata


class Failure(Exception):
    """An answer in the document's error model."""

    def __init__(self, status, kind, message):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "code": status}}


class Catalog:
    def __init__(self, folder, page_limit=None, config=None):
        self.folder = folder
        self.page_limit = page_limit
        self.config = config or {}
        self.lock = threading.RLock()
        self.namespaces = {}
        self.tables = {}

    # Namespaces are tuples, tables are (namespace, name).

    def list_namespaces(self, parent, query):
        with self.lock:
            if parent and parent not in self.namespaces:
                raise no_namespace(parent)
            found = {name[:len(parent) + 1] for name in self.namespaces if name[:len(parent)] == parent and len(name) > len(parent)}
            names, token = self.page(sorted(found), query)
            return 200, {"namespaces": [list(name) for name in names], **token}

    def create_namespace(self, body):
        name = tuple(body["namespace"])
        with self.lock:
            if name in self.namespaces:
                raise Failure(409, "AlreadyExistsException", f"Namespace already exists: {'.'.join(name)}")
            if len(name) > 1 and name[:-1] not in self.namespaces:
                raise no_namespace(name[:-1])
            self.namespaces[name] = dict(body.get("properties") or {})
            return 200, {"namespace": list(name), "properties": self.namespaces[name]}

    def load_namespace_metadata(self, name):
        with self.lock:
            return 200, {"namespace": list(name), "properties": self.known(name)}

    def namespace_exists(self, name):
        with self.lock:
            self.known(name)
            return 204, None

    def drop_namespace(self, name):
        with self.lock:
            self.known(name)
            if any(table[0] == name for table in self.tables) or any(other[:len(name)] == name and other != name for other in self.namespaces):
                raise Failure(409, "NamespaceNotEmptyException", f"Namespace is not empty: {'.'.join(name)}")
            del self.namespaces[name]
            return 204, None

    def update_properties(self, name, body):
        with self.lock:
            properties = self.known(name)
            removals, updates = set(body.get("removals") or []), body.get("updates") or {}
            if removals & set(updates):
                raise Failure(422, "UnprocessableEntityException", "Invalid namespace update: cannot simultaneously set and remove keys")
            missing = [key for key in removals if properties.pop(key, None) is None]
            properties.update(updates)
            return 200, {"updated": list(updates), "removed": sorted(removals - set(missing)), "missing": missing}

    def list_tables(self, namespace, query):
        with self.lock:
            self.known(namespace)
            names, token = self.page(sorted(name for space, name in self.tables if space == namespace), query)
            return 200, {"identifiers": [{"namespace": list(namespace), "name": name} for name in names], **token}

    def create_table(self, namespace, body):
        with self.lock:
            self.known(namespace)
            key = (namespace, body["name"])
            self.refuse_taken(key)
            location = body.get("location") or self.default_location(key)
            table = metadata.created(body, location)
            if body.get("stage-create"):
                return 200, {"metadata": table, "config": self.config}
            return 200, self.loaded(self.publish(key, table, None))

    def register_table(self, namespace, body):
        with self.lock:
            self.known(namespace)
            key = (namespace, body["name"])
            if not body.get("overwrite"):
                self.refuse_taken(key)
            with open(local_path(body["metadata-location"]), encoding="utf-8") as file:
                self.tables[key] = (body["metadata-location"], json.load(file))
            return 200, self.loaded(self.tables[key])

    def load_table(self, key, query):
        with self.lock:
            location, table = self.found(key)
            if query.get("snapshots") == "refs":
                wanted = {ref["snapshot-id"] for ref in table["refs"].values()}
                table = {**table, "snapshots": [item for item in table["snapshots"] if item["snapshot-id"] in wanted]}
            return 200, self.loaded((location, table))

    def table_exists(self, key):
        with self.lock:
            self.found(key)
            return 204, None

    def update_table(self, key, body):
        with self.lock:
            current = self.commit(key, body)
            return 200, {"metadata-location": current[0], "metadata": current[1]}

    def commit_transaction(self, body):
        """All or nothing: everything is computed before anything is published."""
        with self.lock:
            before = dict(self.tables)
            try:
                for change in body["table-changes"]:
                    identifier = change["identifier"]
                    self.commit((tuple(identifier["namespace"]), identifier["name"]), change)
            except Exception:
                self.tables = before
                raise
            return 204, None

    def drop_table(self, key, query):
        with self.lock:
            _, table = self.found(key)
            del self.tables[key]
            if query.get("purgeRequested", "").lower() == "true":
                remove_files(local_path(table["location"]))
            return 204, None

    def rename_table(self, body):
        source, target = ((tuple(item["namespace"]), item["name"]) for item in (body["source"], body["destination"]))
        with self.lock:
            entry = self.found(source)
            self.known(target[0])
            self.refuse_taken(target)
            self.tables[target] = entry
            del self.tables[source]
            return 204, None

    def commit(self, key, body):
        current = self.tables.get(key)
        if current is None and not any(item["type"] == "assert-create" for item in body["requirements"]):
            raise no_table(key)
        try:
            metadata.require(current and current[1], body["requirements"])
            base = current[1] if current else metadata.empty(self.default_location(key))
            table = metadata.applied(base, body["updates"], check_file)
        except metadata.Conflict as conflict:
            raise Failure(409, "CommitFailedException", str(conflict)) from None
        except metadata.Refused as refusal:
            raise Failure(400, "BadRequestException", str(refusal)) from None
        return self.publish(key, table, current)

    def publish(self, key, table, current):
        """Writes the next metadata file and makes it the table's."""
        number = 0
        if current:
            number = int(os.path.basename(current[0]).split("-")[0]) + 1
            limit = int(table["properties"].get("write.metadata.previous-versions-max", "100"))
            entry = {"metadata-file": current[0], "timestamp-ms": current[1]["last-updated-ms"]}
            table["metadata-log"] = (table["metadata-log"] + [entry])[-limit:]
        location = f"{table['location']}/metadata/{number:05}-{uuid.uuid4()}.metadata.json"
        path = local_path(location)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x", encoding="utf-8") as file:
            json.dump(table, file)
        self.tables[key] = (location, table)
        return self.tables[key]

    def loaded(self, entry):
        return {"metadata-location": entry[0], "metadata": entry[1], "config": self.config}

    def known(self, namespace):
        if namespace not in self.namespaces:
            raise no_namespace(namespace)
        return self.namespaces[namespace]

    def found(self, key):
        if key not in self.tables:
            raise no_table(key)
        return self.tables[key]

    def refuse_taken(self, key):
        if key in self.tables:
            raise Failure(409, "AlreadyExistsException", f"Table already exists: {'.'.join(key[0])}.{key[1]}")

    def default_location(self, key):
        return f"file://{self.folder}/{'/'.join(key[0])}/{key[1]}-{uuid.uuid4().hex[:8]}"

    def page(self, names, query):
        """Without a page token the whole list, as the document wants it; the token is the number of the first one."""
        token = query.get("pageToken")
        if token is None or self.page_limit is None:
            return names, {}
        start = int(token or 0)
        end = start + min(self.page_limit, int(query.get("pageSize", self.page_limit)))
        return names[start:end], {"next-page-token": str(end) if end < len(names) else None}


def local_path(location):
    parts = urllib.parse.urlsplit(location)
    if parts.scheme not in ("", "file"):
        raise Failure(400, "BadRequestException", f"No storage for {parts.scheme}")
    return location.removeprefix("file://")


def check_file(location):
    if not os.path.isfile(local_path(location)):
        raise metadata.Refused(f"There is no file {location}")


def remove_files(folder):
    for root, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.remove(os.path.join(root, name))
        for name in folders:
            os.rmdir(os.path.join(root, name))


def no_namespace(name):
    return Failure(404, "NoSuchNamespaceException", f"Namespace does not exist: {'.'.join(name)}")


def no_table(key):
    return Failure(404, "NoSuchTableException", f"Table does not exist: {'.'.join(key[0])}.{key[1]}")
