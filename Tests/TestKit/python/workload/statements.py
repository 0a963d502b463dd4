"""Changes of definitions, between changes of rows."""

import catalog
import shapes
from session import quoted

# How often each statement is chosen.
KINDS = {
    "add_column": 14, "add_columns": 5, "drop_column": 8, "rename_column": 7, "change_column": 4, "widen": 6, "loosen": 3, "move_column": 5,
    "comment_table": 3, "comment_column": 2, "add_index": 3, "set_default": 2, "come_and_go": 3, "create": 4, "create_like": 3, "create_as": 3, "truncate": 2,
    "drop": 3, "rename": 3, "swap": 2, "ignorable": 4,
}
ADDED = ["INT", "BIGINT UNSIGNED", "VARCHAR(30)", "DECIMAL(10,2)", "DOUBLE", "SMALLINT", "DATETIME(3)", "DATE", "TINYINT(1)", "VARBINARY(20)", "TEXT", "TIME(2)"]
DEFAULTS = {"INT": "7", "BIGINT UNSIGNED": "18446744073709551615", "VARCHAR(30)": "'it''s 中 \\\\ 😀'", "DECIMAL(10,2)": "-1.50", "DOUBLE": "0.5",
            "SMALLINT": "-3", "DATETIME(3)": "'2024-02-29 12:00:00.250'", "DATE": "'2024-02-29'", "TINYINT(1)": "1", "VARBINARY(20)": "'bytes'",
            "TIME(2)": "'-10:11:12.5'"}
WIDER = {"tinyint": "INT", "smallint": "INT", "int": "BIGINT", "float": "DOUBLE", "varchar": "VARCHAR(400)", "date": None}
# Names come back with other types, and tables with other columns.
COLUMNS = [f"x{number}" for number in range(8)]
TABLES = [f"made_{number}" for number in range(5)]


