"""Prints a lake table as sorted JSON lines. Exit code 3 when two readers disagree."""

import argparse
import sys

import canonical
import lake


def lines(table):
    names = table.column_names
    return sorted(canonical.json_text(dict(zip(names, row))) for row in canonical.rows_of(table))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", help="the folder of a table")
    parser.add_argument("--format", default="paimon", choices=list(lake.FORMATS))
    parser.add_argument("--reader", help="name of a reader, or `all` for those that must agree")
    parser.add_argument("--columns", type=lambda text: text.split(","), help="only these, comma-separated")
    parser.add_argument("--snapshot", type=int)
    options = parser.parse_args()
    names = lake.judges(options.format) if options.reader == "all" else [options.reader or next(iter(lake.of(options.format).READERS))]
    answers = {name: lines(lake.read(options.table, name, options.columns, options.snapshot, options.format)) for name in names}
    first, *others = answers.values()
    for line in first:
        print(line)
    for name, other in zip(names[1:], others):
        if other != first:
            print(f"{names[0]} and {name} differ: {len(first)} and {len(other)} rows", file=sys.stderr)
            for mark, side in (("-", set(first) - set(other)), ("+", set(other) - set(first))):
                for line in sorted(side)[:5]:
                    print(mark, line, file=sys.stderr)
            sys.exit(3)


if __name__ == "__main__":
    main()
