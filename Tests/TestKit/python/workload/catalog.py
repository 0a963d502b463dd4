"""Tables as the server's catalog shows them: all that a change has to know."""

from dataclasses import dataclass

from session import quoted


@dataclass(frozen=True)
class Column:
    name: str
    kind: str  # data type without its arguments
    spelling: str  # and with them
    nullable: bool
    charset: str
    length: int
    precision: int
    scale: int
    digits: int
    is_json: bool
    is_generated: bool

    @property
    def unsigned(self):
        return "unsigned" in self.spelling

    @property
    def placeholder(self):
        if self.kind == "vector":
            return "STRING_TO_VECTOR(%s)"
        return "ST_GeomFromText(%s)" if self.kind in ("point", "geometry") else "%s"


@dataclass(frozen=True)
class Table:
    name: str
    columns: list
    keys: list  # columns of its key; none for a table without one

    @property
    def others(self):
        keys = {column.name for column in self.keys}
        return [column for column in self.columns if column.name not in keys]

    @property
    def order(self):
        return ", ".join(quoted(column.name) for column in self.keys)

    @property
    def match(self):
        return " AND ".join(f"{quoted(column.name)} = %s" for column in self.keys)


def names(session):
    return [row[0] for row in session.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 1")]


def read(session, name):
    rows = session.execute(
        "SELECT column_name, LOWER(data_type), LOWER(column_type), is_nullable, COALESCE(character_set_name, ''),"
        " COALESCE(character_maximum_length, 0), COALESCE(numeric_precision, 0), COALESCE(numeric_scale, 0), COALESCE(datetime_precision, 0),"
        " COALESCE(extra, '') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = %s ORDER BY ordinal_position", (name,))
    checked = json_columns(session, name)
    columns = [
        Column(column, kind, spelling, nullable == "YES", charset, int(length), int(precision), int(scale), int(digits),
               kind == "json" or column in checked, "GENERATED" in extra.upper() and "DEFAULT_GENERATED" not in extra.upper())
        for column, kind, spelling, nullable, charset, length, precision, scale, digits, extra in rows]
    named = {column.name: column for column in columns}
    return Table(name, [column for column in columns if not column.is_generated], [named[key] for key in key_columns(session, name)])


def json_columns(session, name):
    """MariaDB's JSON is a text with a check."""
    if "MariaDB" not in session.connection.get_server_info():
        return set()
    rows = session.execute(
        "SELECT check_clause FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = %s", (name,))
    return {clause.split("`")[1] for clause, in rows if clause.lower().startswith("json_valid(`")}


def key_columns(session, name):
    """The primary key, else the first unique index."""
    rows = session.execute(
        "SELECT index_name, column_name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = %s"
        " AND non_unique = 0 ORDER BY index_name <> 'PRIMARY', index_name, seq_in_index", (name,))
    return [column for index, column in rows if index == rows[0][0]]
