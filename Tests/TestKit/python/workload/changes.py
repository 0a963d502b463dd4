"""Changes of rows, in transactions of all kinds."""

import catalog
from session import Refused, quoted
from values import Values

# How often each change is chosen.
CHANGES = {
    "insert_some": 26, "update_one": 26, "delete_one": 10, "insert_many": 4, "update_many": 5, "delete_many": 2, "change_nothing": 3, "change_key": 5,
    "change_case": 2, "shift_keys": 2, "upsert": 5, "replace": 4, "be_reborn": 3, "be_brief": 2, "update_two_tables": 2, "delete_from_two_tables": 1, "grow": 1,
}
# As many rows go as come, so that a long run ends with about the rows it began with.
STEADY = {"insert_some": 10, "delete_one": 15, "update_one": 40, "update_many": 6, "change_key": 4, "be_reborn": 4, "upsert": 2, "replace": 4}
TRANSACTIONS = {"single": 60, "several": 24, "rolled_back": 8, "partly_rolled_back": 8}
BIG = 300_000


class Changes:
    def __init__(self, session, random, steady=False):
        self.session = session
        self.random = random
        self.values = Values(random)
        self.weights = STEADY if steady else CHANGES
        self.known = {}

    def forget(self):
        """Tables are read from the catalog again."""
        self.known = {}

    def step(self):
        """One transaction."""
        if not self.session.attempt(getattr(self, self.pick(TRANSACTIONS))):
            # A statement that was refused leaves its transaction open.
            self.session.attempt(self.session.rollback)

    def pick(self, weights):
        return self.random.choices(list(weights), list(weights.values()))[0]

    # Transactions

    def single(self):
        getattr(self, self.pick(self.weights))()

    def several(self):
        self.session.begin()
        for _ in range(self.random.randint(2, 10)):
            self.endure(self.single)
        self.session.commit()

    def rolled_back(self):
        self.session.begin()
        for _ in range(self.random.randint(1, 5)):
            self.endure(self.single)
        self.session.rollback()

    def partly_rolled_back(self):
        self.session.begin()
        self.endure(self.single)
        self.session.execute("SAVEPOINT here")
        self.endure(self.single)
        self.endure(self.single)
        self.session.execute("ROLLBACK TO SAVEPOINT here")
        self.endure(self.single)
        self.session.commit()

    def endure(self, work):
        """Within a transaction a refused statement is undone, and the others stay."""
        try:
            work()
        except Refused:
            self.session.counts["refused"] += 1

    # Tables and rows

    def table(self, keyed=True):
        if not self.known:
            self.known = {name: catalog.read(self.session, name) for name in catalog.names(self.session) if not name.startswith("_")}
        return self.random.choice([table for table in self.known.values() if table.keys or not keyed])

    def some_keys(self, table, count=1):
        """Keys of neighbouring rows; fewer where there are fewer."""
        # MySQL starts threads for COUNT(*).
        rows = self.session.execute(f"SELECT COALESCE(SUM(1), 0) FROM {quoted(table.name)}")[0][0]
        first = self.random.randrange(max(1, int(rows)))
        return self.session.execute(f"SELECT {table.order} FROM {quoted(table.name)} ORDER BY {table.order} LIMIT {count} OFFSET {first}")

    def new_row(self, table, key=None):
        key = key or [self.values.key(column) for column in table.keys]
        named = dict(zip((column.name for column in table.keys), key))
        return [named[column.name] if column.name in named else self.values.of(column) for column in table.columns]

    def write(self, verb, table, rows, suffix=""):
        names = ", ".join(quoted(column.name) for column in table.columns)
        places = "(" + ", ".join(column.placeholder for column in table.columns) + ")"
        self.session.execute(
            f"{verb} INTO {quoted(table.name)} ({names}) VALUES {', '.join([places] * len(rows))}{suffix}", [value for row in rows for value in row])

    def assign(self, columns):
        return ", ".join(f"{quoted(column.name)} = {column.placeholder}" for column in columns), [self.values.of(column) for column in columns]

    def some_others(self, table):
        others = table.others
        return self.random.sample(others, min(len(others), self.random.randint(1, 3)))

    # Inserts

    def insert(self, table, count):
        self.write("INSERT", table, [self.new_row(table) for _ in range(count)])

    def insert_some(self):
        self.insert(self.table(keyed=False), self.random.randint(1, 4))

    def insert_many(self):
        self.insert(self.table(keyed=False), self.random.randint(20, 120))

    def upsert(self):
        table = self.table()
        keys = self.some_keys(table)
        others = ", ".join(f"{quoted(column.name)} = VALUES({quoted(column.name)})" for column in table.others)
        self.write("INSERT", table, [self.new_row(table, *keys), self.new_row(table)], f" ON DUPLICATE KEY UPDATE {others}" if others else "")

    def replace(self):
        table = self.table()
        self.write("REPLACE", table, [self.new_row(table, *self.some_keys(table)), self.new_row(table)])

    # Updates

    def update(self, table, key):
        if columns := self.some_others(table):
            assignments, values = self.assign(columns)
            self.session.execute(f"UPDATE {quoted(table.name)} SET {assignments} WHERE {table.match}", [*values, *key])

    def update_one(self):
        table = self.table()
        for key in self.some_keys(table):
            self.update(table, key)

    def update_many(self):
        table = self.table()
        if columns := self.some_others(table):
            assignments, values = self.assign(columns)
            order = "" if self.random.random() < 0.5 else " DESC"
            self.session.execute(
                f"UPDATE {quoted(table.name)} SET {assignments} ORDER BY {table.order}{order} LIMIT {self.random.randint(10, 150)}", values)

    def change_nothing(self):
        table = self.table()
        name = quoted(table.columns[-1].name)
        self.session.execute(f"UPDATE {quoted(table.name)} SET {name} = {name} ORDER BY {table.order} LIMIT 20")

    def change_key(self):
        table = self.table()
        assignments = ", ".join(f"{quoted(column.name)} = %s" for column in table.keys)
        for key in self.some_keys(table, self.random.choice([1, 1, 3])):
            self.session.execute(
                f"UPDATE {quoted(table.name)} SET {assignments} WHERE {table.match}", [*(self.values.key(column) for column in table.keys), *key])

    def change_case(self):
        """Another key in the lake, the same one for a collation that does not tell cases apart."""
        table = self.table()
        if texts := [column for column in table.keys if column.kind in ("varchar", "char")]:
            name = quoted(texts[0].name)
            turn = self.random.choice(["UPPER", "LOWER"])
            for key in self.some_keys(table, 5):
                self.session.execute(f"UPDATE {quoted(table.name)} SET {name} = {turn}({name}) WHERE {table.match}", key)

    def shift_keys(self):
        """Every row takes the key of its neighbour."""
        table = self.table()
        last = table.keys[-1]
        if last.kind != "int":
            return
        key = [self.values.key(column) for column in table.keys[:-1]]
        first = self.random.randrange(10**8)
        self.write("INSERT", table, [self.new_row(table, [*key, first + number]) for number in range(6)])
        match = " AND ".join([f"{quoted(column.name)} = %s" for column in table.keys[:-1]] + [f"{quoted(last.name)} BETWEEN %s AND %s"])
        self.session.execute(
            f"UPDATE {quoted(table.name)} SET {quoted(last.name)} = {quoted(last.name)} + 1 WHERE {match} ORDER BY {table.order} DESC",
            [*key, first, first + 5])

    def grow(self):
        """A value of many kilobytes."""
        table = self.table()
        big = [column for column in table.others if column.kind in ("mediumtext", "longtext", "mediumblob", "longblob") and not column.is_json]
        for key in self.some_keys(table) if big else []:
            value = self.random.randbytes(BIG) if "blob" in big[0].kind else self.random.choice("xé中😀") * (BIG // 4)
            self.session.execute(f"UPDATE {quoted(table.name)} SET {quoted(big[0].name)} = %s WHERE {table.match}", [value, *key])

    # Deletes, and both

    def delete(self, table, key):
        self.session.execute(f"DELETE FROM {quoted(table.name)} WHERE {table.match}", key)

    def delete_one(self):
        table = self.table()
        for key in self.some_keys(table):
            self.delete(table, key)

    def delete_many(self):
        table = self.table()
        self.session.execute(f"DELETE FROM {quoted(table.name)} ORDER BY {table.order} LIMIT {self.random.randint(5, 60)}")

    def be_reborn(self):
        """A key goes and comes back with other values."""
        table = self.table()
        for key in self.some_keys(table, 2):
            self.delete(table, key)
            self.write("INSERT", table, [self.new_row(table, key)])

    def be_brief(self):
        """A row comes, changes and goes."""
        table = self.table()
        row = self.new_row(table)
        named = dict(zip((column.name for column in table.columns), row))
        key = [named[column.name] for column in table.keys]
        self.write("INSERT", table, [row])
        self.update(table, key)
        self.delete(table, key)

    def update_two_tables(self):
        """One statement, rows of two tables."""
        one, two = self.table(), self.table()
        if one is two or not one.others or not two.others:
            return
        for key, other in zip(self.some_keys(one), self.some_keys(two)):
            first, second = self.random.choice(one.others), self.random.choice(two.others)
            match = " AND ".join(f"one.{quoted(column.name)} = %s" for column in one.keys) + " AND " + " AND ".join(
                f"two.{quoted(column.name)} = %s" for column in two.keys)
            self.session.execute(
                f"UPDATE {quoted(one.name)} one, {quoted(two.name)} two SET one.{quoted(first.name)} = {first.placeholder},"
                f" two.{quoted(second.name)} = {second.placeholder} WHERE {match}",
                [self.values.of(first), self.values.of(second), *key, *other])

    def delete_from_two_tables(self):
        one, two = self.table(), self.table()
        if one is two:
            return
        for key, other in zip(self.some_keys(one), self.some_keys(two)):
            match = " AND ".join(f"one.{quoted(column.name)} = %s" for column in one.keys) + " AND " + " AND ".join(
                f"two.{quoted(column.name)} = %s" for column in two.keys)
            self.session.execute(f"DELETE one, two FROM {quoted(one.name)} one, {quoted(two.name)} two WHERE {match}", [*key, *other])
