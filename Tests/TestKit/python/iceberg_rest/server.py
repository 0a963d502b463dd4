"""Speaks HTTP. Routes, shapes of requests and shapes of answers are the document's; what breaks it is refused and noted."""

import http.server
import json
import socket
import ssl
import threading
import urllib.parse

import catalog
import contract

OPERATIONS = contract.operations()
SUPPORTED = [
    "get_config", "get_token", "list_namespaces", "create_namespace", "load_namespace_metadata", "namespace_exists", "drop_namespace",
    "update_properties", "list_tables", "create_table", "load_table", "table_exists", "update_table", "drop_table", "register_table",
    "rename_table", "commit_transaction", "report_metrics",
]


class Server:
    """Everything that a request needs, and the log of requests."""

    def __init__(self, settings, tables, authority, faults):
        self.settings = settings
        self.tables = tables
        self.authority = authority
        self.faults = faults
        self.lock = threading.Lock()
        self.log = []
        self.violations = []
        self.finished = {}
        handler = type("Handler", (Handler,), {"server_state": self})
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", settings.get("port", 0)), handler)
        self.http.daemon_threads = True
        tls = settings.get("tls")
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls["certificate"], tls["key"])
            if "authorities" in tls:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(tls["authorities"])
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.http.server_address[1]

    def stop(self):
        """Does not wait for the end."""
        threading.Thread(target=lambda: (self.http.shutdown(), self.http.server_close()), daemon=True).start()

    def note(self, entry, violation=None):
        with self.lock:
            self.log.append(entry)
            if violation:
                self.violations.append(violation)

    def config(self):
        prefix = self.settings.get("prefix")
        endpoints = [f"{item.method} {item.template}" for item in OPERATIONS if item.name in SUPPORTED and "{prefix}" in item.template]
        answer = {
            "defaults": self.settings.get("defaults", {}),
            "overrides": {**({"prefix": prefix} if prefix else {}), **self.settings.get("overrides", {})},
            "endpoints": [name for name in endpoints if name not in self.settings.get("without", [])],
        }
        if self.settings.get("idempotency"):
            answer["idempotency-key-lifetime"] = "PT30M"
        return answer


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_state = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.serve()

    do_HEAD = do_POST = do_DELETE = do_GET

    def serve(self):
        state = self.server_state
        parts = urllib.parse.urlsplit(self.path)
        self.raw_body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        operation, names = find(self.command, parts.path)
        query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
        entry = {"method": self.command, "path": parts.path, "query": query, "operation": operation.name if operation else None,
                 "headers": {key.lower(): value for key, value in self.headers.items()}}
        fault = state.faults.take(entry["operation"])
        try:
            if fault and not fault.get("applied"):
                return self.fail(fault, entry)
            status, answer = self.answer(operation, names, query, entry)
        except contract.Violation as violation:
            status, answer = 400, error(400, "BadRequestException", f"Malformed request: {violation}")
            entry["violation"] = str(violation)
        except catalog.Failure as failure:
            status, answer = failure.status, failure.body
        if operation and operation.name != "get_token":
            try:
                operation.check_answer(status, answer)
            except contract.Violation as violation:
                entry["violation"] = f"the server's own answer: {violation}"
        if fault and fault.get("applied"):
            return self.fail(fault, entry, status, answer)
        self.reply(status, answer, entry)

    def answer(self, operation, names, query, entry):
        state = self.server_state
        if operation is None:
            raise catalog.Failure(404, "NotFoundException", "No such route")
        if operation.name == "get_token":
            return state.authority.token(self.raw_body, self.headers.get("Authorization"))
        if operation.name not in SUPPORTED:
            raise catalog.Failure(406, "UnsupportedOperationException", "The server does not support this operation")
        state.authority.check(self.headers.get("Authorization"), self.path)
        for name, value in state.settings.get("headers", {}).items():
            if self.headers.get(name) != value:
                raise catalog.Failure(403, "ForbiddenException", f"The header {name} is missing")
        if operation.name != "get_config" and names.get("prefix") != state.settings.get("prefix"):
            raise catalog.Failure(404, "NotFoundException", "No such prefix")
        operation.check_query(query)
        body = json.loads(self.raw_body) if self.raw_body else None
        surplus = operation.check_body(body)
        if surplus:
            entry["surplus"] = surplus
        key = self.headers.get("Idempotency-Key") if state.settings.get("idempotency") else None
        if key and key in state.finished:
            entry["repeated"] = True
            return state.finished[key]
        result = self.run(operation.name, names, query, body)
        if key:
            state.finished[key] = result
        return result

    def run(self, name, names, query, body):
        state, tables = self.server_state, self.server_state.tables
        if name == "get_config":
            warehouse = state.settings.get("warehouse")
            if warehouse is not None and query.get("warehouse") != warehouse:
                raise catalog.Failure(404, "NoSuchWarehouseException", f"No such warehouse: {query.get('warehouse')}")
            return 200, state.config()
        namespace = self.levels(names["namespace"]) if names.get("namespace") else None
        if name == "list_namespaces":
            return tables.list_namespaces(self.levels(query["parent"]) if query.get("parent") else (), query)
        if name == "report_metrics":
            return 204, None
        if name in ("create_namespace", "rename_table", "commit_transaction"):
            return getattr(tables, name)(body)
        if "table" in names:
            key = (namespace, names["table"])
            if name == "update_table":
                return tables.update_table(key, body)
            if name in ("load_table", "drop_table"):
                return getattr(tables, name)(key, query)
            return getattr(tables, name)(key)
        if name == "list_tables":
            return tables.list_tables(namespace, query)
        if body is not None:
            return getattr(tables, name)(namespace, body)
        return getattr(tables, name)(namespace)

    def levels(self, text):
        separator = urllib.parse.unquote(self.server_state.settings.get("overrides", {}).get("namespace-separator", "%1F"))
        return tuple(text.replace("\x1f", separator).split(separator))

    def fail(self, fault, entry, status=None, answer=None):
        entry["fault"] = True
        if "gate" in fault:
            self.server_state.faults.gate(fault["gate"]).wait()
            if status is None:
                entry.pop("fault")
                return self.again(entry)
        if fault.get("cut"):
            self.server_state.note(entry)
            return self.cut()
        if fault.get("half"):
            text = json.dumps(answer if answer is not None else {}).encode()
            self.send_response(status or 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text) + 1))
            self.end_headers()
            self.wfile.write(text[:len(text) // 2])
            self.wfile.flush()
            self.server_state.note(entry)
            return self.cut()
        if "status" in fault:
            status = fault["status"]
            answer = error(status, fault.get("type", "InternalServerError"), fault.get("message", "as asked for"))
            if fault.get("text") is not None:
                answer = fault["text"]
        headers = dict(fault.get("headers", {}))
        if "retryAfter" in fault:
            headers["Retry-After"] = str(fault["retryAfter"])
        self.reply(status, answer, entry, headers)

    def again(self, entry):
        """The request of a gate that has opened, as if it had come now."""
        operation, names = find(self.command, urllib.parse.urlsplit(self.path).path)
        try:
            status, answer = self.answer(operation, names, entry["query"], entry)
        except catalog.Failure as failure:
            status, answer = failure.status, failure.body
        self.reply(status, answer, entry)

    def cut(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def reply(self, status, answer, entry, headers=None):
        entry["status"] = status
        self.server_state.note(entry, entry.get("violation"))
        text = b"" if answer is None else answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD" and status != 204:
                self.wfile.write(text)
        except OSError:
            self.close_connection = True


def find(method, path):
    """The document's operation for a request, and the parts of its path."""
    for operation in OPERATIONS:
        match = operation.pattern.match(path)
        if match and operation.method == method:
            names = {key: urllib.parse.unquote(value) for key, value in match.groupdict().items() if value is not None}
            return operation, names
    return None, {}


def error(status, kind, message):
    return {"error": {"message": message, "type": kind, "code": status}}
