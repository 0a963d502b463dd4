"""A busy database: the same seed gives the same statements, as long as nothing ends the server.

usage: python workload [options] load | run

  load    makes and fills the tables
  run     changes rows and definitions until it has done --operations, --seconds are over, or SIGTERM comes; then prints what it did

Tables are told from the catalog and rows are picked by reading them, so nothing has to be remembered: a run goes on over whatever is there, and
a server that goes away is waited for.
"""

import argparse
import json
import random
import signal
import time

import shapes
from changes import Changes
from session import Session
from statements import Statements


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["load", "run"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--product", choices=["mariadb", "mysql"], required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=200, help="of each table at first")
    parser.add_argument("--tables", type=int, default=99, help="how many of the known key shapes to make")
    parser.add_argument("--operations", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=10**9)
    parser.add_argument("--rate", type=float, default=0, help="operations a second; 0 for as many as there can be")
    parser.add_argument("--statements-every", type=int, default=0, help="a change of definitions after so many operations; 0 for none")
    parser.add_argument("--kinds", type=lambda text: text.split(","), help="only these changes of definitions")
    parser.add_argument("--steady", action="store_true", help="about as many deletes as inserts, nothing big")
    return parser.parse_args()


class Pace:
    """Lets operations pass at a rate, and knows when it is time to end."""

    def __init__(self, options):
        self.options = options
        self.began = time.monotonic()
        self.done = 0
        self.is_over = False
        signal.signal(signal.SIGTERM, self.end)

    def end(self, *_):
        self.is_over = True

    def next(self):
        seconds = time.monotonic() - self.began
        if self.is_over or self.done >= self.options.operations or seconds >= self.options.seconds:
            return False
        if self.options.rate and (ahead := self.done / self.options.rate - seconds) > 0:
            time.sleep(ahead)
        self.done += 1
        return True


def run(session, options):
    choice = random.Random(options.seed * 7919 + 1)
    changes = Changes(session, choice, options.steady)
    statements = Statements(session, choice, options.product, options.kinds)
    pace = Pace(options)
    while pace.next():
        if options.statements_every and pace.done % options.statements_every == 0:
            statements.step()
            changes.forget()
        else:
            changes.step()
    return {"operations": pace.done, "seconds": round(time.monotonic() - pace.began, 3), **session.counts}


def main():
    options = arguments()
    session = Session(options.port, options.database)
    if options.what == "load":
        shapes.load(session, random.Random(options.seed), options.product, options.rows, options.tables)
        print(json.dumps(session.counts))
    else:
        print(json.dumps(run(session, options)))


if __name__ == "__main__":
    main()