class Statements:
    def __init__(self, session, random, product, kinds=None):
        self.session = session
        self.random = random
        self.product = product
        self.weights = {kind: KINDS[kind] for kind in kinds or KINDS}

    def step(self):
        kind = self.random.choices(list(self.weights), list(self.weights.values()))[0]
        done = self.session.attempt(getattr(self, kind))
        counts = self.session.counts.setdefault("statements", {})
        counts[kind] = counts.get(kind, 0) + done

    def alter(self, table, *actions):
        self.session.execute(f"ALTER TABLE {quoted(table.name)} {', '.join(actions)}")

    def table(self, made=False):
        names = [name for name in catalog.names(self.session) if not name.startswith("_") and (name in TABLES or not made)]
        return catalog.read(self.session, self.random.choice(names)) if names else None

    def new_name(self):
        return self.random.choice(TABLES)

    # Columns

    def place(self, table):
        return self.random.choice(["", "", " FIRST", f" AFTER {quoted(self.random.choice(table.columns).name)}"])

    def addition(self, table, name):
        kind = self.random.choice(ADDED)
        default = DEFAULTS.get(kind)
        rule = self.random.choice(["", " NULL", f" DEFAULT {default}", f" NOT NULL DEFAULT {default}", " DEFAULT NULL"]) if default else ""
        if kind in ("INT", "VARCHAR(30)") and self.random.random() < 0.2:
            rule = " NOT NULL"
        return f"ADD COLUMN {quoted(name)} {kind}{rule}{self.place(table)}"

    def add_column(self):
        table = self.table()
        self.alter(table, self.addition(table, self.random.choice(COLUMNS)))

    def add_columns(self):
        table = self.table()
        self.alter(table, *(self.addition(table, name) for name in self.random.sample(COLUMNS, 2)))

    def come_and_go(self):
        """One name, three columns."""
        table = self.table()
        self.alter(table, "ADD COLUMN again INT DEFAULT 1")
        self.alter(table, "DROP COLUMN again")
        self.alter(table, "ADD COLUMN again VARCHAR(20) DEFAULT 'x'")
        self.alter(table, "DROP COLUMN again")

    def some_column(self, table):
        return self.random.choice(table.others) if table.others else None

    def drop_column(self):
        table = self.table()
        # A table of nothing but its key has little to show.
        if len(table.others) > 3:
            self.alter(table, f"DROP COLUMN {quoted(self.some_column(table).name)}")

    def rename_column(self):
        table = self.table()
        if column := self.some_column(table):
            self.alter(table, f"RENAME COLUMN {quoted(column.name)} TO {quoted(self.random.choice(COLUMNS))}")

    def definition(self, column):
        charset = f" CHARACTER SET {column.charset}" if column.charset and column.kind != "json" else ""
        return f"{column.spelling}{charset}{'' if column.nullable else ' NOT NULL'}"

    def change_column(self):
        """A new name and a new place at once."""
        table = self.table()
        column = self.some_column(table)
        if column and not column.is_json:
            name = self.random.choice(COLUMNS)
            self.alter(table, f"CHANGE {quoted(column.name)} {quoted(name)} {self.definition(column)}{self.place(table)}")

    def widen(self):
        table = self.table()
        candidates = [column for column in table.others if WIDER.get(column.kind) and not column.unsigned and column.charset in ("", "utf8mb4")]
        if candidates:
            column = self.random.choice(candidates)
            self.alter(table, f"MODIFY {quoted(column.name)} {WIDER[column.kind]}{'' if column.nullable else ' NOT NULL'}")

    def loosen(self):
        table = self.table()
        if tight := [column for column in table.others if not column.nullable]:
            column = self.random.choice(tight)
            self.alter(table, f"MODIFY {quoted(column.name)} {column.spelling} NULL")

    def move_column(self):
        table = self.table()
        column = self.some_column(table)
        if column and not column.is_json:
            self.alter(table, f"MODIFY {quoted(column.name)} {self.definition(column)}{self.place(table)}")

    def comment_column(self):
        table = self.table()
        column = self.some_column(table)
        if column and not column.is_json:
            self.alter(table, f"MODIFY {quoted(column.name)} {self.definition(column)} COMMENT 'so {self.random.randrange(99)} said ''中'''")

    def comment_table(self):
        self.alter(self.table(), f"COMMENT = 'revision {self.random.randrange(99)}, 订单'")

    def set_default(self):
        table = self.table()
        if numbers := [column for column in table.others if column.kind in ("int", "smallint", "bigint")]:
            self.alter(table, f"ALTER COLUMN {quoted(numbers[0].name)} SET DEFAULT {self.random.randrange(99)}")

    def add_index(self):
        table = self.table()
        if numbers := [column for column in table.others if column.kind in ("int", "smallint", "bigint", "date")]:
            self.session.execute(f"CREATE INDEX i{self.random.randrange(9)} ON {quoted(table.name)} ({quoted(numbers[0].name)})")

    # Tables

    def create(self):
        shape = self.random.choice(list(shapes.KEYS))
        self.session.execute(shapes.create(self.new_name(), shape, shapes.some_types(self.random, self.product)))

    def create_like(self):
        self.session.execute(f"CREATE TABLE {quoted(self.new_name())} LIKE {quoted(self.table().name)}")

    def create_as(self):
        table = self.table()
        if table.keys:
            self.session.execute(f"CREATE TABLE {quoted(self.new_name())} (PRIMARY KEY ({table.order})) AS SELECT * FROM {quoted(table.name)}")

    def drop(self):
        if table := self.table(made=True):
            self.session.execute(f"DROP TABLE {quoted(table.name)}")

    def truncate(self):
        if table := self.table(made=True):
            self.session.execute(f"TRUNCATE TABLE {quoted(table.name)}")

    def rename(self):
        if table := self.table(made=True):
            self.session.execute(f"RENAME TABLE {quoted(table.name)} TO {quoted(self.new_name())}")

    def swap(self):
        made = [name for name in catalog.names(self.session) if name in TABLES]
        if len(made) > 1:
            one, two = map(quoted, self.random.sample(made, 2))
            self.session.execute(f"RENAME TABLE {one} TO in_between, {two} TO {one}, in_between TO {two}")

    def ignorable(self):
        """Statements that change no table that anybody copies."""
        table = quoted(self.table().name)
        self.session.execute(self.random.choice([
            f"ANALYZE TABLE {table}", f"CREATE OR REPLACE VIEW _look AS SELECT * FROM {table} LIMIT 1", "DROP VIEW IF EXISTS _look",
            "CREATE TEMPORARY TABLE IF NOT EXISTS _mine (a INT)", "DROP TEMPORARY TABLE IF EXISTS _mine",
            f"CREATE TRIGGER IF NOT EXISTS _watch BEFORE DELETE ON {table} FOR EACH ROW SET @deleted = 1", "DROP TRIGGER IF EXISTS _watch"]))
