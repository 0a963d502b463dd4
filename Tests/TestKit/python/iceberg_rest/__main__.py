"""REST catalogs for tests, all in one process: answers one line for each line it reads. `{"op": "serve", "settings": …}` starts one and answers its
port, by which the other requests name it.

Settings: `folder` (required), `port`, `prefix`, `warehouse`, `tokens` (accepted as they are), `client` ([id, secret]), `scope`, `tokenSeconds`,
`tls` ({certificate, key, authorities}), `headers` (that every request must carry), `pageLimit`, `defaults`, `overrides`, `without` (endpoints
that it does not have), `tableConfig`, `idempotency`, `like` (the port of another server, whose tables it shows).
"""

import json
import sys

import authority
import catalog
import faults
import server


def main():
    servers = {}
    for line in sys.stdin:
        try:
            answer = answer_to(json.loads(line), servers)
        except Exception as problem:
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), flush=True)


def answer_to(request, servers):
    if request["op"] == "serve":
        settings = request["settings"]
        if "like" in settings:
            tables = servers[settings["like"]].tables
        else:
            tables = catalog.Catalog(settings["folder"], settings.get("pageLimit"), settings.get("tableConfig"))
        running = server.Server(settings, tables, authority.Authority(settings), faults.Faults())
        servers[running.port] = running
        return {"port": running.port}
    running = servers[request["port"]]
    match request["op"]:
        case "fault":
            running.faults.add(request)
        case "open":
            running.faults.gate(request["gate"]).opened.set()
        case "held":
            return {"held": running.faults.gate(request["gate"]).is_held}
        case "expire":
            running.authority.expire()
        case "log":
            with running.lock:
                return {"requests": list(running.log), "violations": list(running.violations)}
        case "forget":
            with running.lock:
                running.log.clear()
        case "stop":
            servers.pop(running.port).stop()
        case other:
            return {"error": f"no such request: {other}"}
    return {}


main()
