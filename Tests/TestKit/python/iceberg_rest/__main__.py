"""A REST catalog for tests: `iceberg_rest SETTINGS`, where the settings are JSON. Prints its port, then answers one line for each line it reads.

Settings: `folder` (required), `port`, `prefix`, `warehouse`, `tokens` (accepted as they are), `client` ([id, secret]), `scope`, `tokenSeconds`,
`tls` ({certificate, key, authorities}), `headers` (that every request must carry), `pageLimit`, `defaults`, `overrides`, `without` (endpoints
that it does not have), `tableConfig`, `idempotency`.
"""

import json
import sys

import authority
import catalog
import faults
import server


def main():
    settings = json.loads(sys.argv[1])
    tables = catalog.Catalog(settings["folder"], settings.get("pageLimit"), settings.get("tableConfig"))
    running = server.Server(settings, tables, authority.Authority(settings), faults.Faults())
    for line in sys.stdin:
        try:
            answer = answer_to(json.loads(line), running)
        except Exception as problem:
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), flush=True)


def answer_to(request, running):
    match request["op"]:
        case "port":
            return {"port": running.port}
        case "fault":
            running.faults.add(request)
        case "wait":
            if not running.faults.gate(request["gate"]).reached.wait(60):
                return {"error": "nobody came to the gate"}
        case "open":
            running.faults.gate(request["gate"]).opened.set()
        case "expire":
            running.authority.expire()
        case "revoke":
            running.authority.revoke(request["token"])
        case "log":
            with running.lock:
                return {"requests": list(running.log), "violations": list(running.violations)}
        case "forget":
            with running.lock:
                running.log.clear()
        case other:
            return {"error": f"no such request: {other}"}
    return {}


main()
